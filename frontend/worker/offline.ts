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
const mostForms = 5; // that are kept at once: each stands on /offline whole
const lasts = 24 * 60 * 60 * 1000; // ms
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
interface Form { action: string; title: string; fields: { label: string; value: string; long: boolean }[] }
interface Kept extends Form { at: number } // ms since 1970

let led: Form | undefined; // a form whose answer leads on to a page that nobody has asked for yet

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
  const came = signsIn(request) ? undefined : led; // a form of somebody who is to sign in first has not gone anywhere
  led = undefined;
  try {
    const preloaded = (await preloadResponse) as Response | undefined;
    const answer = preloaded ?? (await fetch(request));
    if (answer.type === "opaqueredirect") led = sending.get(to) ?? came;
    else if (answer.ok && came !== undefined) await forget(came).catch(unkept);
    if (answer.ok || answer.type === "opaqueredirect") await went(request, typed).catch(unkept);
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

// unkept passes over what cannot be read or written of the kept: the page is there, and that is what counts.
function unkept(): void { /* it stays for its day */ }

function signsIn(request: Request): boolean { return /^\/sign-in(\/|$)/.test(new URL(request.url).pathname); }

function says(request: Request): boolean {
  return request.method === "POST" && writes.includes(new URL(request.url).pathname);
}

async function wordsOf(typed: Request | undefined): Promise<string> {
  const words = (await typed?.formData().catch(() => undefined))?.get("description");
  return typeof words === "string" ? plain(words) : "";
}

// plain is a text as it is compared: forms send other ends of lines than fields hold.
function plain(words: string): string { return words.replaceAll("\r\n", "\n").trim(); }

// went forgets the sentence that has gone where it belongs, into a form, or posted.
async function went(request: Request, typed: Request | undefined): Promise<void> {
  const cache = await caches.open(drafts);
  const kept = await cache.match(draft);
  if (kept !== undefined) {
    const words = typed === undefined ? plain(new URL(request.url).searchParams.get("text") ?? "") : await wordsOf(typed);
    if (words === plain(await kept.text())) await cache.delete(draft);
  }
}

// forget what a form held that is done. Other words in the same form leave it where it is.
async function forget(form: Form): Promise<void> {
  const all = await held();
  const left = all.filter((one) => !holds(form, one));
  if (left.length === 0) await (await caches.open(drafts)).delete(unsent);
  else if (left.length < all.length) await put(unsent, JSON.stringify(left));
}

// holds reports whether a form has all that one before it had. What is short may be told in other words, as a day is, or a title.
function holds(form: Form, before: Form): boolean {
  const has = ({ label, value, long }: Form["fields"][number]): boolean =>
    form.fields.some((field) => field.label === label && (!long || plain(field.value) === plain(value)));
  return form.action === before.action && form.title === before.title && before.fields.every(has);
}

// held are the forms that are kept, the newest first.
async function held(): Promise<Kept[]> {
  const kept = await (await caches.open(drafts)).match(unsent);
  const all = (await kept?.json().catch(() => undefined)) as Kept[] | undefined;
  return (Array.isArray(all) ? all : []).filter(({ at }) => Date.now() - at < lasts);
}

async function keep(typed: Request | undefined, form: Form | undefined): Promise<void> {
  const words = await wordsOf(typed);
  if (words !== "") await put(draft, words);
  const fields = form?.fields.filter(({ value }) => plain(value) !== words) ?? [];
  if (form === undefined || fields.length === 0) return;
  const before = (await held()).filter((one) => !holds(form, one));
  await put(unsent, JSON.stringify([{ ...form, fields, at: Date.now() }, ...before].slice(0, mostForms)));
}

async function put(name: string, words: string): Promise<void> {
  const cache = await caches.open(drafts);
  await cache.put(name, new Response(words, { headers: { date: new Date().toUTCString() } }));
}

async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(shell);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}
