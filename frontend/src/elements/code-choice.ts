// <code-choice> wraps the radio buttons that say in which language examples are shown. The styles show them; this only
// remembers the choice on this device, for the next page.
const kept = "code";

export class CodeChoice extends HTMLElement {
  connectedCallback(): void {
    const known = this.#kept();
    for (const radio of this.querySelectorAll("input")) {
      if (radio.value === known) radio.checked = true;
      radio.addEventListener("change", () => { this.#keep(radio.value); });
    }
  }

  // A browser may refuse to keep anything: then each page begins anew.
  #kept(): string | null {
    try { return localStorage.getItem(kept); } catch { return null; }
  }

  #keep(code: string): void {
    try { localStorage.setItem(kept, code); } catch { /* nothing is kept */ }
  }
}
