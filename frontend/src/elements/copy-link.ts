// <copy-link> wraps a link and turns a press on it into a copy of its address. Without a clipboard the link
// stays a link.
export class CopyLink extends HTMLElement {
  connectedCallback(): void {
    const link = this.querySelector("a");
    if (link === null || !("clipboard" in navigator)) return;
    const words = link.textContent;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void navigator.clipboard.writeText(link.href).then(() => {
        link.textContent = link.dataset.done ?? words;
        window.setTimeout(() => { link.textContent = words; }, 2000); // long enough to read a word
      });
    });
  }
}
