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
import { draw, placed, type Drawn } from "./map";
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
  #toggle = make("button", { type: "button", "aria-controls": "map" });
  #drawn: Drawn | undefined;
  #opened: string | undefined; // the first item of the point that is open
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
    this.#toggle.addEventListener("click", () => { this.#unfold(this.#map.hasAttribute("hidden")); });
    this.#map.addEventListener("keydown", (event) => { this.#leave(event); });
    new ResizeObserver(() => { if (!this.#map.hidden) this.#redraw(); }).observe(this.#map);
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
    this.#unfold(!this.#map.hidden);
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
    if (this.getAttribute("map") !== "none" && placed(this.#items).length > 0) all.push(this.#toggle);
    else this.#map.hidden = true;
    this.#actions.replaceChildren(...all);
  }

  #button(text: string, press: () => void): HTMLButtonElement {
    const b = make("button", { type: "button" }, text);
    b.addEventListener("click", press);
    return b;
  }

  // unfold shows the map of what was found, or none.
  #unfold(shown: boolean): void {
    this.#map.hidden = !shown;
    this.#toggle.setAttribute("aria-expanded", String(shown));
    this.#toggle.textContent = shown ? this.#words.map_close : this.#words.map_open;
    this.#opened = this.#drawn = undefined;
    this.#map.replaceChildren();
    if (!shown) return;
    this.#redraw();
    this.#map.scrollIntoView({ block: "nearest" });
  }

  // redraw makes the picture as wide as there is room now. What has the focus and what is open stay so.
  #redraw(): void {
    const w = this.#words;
    const had = [...this.#drawn?.points ?? []].find(([, point]) => point === this.shadowRoot?.activeElement)?.[0];
    const told = { label: within(w.map, placed(this.#items).length), km: (n: number) => within(w.km, n), here: (n: number) => within(w.here, n) };
    const before = this.#drawn?.picture;
    this.#drawn = draw(this.#items, told, (items) => { this.#open(items); }, this.#map.clientWidth);
    if (before === undefined) this.#map.append(this.#drawn.picture);
    else before.replaceWith(this.#drawn.picture);
    this.#point()?.setAttribute("aria-expanded", "true");
    if (had !== undefined) this.#drawn.points.get(had)?.focus();
  }

  #point(): SVGElement | undefined { return this.#drawn?.points.get(this.#opened ?? ""); }

  // open shows below the map what lies at a point of it.
  #open(items: Item[]): void {
    this.#close();
    this.#opened = items[0]?.id;
    this.#point()?.setAttribute("aria-expanded", "true");
    const here = make("div", { class: "here", role: "dialog", "aria-label": this.#point()?.getAttribute("aria-label") ?? "" },
      make("ul", { class: "list" }, ...items.map((i) => this.#entry(i))), this.#button(this.#words.close, () => { this.#close(); }));
    this.#map.append(here);
    here.scrollIntoView({ block: "nearest" });
    here.querySelector("a")?.focus();
  }

  // close takes that away again; who was in it is back at the point.
  #close(): void {
    this.#map.querySelector(".here")?.remove();
    this.#point()?.setAttribute("aria-expanded", "false");
    this.#point()?.focus();
    this.#opened = undefined;
  }

  // leave is by Escape: from what a point shows to the point, from a point to the button of the map.
  #leave(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // what the widget stands in may close by it too
    if (this.#opened !== undefined) { this.#close(); return; }
    this.#unfold(false);
    this.#toggle.focus();
  }

  #fail(error: unknown, cursor: string): void {
    const w = this.#words;
    const refused = error instanceof Refused ? error : undefined;
    const theirs = refused?.status === 422 || refused?.status === 400; // what was asked does not fit, a page that is no longer there too
    this.#status.textContent = refused?.status === 429 ? w.busy : theirs && refused.said !== "" ? refused.said : w.outage;
    if (cursor === "") {
      this.#items = [];
      this.#list.replaceChildren();
      this.#map.hidden = true;
    }
    this.#actions.replaceChildren(...(theirs ? [] : [this.#button(w.again, () => { void this.#search(cursor); })]));
  }
}

if (customElements.get("wherewithal-search") === undefined) customElements.define("wherewithal-search", WherewithalSearch);
