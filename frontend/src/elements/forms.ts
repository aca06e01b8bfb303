// What every form gets: a second press while the first is under way does nothing (the once-only id would catch
// it, but the reader should see it too), and after an error the summary is focused, so that it is read out.

import { tellWorker } from "./unsent-form";

export function guardForms(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent !== undefined) { event.preventDefault(); return; }
    form.dataset.sent = "";
    if ("serviceWorker" in navigator) tellWorker(form, event.submitter);
    form.setAttribute("aria-busy", "true");
  });
  // Coming back with the browser's back button must not find a dead form.
  window.addEventListener("pageshow", () => { root.querySelectorAll("form[data-sent]").forEach(revive); });
  root.querySelector<HTMLElement>("[data-focus]")?.focus();
  closeMenus(root);
  openTargets(root);
  openInvalid(root);
}

function revive(form: Element): void {
  form.removeAttribute("data-sent");
  form.removeAttribute("aria-busy");
}

// A menu that is a <details> closes with Escape and with a press elsewhere, as people expect of a menu.
function closeMenus(root: Document): void {
  const menus = (): NodeListOf<HTMLDetailsElement> => root.querySelectorAll<HTMLDetailsElement>("details.menu[open]");
  root.addEventListener("click", (event) => {
    for (const menu of menus()) if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

// A chip or an error leads to its field, which may stand inside a closed <details>.
function openTargets(root: Document): void {
  root.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    const field = link === null ? null : root.getElementById(link.hash.slice(1));
    if (field === null) return;
    openAround(field);
    if (field.matches("input, select, textarea")) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });
}

function openAround(field: Element): void {
  for (let up = field.closest("details"); up !== null; up = up.parentElement?.closest("details") ?? null) up.open = true;
}

// A browser that refuses a field cannot say so while the field stands inside a closed <details>: the button would seem
// dead.
function openInvalid(root: Document): void {
  root.addEventListener("invalid", (event) => {
    if (event.target instanceof Element) openAround(event.target);
  }, true);
}
