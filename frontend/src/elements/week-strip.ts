// <week-strip> wraps a table of 7 by 3 labelled checkboxes and makes it one control: a single tab stop, arrow
// keys move the way they point, space marks (the checkbox's own doing), and dragging paints. The checkboxes stay the
// truth: what is sent is what they hold, with or without this element.

const days = 7;

const steps: Record<string, readonly [row: number, column: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

export class WeekStrip extends HTMLElement {
  #boxes: HTMLInputElement[] = [];
  #painting: boolean | undefined;
  #listening: AbortController | undefined;

  connectedCallback(): void {
    this.#boxes = [...this.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
    if (this.#boxes.length === 0) return;
    this.#rove(this.#boxes[0]);
    this.#hint();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener("keydown", (e) => { this.#move(e); }, { signal });
    this.addEventListener("focusin", (e) => { this.#rove(this.#boxOf(e.target)); }, { signal });
    this.addEventListener("pointerdown", (e) => { this.#press(e); }, { signal });
    this.addEventListener("pointermove", (e) => { this.#paint(e); }, { signal });
    this.addEventListener("click", (e) => { this.#swallow(e); }, { signal });
    window.addEventListener("pointerup", () => { this.#release(); }, { signal });
    window.addEventListener("pointercancel", () => { this.#release(); }, { signal });
    this.dataset.ready = "";
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
  }

  // The words come from the page's catalogue, in data-hint.
  #hint(): void {
    const words = this.dataset.hint;
    if (words === undefined || this.querySelector(".week-keys") !== null) return;
    const hint = document.createElement("p");
    hint.className = "hint week-keys";
    hint.textContent = words;
    this.append(hint);
  }

  #rove(current: HTMLInputElement | undefined): void {
    if (current === undefined) return;
    for (const box of this.#boxes) box.tabIndex = box === current ? 0 : -1;
  }

  #move(event: KeyboardEvent): void {
    const at = this.#boxes.indexOf(event.target as HTMLInputElement);
    if (at < 0) return;
    const leftwards = getComputedStyle(this).direction === "rtl";
    const next = this.#boxes[target(event, at, this.#boxes.length, leftwards)];
    if (next === undefined || next === this.#boxes[at]) return;
    event.preventDefault();
    next.focus();
  }

  // A pen or mouse pressed on a time decides whether the drag marks or clears. Touch scrolls, taps mark.
  #press(event: PointerEvent): void {
    const box = this.#boxOf(event.target);
    if (box === undefined || event.pointerType === "touch" || event.button !== 0) return;
    event.preventDefault();
    this.#painting = !box.checked;
    box.focus();
    this.#mark(box);
  }

  #paint(event: PointerEvent): void {
    if (this.#painting === undefined) return;
    const box = this.#boxOf(document.elementFromPoint(event.clientX, event.clientY));
    if (box !== undefined) this.#mark(box);
  }

  #mark(box: HTMLInputElement): void {
    if (this.#painting === undefined || box.checked === this.#painting) return;
    box.checked = this.#painting;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // The press has marked already; the click that follows it must not undo that. A click from the keyboard has
  // no pointer (detail 0) and passes, as does a tap.
  #swallow(event: MouseEvent): void {
    const pointer = event instanceof PointerEvent ? event.pointerType : "";
    if (event.detail > 0 && pointer !== "touch" && this.#boxOf(event.target) !== undefined) event.preventDefault();
  }

  #release(): void {
    this.#painting = undefined;
  }

  #boxOf(target: EventTarget | null): HTMLInputElement | undefined {
    const cell = target instanceof Element ? target.closest("td") : null;
    const box = cell?.querySelector<HTMLInputElement>("input[type=checkbox]");
    return box != null && this.contains(box) ? box : undefined;
  }
}

// target is the index a key leads to; the edges hold. In a week that is written leftwards, Monday is on the right.
function target(event: KeyboardEvent, at: number, count: number, leftwards: boolean): number {
  const row = Math.floor(at / days);
  if (event.key === "Home") return event.ctrlKey ? 0 : row * days;
  if (event.key === "End") return event.ctrlKey ? count - 1 : row * days + days - 1;
  const step = steps[event.key];
  if (step === undefined) return at;
  const column = (at % days) + (leftwards ? -step[1] : step[1]);
  const next = (row + step[0]) * days + column;
  return column < 0 || column >= days || next < 0 || next >= count ? at : next;
}
