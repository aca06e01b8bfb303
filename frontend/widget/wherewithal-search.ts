// <wherewithal-search> shows what groups offer and need inside a page of another site. It sets no cookie, keeps nothing, and asks
// nobody but the site that it came from. What stands inside the element is shown where no script runs. Attributes:
//   q, near, within, borough, side, kind, tags, network, features, day   what is looked for to begin with; borough, kind, tags, features,
//                                                               day and within stay whatever the visitor types
//   limit    how many at a time, 1 to 20; 10 when left out
//   heading  the level of the titles' headings, 2 to 6; 3 when left out
//   map      "none" leaves the map out
//   lang     the language; else that of the element around it, else the browser's
//   site     where it asks; else where the script came from
import { ask, Refused, type Answer, type Item } from "./answer";
import { draw, placed } from "./map";
import { styles } from "./styles";
import { english, type Words } from "./words";

const home = new URL(import.meta.url).origin;
const fixed = ["within", "borough", "kind", "tags", "network", "features", "day"];

function make<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string> = {}, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...inside);
  return e;
}

const within = (text: string, n: number | string): string => text.replace("#", String(n));

export class WherewithalSearch extends HTMLElement {
  #words: Words = english;
  #items: Item[] = [];
  #next = "";
  #asking = new AbortController();
  #frame = make("div", { class: "frame" });
  #status = make("p", { class: "status", role: "status" });
  #list = make("ul", { class: "list" });
  #actions = make("div", { class: "row" });
  #map = make("div", { id: "map", hidden: "" });
  #form: HTMLFormElement | undefined;
  #site = home;
  #language = "";

  connectedCallback(): void {
    if (this.shadowRoot !== null) return; // moved within the page
    const sheet = new CSSStyleSheet(); // which a strict Content-Security-Policy lets be, unlike a style element
    sheet.replaceSync(styles);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#site = new URL(this.getAttribute("site") ?? home).origin;
    this.#language = this.closest("[lang]")?.getAttribute("lang") ?? navigator.language;
    root.append(this.#frame);
    [this.#frame.lang, this.#frame.dir] = ["en-GB", "ltr"];
    this.#build({ q: this.getAttribute("q") ?? "", near: this.getAttribute("near") ?? "", side: this.getAttribute("side") ?? "" });
    void this.#search();
  }

  disconnectedCallback(): void { this.#asking.abort(); }

  // build draws all but what was found, in the words there are.
  #build(said: { q: string; near: string; side: string }): void {
    const w = this.#words;
    const q = make("input", { id: "q", name: "q", type: "search", maxlength: "400", autocomplete: "off" });
    const near = make("input", { id: "near", name: "near", type: "text", maxlength: "100", autocomplete: "off" });
    [q.value, near.value] = [said.q, said.near];
    const fields = make("div", { class: "fields" }, make("div", {}, make("label", { for: "q" }, w.what), q), make("div", {}, make("label", { for: "near" }, w.near), near));
    const sides = make("fieldset", {}, make("legend", { class: "sr" }, w.which), ...[["", w.all], ["offer", w.offers], ["need", w.needs]].map(([value = "", text = ""]) => {
      const radio = make("input", { type: "radio", name: "side", value });
      radio.checked = said.side === value;
      return make("label", {}, radio, text);
    }));
    const form = make("form", { role: "search", "aria-label": w.label }, fields, sides, make("button", { class: "main" }, w.search));
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.#search(); });
    sides.addEventListener("change", () => { void this.#search(); });
    this.#form = form;
    const foot = make("p", { class: "more-at" }, make("a", { href: `${this.#site}/find`, part: "link" }, within(w.from, new URL(this.#site).host)));
    this.#frame.replaceChildren(form, this.#status, this.#list, this.#actions, this.#map, foot);
  }

  #said(): { q: string; near: string; side: string } {
    const data = new FormData(this.#form);
    const text = (name: string): string => { const v = data.get(name); return typeof v === "string" ? v.trim() : ""; };
    return { q: text("q"), near: text("near"), side: text("side") };
  }

  #address(cursor: string): URL {
    const url = new URL("/widget/search.json", this.#site);
    const add = (name: string, value: string | null): void => { if (value !== null && value !== "") url.searchParams.append(name, value); };
    const said = this.#said();
    for (const [name, value] of Object.entries(said)) add(name, value);
    for (const name of fixed) for (const value of (this.getAttribute(name) ?? "").split(",")) add(name, value.trim());
    if (said.near === "") url.searchParams.delete("within");
    add("limit", this.getAttribute("limit"));
    add("lang", this.#language);
    add("cursor", cursor);
    return url;
  }

  async #search(cursor = ""): Promise<void> {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.#frame.setAttribute("aria-busy", "true");
    this.#status.textContent = this.#words.searching;
    try {
      const answer = await ask(this.#address(cursor), signal);
      if (!signal.aborted) this.#show(answer, cursor !== "");
    } catch (error) {
      if (!signal.aborted) this.#fail(error, cursor);
    }
    if (!signal.aborted) this.#frame.removeAttribute("aria-busy");
  }

  #show(answer: Answer, more: boolean): void {
    this.#speak(answer);
    const first = this.#items.length;
    this.#items = more ? [...this.#items, ...answer.items] : answer.items;
    this.#next = answer.next ?? "";
    const w = this.#words;
    this.#status.textContent = this.#items.length === 0 ? w.none
      : this.#next !== "" ? within(w.found_more, this.#items.length)
      : this.#items.length === 1 ? w.found_one : within(w.found_other, this.#items.length);
    if (!more) this.#list.replaceChildren();
    this.#list.append(...answer.items.map((i) => this.#entry(i)));
    this.#act();
    if (!this.#map.hidden) this.#drawMap();
    if (more) this.#list.children[first]?.querySelector("a")?.focus();
  }

  // speak puts the words of another language in place of the English ones, once they come.
  #speak(answer: Answer): void {
    if (answer.words === undefined || this.#frame.lang === answer.lang) return;
    this.#words = { ...english, ...answer.words };
    this.#frame.lang = answer.lang;
    this.#frame.dir = answer.dir;
    const had = this.shadowRoot?.activeElement?.id ?? "";
    this.#build(this.#said());
    if (had !== "") this.shadowRoot?.getElementById(had)?.focus();
  }

  #entry(i: Item): HTMLLIElement {
    const level = /^[2-6]$/.test(this.getAttribute("heading") ?? "") ? this.getAttribute("heading") : "3";
    const tongue: Record<string, string> = i.lang === undefined ? {} : { lang: i.lang, dir: i.dir ?? "auto" };
    const title = make(`h${level ?? "3"}` as "h3", tongue, make("a", { href: i.url, part: "link" }, i.title));
    const [before = "", after = ""] = this.#words.about.split("#");
    const act = make("a", { href: i.url, class: "act", part: "link" }, i.side === "need" ? this.#words.help : this.#words.ask,
      make("span", { class: "sr" }, " " + before, make("span", tongue, i.title), after));
    return make("li", { "data-id": i.id }, make("span", { class: `side ${i.side}` }, i.sideSaid), title, make("p", { class: "group" }, i.group),
      make("ul", { class: "facts" }, ...i.facts.map((f) => make("li", {}, f))), act);
  }

  #act(): void {
    const w = this.#words;
    const all: HTMLButtonElement[] = [];
    if (this.#next !== "") all.push(this.#button(w.more, () => { void this.#search(this.#next); }));
    if (this.getAttribute("map") !== "none" && placed(this.#items).length > 0) {
      const open = this.#button(this.#map.hidden ? w.map_open : w.map_close, () => {
        this.#map.hidden = !this.#map.hidden;
        open.setAttribute("aria-expanded", String(!this.#map.hidden));
        open.textContent = this.#map.hidden ? w.map_open : w.map_close;
        if (!this.#map.hidden) { this.#drawMap(); this.#map.scrollIntoView({ block: "nearest" }); }
      });
      open.setAttribute("aria-expanded", String(!this.#map.hidden));
      open.setAttribute("aria-controls", "map");
      all.push(open);
    } else {
      this.#map.hidden = true;
    }
    this.#actions.replaceChildren(...all);
  }

  #button(text: string, press: () => void): HTMLButtonElement {
    const b = make("button", { type: "button" }, text);
    b.addEventListener("click", press);
    return b;
  }

  #drawMap(): void {
    this.#map.replaceChildren(draw(this.#items, within(this.#words.map, placed(this.#items).length), (n) => within(this.#words.km, n), (items) => { this.#point(items); }, this.#map.clientWidth));
  }

  // point leads from a point of the map to what lies there.
  #point(items: Item[]): void {
    for (const li of this.#list.children) li.classList.toggle("shown", items.some((i) => i.id === li.getAttribute("data-id")));
    this.#list.querySelector<HTMLAnchorElement>(".shown a")?.focus();
  }

  #fail(error: unknown, cursor: string): void {
    const w = this.#words;
    const refused = error instanceof Refused ? error : undefined;
    this.#status.textContent = refused?.status === 429 ? w.busy : refused?.status === 422 && refused.said !== "" ? refused.said : w.outage;
    if (cursor === "") {
      this.#items = [];
      this.#list.replaceChildren();
      this.#map.hidden = true;
    }
    this.#actions.replaceChildren(...(refused?.status === 422 ? [] : [this.#button(w.again, () => { void this.#search(cursor); })]));
  }
}

if (customElements.get("wherewithal-search") === undefined) customElements.define("wherewithal-search", WherewithalSearch);
