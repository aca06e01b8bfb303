// What runs while there is no network: a page that was asked for in vain is answered by /offline, and the words of a
// listing that could not be sent are kept until they can. Nothing else is kept: what pages show may be one person's own.
declare const self: ServiceWorkerGlobalScope;
export {};

const shell = "shell"; // the page for no network, and the files that draw it
const drafts = "drafts"; // what was typed; /offline reads it (src/elements/kept-draft.ts)
const page = "/offline";
const draft = "/offline/draft";
const writes = ["/ask", "/offer"]; // where somebody says a need or an offer in their own words

self.addEventListener("install", (event) => { event.waitUntil(keepShell().then(() => self.skipWaiting())); });
self.addEventListener("activate", (event) => {
  // With preload a page is asked for while the worker starts, not after: with a network nobody waits for it.
  event.waitUntil(Promise.all([self.registration.navigationPreload.enable(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(navigated(event));
  else if (new URL(event.request.url).pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
});

// keepShell fetches as a visitor, so that the page names nobody.
async function keepShell(): Promise<void> {
  const answer = await fetch(page, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
  const drawn = (await answer.clone().text()).match(/\/assets\/[^"]+\.(?:js|css|woff2)/g) ?? [];
  await caches.delete(shell);
  const cache = await caches.open(shell);
  await cache.addAll([...new Set(drawn)]);
  await cache.put(page, answer);
}

async function navigated({ request, preloadResponse }: FetchEvent): Promise<Response> {
  const typed = says(request) ? request.clone() : undefined;
  try {
    const preloaded = (await preloadResponse) as Response | undefined;
    const answer = preloaded ?? (await fetch(request));
    if (went(request, answer)) await forget();
    return answer;
  } catch (error) {
    if (typed !== undefined) await keep(typed);
    const cache = await caches.open(shell);
    const kept = await cache.match(page);
    if (kept === undefined) throw error;
    return kept;
  }
}

function says(request: Request): boolean {
  return request.method === "POST" && writes.includes(new URL(request.url).pathname);
}

// went reports whether the words have gone where they belong: into a form, or posted (which leads elsewhere).
function went(request: Request, answer: Response): boolean {
  if (says(request)) return answer.ok || answer.type === "opaqueredirect";
  return answer.ok && new URL(request.url).searchParams.has("text");
}

async function keep(request: Request): Promise<void> {
  const form = await request.formData().catch(() => undefined);
  const words = form?.get("description");
  if (typeof words !== "string" || words.trim() === "") return;
  const cache = await caches.open(drafts);
  await cache.put(draft, new Response(words, { headers: { date: new Date().toUTCString() } }));
}

async function forget(): Promise<void> {
  const cache = await caches.open(drafts);
  await cache.delete(draft);
}

async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(shell);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}
