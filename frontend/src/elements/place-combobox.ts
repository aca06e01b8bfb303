// <place-combobox src="/places"> wraps a text input and suggests places while one types, after the ARIA
// combobox pattern (list autocomplete, manual selection). The input stays the truth: any text may be sent.
import { figure } from "./figure";

interface Place {
  value: string;
  label: string;
}

const typingPause = 180; // ms: between two keys of a quick typist, so that a word asks once

let made = 0;

export class PlaceCombobox extends HTMLElement {
  #input: HTMLInputElement | null = null;
  #list: HTMLUListElement = document.createElement("ul");
  #status: HTMLSpanElement = document.createElement("span");
  #places: Place[] = [];
  #active = -1;
  #timer: number | undefined;
  #asking: AbortController | undefined;

  connectedCallback(): void {
    this.#input = this.querySelector("input");
    if (this.#input === null || this.dataset.ready !== undefined) return;
    this.dataset.ready = "";
    this.#dress(this.#input);
    this.#input.addEventListener("input", () => { this.#typed(); });
    this.#input.addEventListener("keydown", (e) => { this.#key(e); });
    this.#input.addEventListener("blur", () => { this.#close(); });
    this.#list.addEventListener("pointerdown", (e) => { e.preventDefault(); }); // keep the focus in the input
    this.#list.addEventListener("click", (e) => { this.#clicked(e); });
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  #dress(input: HTMLInputElement): void {
    this.#list.id = `places-${++made}`;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
    this.#list.hidden = true;
    this.#status.className = "sr";
    this.#status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.#list.id);
    input.autocomplete = "off";
    this.append(this.#list, this.#status);
  }

  #typed(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => { void this.#ask(); }, typingPause);
  }

  async #ask(): Promise<void> {
    const query = this.#input?.value.trim() ?? "";
    this.#asking?.abort();
    if (query.length < 2) { this.#close(); return; }
    this.#asking = new AbortController();
    try {
      const url = `${this.getAttribute("src") ?? "/places"}?q=${encodeURIComponent(query)}`;
      const answer = await fetch(url, { signal: this.#asking.signal, headers: { Accept: "application/json" } });
      this.#show(answer.ok ? places(await answer.json()) : []);
    } catch {
      this.#close(); // no network, or a newer question: the plain input still works
    }
  }

  #show(found: Place[]): void {
    this.#places = found;
    this.#active = -1;
    this.#list.replaceChildren(...found.map((place, i) => this.#option(place, i)));
    this.#say(found.length);
    this.#open(found.length > 0 && document.activeElement === this.#input);
  }

  #option(place: Place, i: number): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${i}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.textContent = place.label;
    return option;
  }

  #say(count: number): void {
    const words = count === 0 ? this.dataset.none : this.dataset.found?.replace("#", figure(count, this.dataset.digits));
    this.#status.textContent = words ?? "";
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape" && !this.#list.hidden) { event.preventDefault(); this.#close(); return; }
    if (this.#list.hidden) {
      if (event.key === "ArrowDown") { event.preventDefault(); void this.#ask(); }
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#activate(this.#active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    }
  }

  // Beyond either end stands the input itself (-1), as the pattern has it.
  #activate(i: number): void {
    const last = this.#places.length - 1;
    this.#active = i > last ? -1 : i < -1 ? last : i;
    [...this.#list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === this.#active));
    });
    const option = this.#list.children[this.#active];
    if (option === undefined) this.#input?.removeAttribute("aria-activedescendant");
    else this.#input?.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  }

  #clicked(event: MouseEvent): void {
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (option !== null) this.#choose([...this.#list.children].indexOf(option));
  }

  #choose(i: number): void {
    const place = this.#places[i];
    if (place === undefined || this.#input === null) return;
    this.#input.value = place.value;
    this.#close();
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #open(open: boolean): void {
    this.#list.hidden = !open;
    this.#input?.setAttribute("aria-expanded", String(open));
  }

  #close(): void {
    this.#active = -1;
    this.#input?.removeAttribute("aria-activedescendant");
    this.#open(false);
  }
}

// places keeps what has the right shape; whatever else came is left out.
function places(answer: unknown): Place[] {
  if (!Array.isArray(answer)) return [];
  return answer.filter((p: unknown): p is Place =>
    typeof p === "object" && p !== null && "value" in p && "label" in p &&
    typeof p.value === "string" && typeof p.label === "string");
}
