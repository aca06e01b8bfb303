// What the site answers a search of the widget with, and how it is asked.
import type { Words } from "./words";

export interface Item {
  id: string;
  url: string;
  title: string;
  lang?: string; // of the title, where it is not that of the answer
  dir?: string;
  side: "offer" | "need";
  sideSaid: string;
  group: string;
  facts: string[];
  borough?: string;
  lat?: number;
  lng?: number;
}

export interface Answer {
  lang: string;
  dir: string;
  site: string;
  total: number;
  items: Item[];
  next?: string;
  words?: Partial<Words>;
}

// Refused is an answer that is none: said is what the site says of it, for people, where it is their input that does not fit.
export class Refused extends Error {
  constructor(readonly status: number, readonly said: string) { super(said); }
}

interface Problem { detail?: string; errors?: { detail: string }[] }

const patience = 10_000; // ms: longer than the site takes, shorter than people wait

// ask sends neither cookies nor where the visitor is.
export async function ask(url: URL, signal: AbortSignal): Promise<Answer> {
  const answer = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    credentials: "omit", referrerPolicy: "no-referrer", headers: { Accept: "application/json" },
  });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as Problem;
    throw new Refused(answer.status, problem.errors?.[0]?.detail ?? "");
  }
  return (await answer.json()) as Answer;
}
