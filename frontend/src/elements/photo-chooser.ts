// <photo-chooser> wraps a file input: it shows what was chosen, and makes large photos smaller before they are sent, so that
// they go out over a phone's network in seconds. What this browser cannot draw is sent as it is: the server knows better.
const longest = 2000; // px: more than the largest print that is kept
const small = 1_000_000; // bytes: below, making it smaller wins nothing
const preview = 240; // px

export class PhotoChooser extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    if (input === null) return;
    const shown = document.createElement("ul");
    shown.className = "photo-previews";
    this.append(shown);
    input.addEventListener("change", () => { void this.#chosen(input, shown); });
  }

  async #chosen(input: HTMLInputElement, shown: HTMLElement): Promise<void> {
    const files = [...(input.files ?? [])];
    const turn = files.map((file) => file.name).join("/");
    this.dataset.turn = turn; // choosing again while this one is at work makes it out of date
    const form = input.form;
    form?.setAttribute("aria-busy", "true");
    const ready = await Promise.all(files.map(lighter));
    if (this.dataset.turn !== turn) return;
    form?.removeAttribute("aria-busy");
    shown.replaceChildren(...(await Promise.all(ready.map(figure))));
    const given = new DataTransfer();
    for (const file of ready) given.items.add(file);
    input.files = given.files;
  }
}

async function drawn(file: File, most: number): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "white"; // what is see-through would be black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

async function lighter(file: File): Promise<File> {
  if (file.size < small) return file;
  try {
    const canvas = await drawn(file, longest);
    const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, "image/jpeg", 0.88); });
    return blob === null || blob.size >= file.size ? file : new File([blob], file.name, { type: blob.type });
  } catch {
    return file;
  }
}

async function figure(file: File): Promise<HTMLElement> {
  const item = document.createElement("li");
  try {
    item.append(await drawn(file, preview));
  } catch {
    // its name will do
  }
  const name = document.createElement("span");
  name.textContent = file.name;
  item.append(name);
  return item;
}
