// <kept-draft> wraps the text field of the page for no network: it shows what could not be sent, and keeps what is typed.
// The worker (worker/offline.ts) keeps and forgets under the same name.
const draft = "/offline/draft";
const lasts = 24 * 60 * 60 * 1000; // ms: a device may be somebody else's tomorrow

export class KeptDraft extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("textarea");
    if (field === null || !("caches" in window)) return;
    void this.#show(field);
    field.addEventListener("input", () => { void this.#keep(field.value); });
  }

  async #show(field: HTMLTextAreaElement): Promise<void> {
    const cache = await caches.open("drafts");
    const kept = await cache.match(draft);
    if (kept === undefined) return;
    const since = Date.now() - Date.parse(kept.headers.get("date") ?? "");
    if (since >= 0 && since < lasts) field.value ||= await kept.text();
    else await cache.delete(draft);
  }

  async #keep(words: string): Promise<void> {
    const cache = await caches.open("drafts");
    if (words.trim() === "") await cache.delete(draft);
    else await cache.put(draft, new Response(words, { headers: { date: new Date().toUTCString() } }));
  }
}
