import { forget, recall, unsent, type Unsent } from "./kept";

// <unsent-form> on the page for no network shows what a form held that could not be sent, to be copied from there, in fields made of its
// <template>, until its button throws that away.
export class UnsentForm extends HTMLElement {
  connectedCallback(): void {
    if (!("caches" in window)) return;
    void this.#show();
    this.querySelector("button")?.addEventListener("click", () => { void forget(unsent).then(() => { this.hidden = true; }); });
  }

  async #show(): Promise<void> {
    const kept = await recall(unsent);
    const made = this.querySelector("template");
    if (kept === undefined || made === null) return;
    const { title, fields } = JSON.parse(kept) as Unsent;
    this.querySelector("[data-title]")?.append(title);
    for (const { label, value } of fields) {
      const part = made.content.cloneNode(true) as DocumentFragment;
      part.querySelector("span")?.append(label);
      const field = part.querySelector("textarea");
      if (field !== null) field.value = value;
      made.before(part);
    }
    this.hidden = false;
  }
}

const texts = ["text", "search", "url", "number", "date", "time"]; // no address, no password, no file, nothing that is not seen
const secret = /one-time-code|password/;

// tellWorker what a form holds that is just being sent, so that it can keep that if it has no network to send it by.
export function tellWorker(form: HTMLFormElement, by: HTMLElement | null): void {
  const action = new URL(by?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  if (action.origin !== location.origin) return;
  action.hash = "";
  const fields = [...form.elements].filter(holdsText).map((field) => ({ label: labelOf(field), value: field.value }));
  navigator.serviceWorker.controller?.postMessage({ action: action.href, title: document.title, fields });
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

function holdsText(field: Element): field is TextField {
  if (!(field instanceof HTMLTextAreaElement) && !(field instanceof HTMLInputElement && texts.includes(field.type))) return false;
  return !field.readOnly && !field.disabled && !secret.test(field.autocomplete) && field.value.trim() !== "";
}

function labelOf(field: TextField): string {
  return (field.labels?.[0]?.textContent ?? field.ariaLabel ?? field.name).replace(/\s+/g, " ").trim();
}
