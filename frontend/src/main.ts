// The one entry of the site: styles, htmx, and the elements that upgrade plain controls in place. Every page
// works without it.
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/pages.css";
import "./styles/forced-colors.css";
import "./styles/print.css";
import "htmx.org";
import { WeekStrip } from "./elements/week-strip";
import { PlaceCombobox } from "./elements/place-combobox";
import { ListingMap } from "./elements/listing-map";
import { CopyLink } from "./elements/copy-link";
import { CodeChoice } from "./elements/code-choice";
import { KeptDraft } from "./elements/kept-draft";
import { KeptLine } from "./elements/kept";
import { UnsentForm } from "./elements/unsent-form";
import { PhotoChooser } from "./elements/photo-chooser";
import { PasskeyForm } from "./elements/passkey-form";
import { guardForms } from "./elements/forms";

customElements.define("week-strip", WeekStrip);
customElements.define("place-combobox", PlaceCombobox);
customElements.define("listing-map", ListingMap);
customElements.define("copy-link", CopyLink);
customElements.define("code-choice", CodeChoice);
customElements.define("kept-draft", KeptDraft);
customElements.define("kept-line", KeptLine);
customElements.define("unsent-form", UnsentForm);
customElements.define("photo-chooser", PhotoChooser);
customElements.define("passkey-form", PasskeyForm);
guardForms(document);

// The address changes with each build, so that a new one brings the page for no network that belongs to it.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  const build = new URL(import.meta.url).pathname.split("/").at(-1) ?? "";
  window.addEventListener("load", () => { void navigator.serviceWorker.register(`/worker.js?${build}`).catch(() => undefined); });
}
