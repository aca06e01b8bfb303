import { draft, forget, keep, recall } from "./kept";

// <kept-draft> wraps the text field of the page for no network: it shows what could not be sent, says so in what is marked data-kept,
// and keeps what is typed. Whoever opens that page with a network is not told that there is none.
export class KeptDraft extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("textarea");
    if (location.pathname === "/offline" && navigator.onLine) nameConnected();
    if (field === null || !("caches" in window)) return;
    void this.#show(field);
    field.addEventListener("input", () => { void (field.value.trim() === "" ? forget(draft) : keep(draft, field.value)); });
  }

  async #show(field: HTMLTextAreaElement): Promise<void> {
    const words = await recall(draft);
    if (words === undefined) return;
    field.value ||= words;
    this.querySelector("[data-kept]")?.removeAttribute("hidden");
  }
}

function nameConnected(): void {
  const heading = document.querySelector<HTMLElement>("[data-connected]");
  if (heading !== null) heading.textContent = heading.dataset.connected ?? "";
  for (const part of document.querySelectorAll<HTMLElement>("[data-away]")) part.hidden = true;
}
