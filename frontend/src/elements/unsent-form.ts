import { forget, unsent, unsentForms } from "./kept";

// <unsent-form> on the page for no network shows what forms held that could not be sent, to be copied from there, in titles and fields made
// of its <template>, until its button throws that away.
export class UnsentForm extends HTMLElement {
  connectedCallback(): void {
    if (!("caches" in window)) return;
    void this.#show();
    this.querySelector("button")?.addEventListener("click", () => { void forget(unsent).then(() => { this.hidden = true; }); });
  }

  async #show(): Promise<void> {
    const forms = await unsentForms();
    const made = this.querySelector("template");
    if (forms.length === 0 || made === null) return;
    const part = (name: string): Element => made.content.querySelector(name)?.cloneNode(true) as Element;
    for (const { title, fields } of forms) {
      const line = part("p");
      line.append(title);
      made.before(line, ...fields.map(({ label, value }) => filled(part("label"), label, value)));
    }
    this.hidden = false;
  }
}

function filled(part: Element, label: string, value: string): Element {
  part.querySelector("span")?.append(label);
  const field = part.querySelector("textarea");
  if (field !== null) field.value = value;
  return part;
}

const texts = ["text", "search", "url", "number", "date", "time"]; // no address, no password, no file, nothing that is not seen
const secret = /one-time-code|password|postal-code|street-address|address-/;
const places = "place-combobox"; // whose fields leave completing to it

// tellWorker what a form holds that is just being sent, so that it can keep that if it has no network to send it by.
export function tellWorker(form: HTMLFormElement, by: HTMLElement | null): void {
  const action = new URL(by?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  if (action.origin !== location.origin) return;
  action.hash = "";
  const fields = [...form.elements].filter(holdsText).map((field) => ({ label: labelOf(field), value: field.value, long: field instanceof HTMLTextAreaElement }));
  navigator.serviceWorker.controller?.postMessage({ action: action.href, title: document.title, fields });
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

function holdsText(field: Element): field is TextField {
  if (!(field instanceof HTMLTextAreaElement) && !(field instanceof HTMLInputElement && texts.includes(field.type))) return false;
  if (field.readOnly || field.disabled || secret.test(field.autocomplete) || field.closest(places) !== null) return false;
  return field.value.trim() !== "";
}

function labelOf(field: TextField): string {
  return (field.labels?.[0]?.textContent ?? field.ariaLabel ?? field.name).replace(/\s+/g, " ").trim();
}
