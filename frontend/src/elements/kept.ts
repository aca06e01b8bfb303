// What the worker for no network (worker/offline.ts) keeps on this device: the sentence of /ask and /offer, and what other forms held
// that could not be sent. Both go after a day: a device may be somebody else's tomorrow.
export const draft = "/offline/draft";
export const unsent = "/offline/unsent";
const lasts = 24 * 60 * 60 * 1000; // ms

export interface Unsent { at: number; title: string; fields: { label: string; value: string }[] } // at: ms since 1970

const drafts = (): Promise<Cache> => caches.open("drafts");

// recall what is kept under a name; undefined: nothing, or for longer than a day.
export async function recall(name: string): Promise<string | undefined> {
  const cache = await drafts();
  const kept = await cache.match(name);
  if (kept === undefined) return undefined;
  const since = Date.now() - Date.parse(kept.headers.get("date") ?? "");
  if (since >= 0 && since < lasts) return kept.text();
  await cache.delete(name);
  return undefined;
}

// unsentForms are those that are kept, the newest first. What is a day old goes, though another of them is newer.
export async function unsentForms(): Promise<Unsent[]> {
  const said = JSON.parse((await recall(unsent)) ?? "[]") as Unsent[] | undefined;
  const all = Array.isArray(said) ? said : []; // a page may have kept otherwise before
  const young = all.filter(({ at }) => Date.now() - at < lasts);
  if (young.length < all.length) await (young.length === 0 ? forget(unsent) : keep(unsent, JSON.stringify(young)));
  return young;
}

export async function keep(name: string, words: string): Promise<void> {
  await (await drafts()).put(name, new Response(words, { headers: { date: new Date().toUTCString() } }));
}

export async function forget(name: string): Promise<void> { await (await drafts()).delete(name); }

// <kept-line> stands at the top of each page: it says that something written without a network waits on this device, where it does.
export class KeptLine extends HTMLElement {
  connectedCallback(): void {
    if ("caches" in window && document.querySelector("kept-draft") === null) void this.#show();
  }

  async #show(): Promise<void> {
    const waits = (await unsentForms()).length > 0 || (["/ask", "/offer"].includes(location.pathname) && (await recall(draft)) !== undefined);
    this.hidden = !waits;
  }
}
