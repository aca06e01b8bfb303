// What runs while there is no network: a page that was asked for in vain is answered by /offline, and what somebody wrote that could not
// be sent is kept for a day, the sentence of a listing to go on with, and what any other form held to be copied. Nothing else is kept:
// what pages show may be one person's own.
declare const self: ServiceWorkerGlobalScope;
export {};

const shell = "shell"; // the page for no network, and the files that draw it
const drafts = "drafts"; // what was written; /offline shows it (src/elements/kept.ts)
const page = "/offline";
const draft = "/offline/draft";
const unsent = "/offline/unsent";
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

// Form is one that a page is sending, as src/elements/unsent-form.ts tells of it: what is seen of it and is text.
interface Form { action: string; title: string; fields: { label: string; value: string }[] }

const sending = new Map<string, Form>(); // by where to
const waiting = new Map<string, (form: Form) => void>();

self.addEventListener("message", (event) => {
  const form = event.data as Form;
  sending.set(form.action, form);
  waiting.get(form.action)?.(form);
});

// sent is the form that a request sends. What its page tells of it may come later than the request; of a page without scripts never.
function sent(to: string): Promise<Form | undefined> {
  const told = sending.get(to);
  if (told !== undefined) return Promise.resolve(told);
  return new Promise((done) => {
    waiting.set(to, done);
    setTimeout(() => { done(undefined); }, 1000); // ms: nobody reads the page for no network before
  });
}

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
  const to = request.url.split("#", 1)[0] ?? "";
  try {
    const preloaded = (await preloadResponse) as Response | undefined;
    const answer = preloaded ?? (await fetch(request));
    if (answer.ok || answer.type === "opaqueredirect") await went(request, typed, answer, sending.get(to));
    return answer;
  } catch (error) {
    if (request.method === "POST") await keep(typed, await sent(to));
    const cache = await caches.open(shell);
    const kept = await cache.match(page);
    if (kept === undefined) throw error;
    return kept;
  } finally {
    sending.delete(to);
    waiting.delete(to);
  }
}

function says(request: Request): boolean {
  return request.method === "POST" && writes.includes(new URL(request.url).pathname);
}

async function wordsOf(typed: Request | undefined): Promise<string> {
  const words = (await typed?.formData().catch(() => undefined))?.get("description");
  return typeof words === "string" ? plain(words) : "";
}

// plain is a text as it is compared: forms send other ends of lines than fields hold.
function plain(words: string): string { return words.replaceAll("\r\n", "\n").trim(); }

// went forgets what has gone where it belongs: the sentence into a form, or posted, and what a form held when it is done. Other words in
// the same form leave it where it is.
async function went(request: Request, typed: Request | undefined, answer: Response, form: Form | undefined): Promise<void> {
  const cache = await caches.open(drafts);
  const kept = await cache.match(draft);
  if (kept !== undefined) {
    const words = typed === undefined ? plain(new URL(request.url).searchParams.get("text") ?? "") : await wordsOf(typed);
    if (words === plain(await kept.text())) await cache.delete(draft);
  }
  const held = await cache.match(unsent);
  if (held === undefined || form === undefined || answer.type !== "opaqueredirect") return;
  const { title, fields } = (await held.json()) as Form;
  if (title === form.title && fields.every(({ label }) => form.fields.some((field) => field.label === label))) await cache.delete(unsent);
}

async function keep(typed: Request | undefined, form: Form | undefined): Promise<void> {
  const words = await wordsOf(typed);
  if (words !== "") await put(draft, words);
  const { title = "", fields = [] } = form ?? {};
  const others = fields.filter(({ value }) => plain(value) !== words);
  if (others.length > 0) await put(unsent, JSON.stringify({ title, fields: others }));
}

async function put(name: string, words: string): Promise<void> {
  const cache = await caches.open(drafts);
  await cache.put(name, new Response(words, { headers: { date: new Date().toUTCString() } }));
}

async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(shell);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}
