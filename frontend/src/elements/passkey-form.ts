// <passkey-form> wraps a form that a device fills in: with a passkey it makes, or with its answer to a question. Where the
// browser knows no passkeys the form stays hidden, and the page is as it is without this element.
interface Asked {
  challenge: string;
  options: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;
}

export class PasskeyForm extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    const button = this.querySelector("button");
    if (form === null || button === null || !known()) return;
    form.hidden = false;
    this.querySelector(".cannot")?.remove();
    button.addEventListener("click", () => { if (form.reportValidity()) void this.#run(form, button); });
    form.addEventListener("submit", (event) => { // Enter in a field is a press on the button
      event.preventDefault();
      button.click();
    });
  }

  async #run(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
    const said = this.querySelector("[role=status]");
    button.disabled = true;
    if (said !== null) said.textContent = "";
    try {
      const asked = await this.#ask();
      field(form, "challenge").value = asked.challenge;
      field(form, "answer").value = JSON.stringify(await this.#answer(asked));
      form.submit();
    } catch {
      if (said !== null) said.textContent = this.dataset.stopped ?? "";
    }
    button.disabled = false;
  }

  async #ask(): Promise<Asked> {
    const answer = await fetch(this.dataset.challenge ?? "", { method: "POST", body: new URLSearchParams() });
    if (!answer.ok) throw new Error(String(answer.status));
    return await answer.json() as Asked;
  }

  async #answer({ options }: Asked): Promise<unknown> {
    const made = this.dataset.ceremony === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    if (!(made instanceof PublicKeyCredential)) throw new Error("no answer");
    return made.toJSON();
  }
}

const known = (): boolean => "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential && "credentials" in navigator;

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  const input = form.elements.namedItem(name);
  if (!(input instanceof HTMLInputElement)) throw new Error(`no ${name}`);
  return input;
}
