import { afterAll, beforeAll, expect, test } from "vitest";
import { Workbench } from "./browser";

let bench: Workbench;
beforeAll(async () => { bench = await Workbench.open(); });
afterAll(async () => { await bench.close(); });

const days = ["mo", "tu", "we", "th", "fr", "sa", "su"];
const parts = ["morning", "afternoon", "evening"];
const strip = `<form><week-strip class="need" data-hint="Arrow keys move"><table><tbody>${parts.map((part) =>
  `<tr>${days.map((day) => `<td><label><input type="checkbox" name="when" value="${day}-${part}"><span class="sr">${day} ${part}</span></label></td>`).join("")}</tr>`).join("")}</tbody></table></week-strip></form>`;

const marked = (): string[] => [...new FormData(document.querySelector("form") ?? undefined).getAll("when")].map(String);

test("the week strip is one tab stop, and arrows and space fill it", async () => {
  const page = await bench.page(strip);
  await page.keyboard.press("Tab");
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "Space"]) await page.keyboard.press(key);
  expect(await page.evaluate(marked)).toEqual(["th-evening"]);
  expect(await page.locator("week-strip input[tabindex='0']").count()).toBe(1);
  await page.keyboard.press("Space");
  expect(await page.evaluate(marked)).toEqual([]);
  await page.close();
});

test("the edges of the week hold", async () => {
  const page = await bench.page(strip);
  await page.keyboard.press("Tab");
  for (const key of ["ArrowLeft", "ArrowUp", "End", "ArrowRight", "Space"]) await page.keyboard.press(key);
  expect(await page.evaluate(marked)).toEqual(["su-morning"]);
  await page.close();
});

test("in a week written leftwards the arrows lead where they point", async () => {
  const page = await bench.page(`<div dir="rtl">${strip}</div>`);
  const place = async (value: string) => (await page.locator(`input[value=${value}]`).boundingBox())?.x ?? NaN;
  expect(await place("tu-morning")).toBeLessThan(await place("mo-morning"));
  await page.keyboard.press("Tab");
  for (const key of ["ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowDown", "Space"]) await page.keyboard.press(key);
  expect(await page.evaluate(marked)).toEqual(["we-afternoon"]);
  for (const key of ["End", "ArrowLeft", "Space"]) await page.keyboard.press(key);
  expect(await page.evaluate(marked)).toEqual(["we-afternoon", "su-afternoon"]);
  await page.close();
});

test("dragging paints, and a drag from a marked time clears", async () => {
  const page = await bench.page(strip);
  const cell = async (value: string) => {
    const box = await page.locator(`input[value=${value}]`).boundingBox();
    if (box === null) throw new Error(`${value} is not drawn`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const drag = async (from: string, to: string) => {
    const [a, b] = [await cell(from), await cell(to)];
    await page.mouse.move(a.x, a.y);
    await page.mouse.down();
    await page.mouse.move(b.x, b.y, { steps: 12 });
    await page.mouse.up();
  };
  await drag("mo-evening", "we-evening");
  expect(await page.evaluate(marked)).toEqual(["mo-evening", "tu-evening", "we-evening"]);
  await drag("tu-evening", "we-evening");
  expect(await page.evaluate(marked)).toEqual(["mo-evening"]);
  await page.locator("input[value=mo-evening]").click();
  expect(await page.evaluate(marked)).toEqual([]);
  await page.close();
});

const combobox = `<form><label for="near">Near</label><place-combobox src="/places" data-none="None" data-found="Found: #"><input id="near" name="near"></place-combobox></form>`;
const greenwich = [{ value: "SE10", label: "SE10, Greenwich" }, { value: "SE3", label: "SE3, Blackheath" }];

test("the combobox suggests, and the keyboard chooses", async () => {
  const page = await bench.page(combobox, greenwich);
  const input = page.getByRole("combobox", { name: "Near" });
  await input.pressSequentially("SE");
  await page.getByRole("option", { name: "SE3, Blackheath" }).waitFor();
  expect(await input.getAttribute("aria-expanded")).toBe("true");
  expect(await page.getByRole("status").textContent()).toBe("Found: 2");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  expect(await input.getAttribute("aria-activedescendant")).toBe(await page.getByRole("option", { selected: true }).getAttribute("id"));
  await page.keyboard.press("Enter");
  expect(await input.inputValue()).toBe("SE3");
  expect(await input.getAttribute("aria-expanded")).toBe("false");
  await page.close();
});

test("Escape closes the suggestions and keeps what was typed; a press chooses", async () => {
  const page = await bench.page(combobox, greenwich);
  const input = page.getByRole("combobox", { name: "Near" });
  await input.pressSequentially("SE");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Escape");
  expect(await input.inputValue()).toBe("SE");
  expect(await page.getByRole("option").count()).toBe(0);
  await page.keyboard.press("ArrowDown");
  await page.getByRole("option", { name: "SE10, Greenwich" }).click();
  expect(await input.inputValue()).toBe("SE10");
  await page.close();
});

test("an answer of the wrong shape suggests nothing", async () => {
  const page = await bench.page(combobox, { error: "no" });
  await page.getByRole("combobox").pressSequentially("SE");
  await page.getByRole("status").filter({ hasText: "None" }).waitFor();
  expect(await page.getByRole("option").count()).toBe(0);
  await page.close();
});

const map = `<ul id="found"><li data-lat="51.48" data-lng="0.00" data-side="offer"><h3><a href="/listings/1">A hall</a></h3></li>
<li data-lat="51.48" data-lng="0.00" data-side="need"><h3><a href="/listings/2">A choir</a></h3></li>
<li data-lat="51.50" data-lng="0.02" data-side="need"><h3><a href="/listings/3">A minibus</a></h3></li><li>Online</li></ul>
<listing-map for="found" tiles="" data-label="Map"></listing-map>`;

test("the map draws one pin a point, and asks nobody when no tiles are set", async () => {
  const page = await bench.page("");
  const asked: string[] = [];
  page.on("request", (request) => { asked.push(new URL(request.url()).host); });
  await page.evaluate((html) => { document.body.innerHTML = html; }, map);
  await page.locator(".pin").nth(1).waitFor();
  expect(await page.locator(".pin").count()).toBe(2);
  expect(await page.locator(".pin-both").textContent()).toBe("2");
  await page.locator(".pin-both").click();
  expect(await page.locator(".pin-list a").first().getAttribute("href")).toBe("/listings/1");
  expect([...new Set(asked)]).toEqual([new URL(page.url()).host]);
  await page.close();
});

// Whatever a map says it was told by the page, in the page's language and figures: Leaflet has English of its own.
test("the map says no word of its own", async () => {
  const page = await bench.page("");
  const told = `tiles="" data-label="~map" data-zoom-in="~in" data-zoom-out="~out" data-close="~close" data-digits="０１２３４５６７８９"></listing-map>`;
  await page.evaluate((html) => { document.body.innerHTML = html; }, map.replace(/tiles="".*/, told));
  await page.locator(".pin-both").click();
  await page.locator(".pin-list").waitFor();
  const said = await page.evaluate(() => [...document.querySelectorAll("listing-map *")].flatMap((e) => [
    ...["title", "alt", "aria-label", "placeholder"].map((name) => e.getAttribute(name) ?? ""),
    ...[...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.nodeValue?.trim() ?? ""),
  ]).filter((text) => /[a-z0-9]/i.test(text) && !text.startsWith("~")));
  expect([...new Set(said)].sort()).toEqual(["A choir", "A hall", "A hall, A choir", "A minibus"]);
  expect(await page.locator(".pin-both").textContent()).toBe("２");
  await page.close();
});

test("places are counted in the figures of the page's language", async () => {
  const page = await bench.page(combobox.replace("data-none", 'data-digits="abcdefghij" data-none'), greenwich);
  await page.getByRole("combobox").pressSequentially("SE");
  await page.getByRole("status").filter({ hasText: /^Found: [a-j]$/ }).waitFor();
  await page.close();
});

test("a form is sent once however often its button is pressed", async () => {
  const page = await bench.page(`<form method="post" action="/sent"><button>Post it</button></form>`);
  const stopped = await page.evaluate(() => {
    const seen: boolean[] = [];
    window.addEventListener("submit", (event) => { // after the guard, which listens on the document
      seen.push(event.defaultPrevented);
      event.preventDefault();
    });
    const button = document.querySelector("button");
    button?.click();
    button?.click();
    return seen;
  });
  expect(stopped).toEqual([false, true]);
  expect(await page.locator("form").getAttribute("aria-busy")).toBe("true");
  await page.close();
});

test("a chip opens the details its field stands in, and focuses it", async () => {
  const page = await bench.page(`<a href="#f-quantity">25 people</a><details><summary>All</summary><input id="f-quantity"></details>`);
  await page.getByRole("link").click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("f-quantity");
  await page.close();
});

const kept = `<kept-draft><p data-kept hidden>What you had written</p><label>Words <textarea name="text"></textarea></label></kept-draft>`;
const keptWords = (): Promise<string> => caches.open("drafts").then((c) => c.match("/offline/draft")).then((r) => r?.text() ?? "");
const agedBy = (hours: number): Promise<void> => caches.open("drafts").then((c) =>
  c.put("/offline/draft", new Response("A hall", { headers: { date: new Date(Date.now() - hours * 3_600_000).toUTCString() } })));

test("what is typed without a network is kept, shown again, and forgotten when it is taken out", async () => {
  const page = await bench.page(kept);
  await page.getByLabel("Words").fill("A hall for 30");
  await expect.poll(() => page.evaluate(keptWords)).toBe("A hall for 30");
  expect(await page.getByText("What you had written").isVisible()).toBe(false);
  await page.reload();
  await expect.poll(() => page.getByLabel("Words").inputValue()).toBe("A hall for 30");
  await page.getByText("What you had written").waitFor();
  await page.getByLabel("Words").fill("");
  await expect.poll(() => page.evaluate(keptWords)).toBe("");
  await page.close();
});

test("what was kept a day ago is shown to nobody", async () => {
  const page = await bench.page(kept);
  await page.evaluate(agedBy, 23);
  await page.reload();
  await expect.poll(() => page.getByLabel("Words").inputValue()).toBe("A hall");
  await page.evaluate(agedBy, 25);
  await page.reload();
  await expect.poll(() => page.evaluate(keptWords)).toBe("");
  expect(await page.getByLabel("Words").inputValue()).toBe("");
  expect(await page.getByText("What you had written").isVisible()).toBe(false);
  await page.close();
});

const report = { title: "Report this", fields: [{ label: "What is wrong?", value: "It is\na garage" }] };
// unsentBy keeps forms that were sent in vain so many hours ago each.
const unsentBy = (forms: (readonly [object, number])[]): Promise<void> => caches.open("drafts").then((c) => {
  const made = forms.map(([form, hours]) => ({ ...form, at: Date.now() - hours * 3_600_000 }));
  return c.put("/offline/unsent", new Response(JSON.stringify(made), { headers: { date: new Date(made[0]?.at ?? 0).toUTCString() } }));
});

test("what forms held that were not sent is shown to be copied, each for a day, until it is thrown away", async () => {
  const page = await bench.page(`<unsent-form hidden>
    <template><p></p><label><span></span><textarea readonly></textarea></label></template><button type="button">Throw it away</button></unsent-form>`);
  expect(await page.getByRole("button").isVisible()).toBe(false);
  const note = (said: string) => ({ title: said, fields: [{ label: said, value: "We come" }] });
  await page.evaluate(unsentBy, [[report, 1], [note("A younger note"), 23], [note("An older note"), 25]] as (readonly [object, number])[]);
  await page.reload();
  await page.getByText("Report this").waitFor();
  expect(await page.locator("p").allTextContents()).toEqual(["Report this", "A younger note"]);
  expect(await page.getByLabel("A younger note").inputValue()).toBe("We come");
  expect(await page.getByLabel("What is wrong?").inputValue()).toBe("It is\na garage");
  await page.getByRole("button").click();
  await page.getByRole("button").waitFor({ state: "hidden" });
  expect(await page.evaluate(() => caches.open("drafts").then((c) => c.keys()))).toEqual([]);
  await page.close();
});

test("a page says that something waits on this device, for a day", async () => {
  const page = await bench.page(`<kept-line hidden>It was not sent</kept-line>`);
  expect(await page.getByText("It was not sent").isVisible()).toBe(false);
  await page.evaluate(unsentBy, [[report, 23]] as (readonly [object, number])[]);
  await page.reload();
  await page.getByText("It was not sent").waitFor();
  await page.evaluate(unsentBy, [[report, 25]] as (readonly [object, number])[]);
  await page.reload();
  await expect.poll(() => page.evaluate(() => caches.open("drafts").then((c) => c.keys()).then((k) => k.length))).toBe(0);
  expect(await page.getByText("It was not sent").isVisible()).toBe(false);
  await page.close();
});

// noise is a picture that no format makes small.
const noise = (): string => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1000, 500];
  const pen = canvas.getContext("2d");
  const dots = pen?.createImageData(canvas.width, canvas.height);
  if (pen === null || dots === undefined) throw new Error("no canvas");
  for (let i = 0; i < dots.data.length; i++) dots.data[i] = i % 4 === 3 ? 255 : Math.random() * 255;
  pen.putImageData(dots, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1] ?? "";
};
const chosen = (): string[] => [...(document.querySelector<HTMLInputElement>("input[type=file]")?.files ?? [])].map((f) => `${f.name} ${f.type} ${f.size}`);

test("chosen photos are shown, large ones go out smaller, and what is no picture goes out as it is", async () => {
  const page = await bench.page(`<form><photo-chooser><label>Photos <input type="file" name="photo" multiple></label></photo-chooser></form>`);
  const large = Buffer.from(await page.evaluate(noise), "base64");
  await page.getByLabel("Photos").setInputFiles([{ name: "hall.png", mimeType: "image/png", buffer: large },
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.alloc(2_000_000, "x") }]);
  await page.locator(".photo-previews li").nth(1).waitFor();
  const [hall = "", notes] = await page.evaluate(chosen);
  expect(notes).toBe("notes.txt text/plain 2000000");
  expect(hall).toMatch(/^hall\.png image\/jpeg /);
  expect(Number(hall.split(" ")[2])).toBeLessThan(large.length / 2);
  expect(await page.locator(".photo-previews canvas").count()).toBe(1);
  expect(await page.locator(".photo-previews").textContent()).toBe("hall.pngnotes.txt");
  expect(await page.locator("form").getAttribute("aria-busy")).toBeNull();
  await page.close();
});
