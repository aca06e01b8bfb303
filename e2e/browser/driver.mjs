// A browser that a Go test drives: one JSON order a line on standard input, one JSON answer a line on standard output.
// It finds things as people do, by role and label, and waits for them no longer than each order allows.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const patience = 60_000; // compilers and other tests have the machine meanwhile
const desk = { width: 1280, height: 1000 };
// The second look is with the rules whose answer depends on colours or on room: the page itself is the same.
const looks = [
  { how: "in light", colorScheme: "light", width: 1280, options: {} },
  { how: "in dark at 360 px", colorScheme: "dark", width: 360, options: { runOnly: ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "aria-hidden-focus"] } },
];
// The headless shell comes first: Chromium without its window, and without what a window costs.
const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const paths = names.flatMap((name) => process.env.PATH.split(delimiter).map((dir) => join(dir, name)));
const executablePath = paths.find((path) => existsSync(path));
if (!executablePath) throw new Error("no chromium on this machine");

const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = new Map();
const faults = []; // what pages complained of: a script's error, or what the Content-Security-Policy refused

// A page is given the worker for no network only where an order asks for it: elsewhere it would fetch beside what is tested.
async function open({ who, js, worker, locale = "en-GB" }) {
  const serviceWorkers = worker ? "allow" : "block";
  const context = await browser.newContext({ javaScriptEnabled: js, locale, viewport: desk, serviceWorkers });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) faults.push(`${page.url()}: ${line.text()}`);
  });
  pages.set(who, page);
}

// withinAnother is for what stands inside a page of somebody else's, as a mail does: that page has the landmarks.
const withinAnother = { rules: { "landmark-one-main": { enabled: false }, region: { enabled: false } } };

// violations are what axe finds. The rest of what it could say of every node is not asked for: that costs more than the rules.
async function violations(page, options) {
  return page.evaluate(async (options) => {
    const { violations } = await window.axe.run({ ...options, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.target.join(" ")}: ${n.failureSummary}`).join(", ")}`);
  }, options);
}

async function examined(page, more = {}) {
  await page.evaluate(axe);
  const found = [];
  for (const { how, colorScheme, width, options } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 1000 });
    for (const one of await violations(page, { ...options, ...more })) found.push(`${page.url()} ${how}: ${one}`);
    const out = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (out > 0) found.push(`${page.url()} ${how}: ${out} px stick out on the right`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
  await page.setViewportSize(desk);
  return found;
}

const orders = {
  go: async (page, { url }) => {
    const answer = await page.goto(url);
    return { status: answer?.status() ?? 0 };
  },
  fill: (page, { label, value }) => page.getByLabel(label, { exact: true }).and(page.locator("input, textarea, select")).fill(value),
  tick: (page, { label }) => page.getByLabel(label).first().check(),
  press: (page, { label }) => page.getByRole("button", { name: label, exact: true }).first().click(),
  follow: (page, { value }) => page.locator(`main a[href*="${value}"]`).first().click(),
  await: async (page, { value }) => {
    await page.getByText(value).first().waitFor();
    await page.waitForLoadState("load");
  },
  // reach tabs on until the focus is where the order says: by label, by a button's words, or by where a link leads.
  reach: async (page, { label, value }) => {
    for (let i = 0; i < 400; i++) {
      if (i === 0) await page.waitForLoadState("load"); // a page that is still coming takes the focus with it
      await page.keyboard.press("Tab");
      const there = await page.evaluate(
        ({ label, value }) => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; // into an element of its own
          const main = (e) => !!e && (!!e.closest("main") || main(e.getRootNode().host));
          const said = (at?.getAttribute("aria-label") ?? (at?.labels?.[0] ?? at)?.textContent)?.trim() ?? "";
          return label ? said.startsWith(label) : main(at) && (at?.getAttribute("href") ?? "").includes(value);
        },
        { label, value },
      );
      if (there) return;
    }
    throw new Error(`the Tab key does not lead to ${label || value}`);
  },
  type: async (page, { value }) => {
    await page.keyboard.press("Control+A");
    await page.keyboard.type(value);
  },
  // key presses; Enter waits for the page it leads to.
  key: async (page, { value }) => {
    const arrives = value === "Enter" ? page.waitForNavigation({ timeout: patience }) : undefined;
    await page.keyboard.press(value);
    await arrives;
  },
  // strike presses a key that leads to no other page.
  strike: (page, { value }) => page.keyboard.press(value),
  // focus is what has it, as a screen reader is told: its role, its name, and what else is said of it. A screen reader is told of
  // what was just drawn a little later than the page is; what it says nothing of by then is asked for again.
  focus: async (page) => {
    const devtools = await page.context().newCDPSession(page);
    const expression = "(() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at; })()";
    let told;
    for (const end = Date.now() + patience; !told || (told.ignored && Date.now() < end); ) {
      const { result } = await devtools.send("Runtime.evaluate", { expression });
      const { nodes } = await devtools.send("Accessibility.getPartialAXTree", { objectId: result.objectId, fetchRelatives: false });
      [told] = nodes;
    }
    await devtools.detach();
    const { role, name, properties = [] } = told;
    return { text: name?.value ?? "", list: [role?.value ?? "", ...properties.map((p) => `${p.name}=${p.value.value}`)] };
  },
  // texts are the words of all that a selector finds.
  texts: async (page, { value }) => ({ list: await page.locator(value).allInnerTexts() }),
  // style is what the browser makes of the looks in the list, each "selector property", while a custom property of what the label finds is set.
  style: async (page, { label, value, to = "", list }) => {
    const host = page.locator(label);
    if (value) await host.evaluate((e, [value, to]) => { e.style.setProperty(value, to); }, [value, to]);
    const found = [];
    for (const look of list) {
      const at = look.lastIndexOf(" ");
      let made = ""; // of what was drawn anew just then, and is no longer on the page
      for (const end = Date.now() + patience; made === "" && Date.now() < end; ) {
        made = await page.locator(look.slice(0, at)).first().evaluate((e, name) => getComputedStyle(e).getPropertyValue(name), look.slice(at + 1));
      }
      found.push(made);
    }
    if (value) await host.evaluate((e, value) => { e.style.removeProperty(value); }, value);
    return { list: found };
  },
  // media has the page shown in other colours: light, dark, or forced.
  media: (page, { value }) => page.emulateMedia({ colorScheme: value === "dark" ? "dark" : "light", forcedColors: value === "forced" ? "active" : "none" }),
  read: async (page) => ({ text: await page.locator("main").innerText(), url: page.url() }),
  // helpers are who could help, as the form says it before posting: the lines of each group in the list below that heading.
  helpers: async (page) => {
    const said = page.getByRole("heading", { name: /^\d+ groups? could help$/ });
    await said.waitFor();
    const list = said.locator("xpath=following-sibling::ul[1]");
    return { list: await list.locator("> li").evaluateAll((all) => all.map((li) => [...li.querySelectorAll("a, span, li, p")].map((e) => e.innerText).filter(Boolean).join("\n"))) };
  },
  links: async (page) => ({ list: await page.locator("main a[href]").evaluateAll((all) => all.map((a) => a.href)) }),
  // mail reloads /dev/mail until one to that address with that subject is there, and opens it.
  mail: async (page, { url, to, value, skip = [] }) => {
    const end = Date.now() + patience;
    while (Date.now() < end) {
      await page.goto(url);
      const mine = page.getByRole("listitem").filter({ hasText: value });
      const links = await (to ? mine.filter({ hasText: to }) : mine).getByRole("link").all();
      const paths = await Promise.all(links.map((link) => link.getAttribute("href")));
      const one = links.find((_, i) => !skip.includes(paths[i]));
      if (!one) continue;
      await one.click();
      await page.locator("pre").waitFor();
      return { text: await page.locator("main").innerText(), url: page.url() };
    }
    throw new Error(`no mail to ${to || "anyone"} with “${value}”`);
  },
  // axe says what its rules find on the page, and what sticks out, in light at a desk, and in dark on a narrow phone. With a url it looks at that page's HTML where scripts run, which a sandboxed one does not let them.
  axe: async (page, { url }) => {
    if (!url) return { list: await examined(page) };
    const context = await browser.newContext({ viewport: desk });
    const apart = await context.newPage();
    await apart.setContent(await (await page.request.get(url)).text());
    const list = await examined(apart, withinAnother);
    await context.close();
    return { list: list.map((one) => `${url} ${one}`) };
  },
  // offline waits until the site works without a network, and takes that away or gives it back.
  offline: async (page, { js }) => {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ?? new Promise((done) => { navigator.serviceWorker.oncontrollerchange = done; })).then(() => undefined));
    await page.context().setOffline(js === true);
  },
  // drafts are what the site keeps on this device of what was written without a network.
  drafts: async (page) => ({ list: await page.evaluate(async () => {
    const cache = await caches.open("drafts");
    return Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).text()));
  }) }),
  // value is what a field holds, once it holds what the order says, or at the end of patience.
  value: async (page, { label, value = "" }) => {
    const field = page.getByLabel(label, { exact: true }).and(page.locator("input, textarea, select"));
    for (const end = Date.now() + patience; Date.now() < end && (await field.inputValue()) !== value; ) await page.waitForTimeout(50);
    return { text: await field.inputValue() };
  },
  // sides says what stands where in the frame of a page, from left to right.
  sides: async (page) => ({ list: await page.locator("header .brand, header nav").evaluateAll((all) => all
    .toSorted((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left).map((e) => e.localName)) }),
  // authenticator gives the page's computer a place for passkeys, behind a finger that fits.
  authenticator: async (page) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true,
      hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  },
  // manifest is what Chromium reads of the site as an application, from which address, and what it finds wrong with it.
  manifest: async (page) => {
    const devtools = await page.context().newCDPSession(page);
    const { url, data = "", errors } = await devtools.send("Page.getAppManifest");
    await devtools.detach();
    return { url, text: data, list: errors.map((e) => e.message) };
  },
  // leaves is as somebody who has not been here before.
  leaves: (page) => page.context().clearCookies(),
  where: (page) => ({ url: page.url() }),
  // scan opens a page as a mail scanner does: signed out, with scripts, waiting for whatever they do. It presses nothing.
  scan: async (page, { url }) => {
    const context = await browser.newContext();
    const scanner = await context.newPage();
    const answer = await scanner.goto(url, { waitUntil: "networkidle" });
    await scanner.waitForTimeout(1000); // for scripts that wait themselves
    await scanner.waitForLoadState("networkidle");
    await context.close();
    return { status: answer?.status() ?? 0 };
  },
  // scanAll does so with many at once, and stays for half a minute.
  scanAll: async (page, { list }) => {
    const context = await browser.newContext();
    const found = [];
    for (const url of list) {
      const scanner = await context.newPage();
      const answer = await scanner.goto(url);
      if (!answer || answer.status() >= 500) found.push(`${url}: status ${answer?.status()}`);
    }
    await page.waitForTimeout(30_000);
    await context.close();
    return { list: found };
  },
  // mails looks at files that hold mails, as programs for mail show them.
  mails: async (page, { list, value }) => {
    const found = [];
    for (const file of list) {
      await page.setContent(readFileSync(file, "utf8"));
      await page.evaluate(axe);
      const contrast = { ...withinAnother, runOnly: ["color-contrast"] };
      for (const [width, colorScheme, options] of [[320, "light"], [600, "light", withinAnother], [600, "dark", contrast]]) {
        const how = `${basename(file)} at ${width} px in ${colorScheme}`;
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        for (const one of options ? await violations(page, options) : []) found.push(`${how}: ${one}`);
        const out = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (out > 0) found.push(`${how}: ${out} px stick out on the right`);
        if (value) await page.screenshot({ path: join(value, `${basename(file, ".html")}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    return { list: found };
  },
  // print puts the page on A4, with the margins of a printer, into the file value, and a picture of what label names into the
  // file to. It says what is read on paper, and what of it only a screen has use for.
  print: async (page, { value, label, to }) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const margin = Object.fromEntries(["top", "right", "bottom", "left"].map((side) => [side, "10mm"]));
    await page.pdf({ path: value, format: "A4", margin });
    await page.getByRole("img", { name: label }).screenshot({ path: to });
    const text = await page.locator("body").innerText();
    const list = await page.locator("nav, form, button, input, select, textarea, summary").filter({ visible: true }).evaluateAll((all) => all.map((e) => e.outerHTML.slice(0, 200)));
    await page.emulateMedia({ media: null, colorScheme: "light" });
    return { text, list };
  },
  cookies: async (page) => ({ list: (await page.context().cookies()).map((c) => `${c.name}=${c.value}`) }),
  picture: (page, { value }) => page.screenshot({ path: value }),
  faults: () => ({ list: faults.splice(0) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer = {};
  try {
    if (order.do === "open") await open(order);
    else answer = (await orders[order.do](pages.get(order.who), order)) ?? {};
    if (typeof answer !== "object" || Array.isArray(answer)) answer = {};
  } catch (error) {
    const page = pages.get(order.who);
    answer = { fault: `${error.message}\nat ${page?.url()}\n${await page?.locator("main").innerText().catch(() => "")}`.slice(0, 2500) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await browser.close();
