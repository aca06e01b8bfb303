// Lighthouse on the first page, the search, its answer to a question, and a listing of a running site: simulated throttling of a mid-range phone on slow
// 4G (Lighthouse's own default), each page so many times, the middle result of each category. A line each on standard
// output; what was found wrong below it.
//
//   node run.mjs http://127.0.0.1:8080 [times] [folder for the reports]
//   node run.mjs http://127.0.0.1:8080 times - reads what pages, and a cookie, from standard input: e2e/lighthouse_test.go
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [base, times = "3", where] = process.argv.slice(2);
if (!base) throw new Error("give the address of the site");
const given = where === "-" ? JSON.parse(readFileSync(0, "utf8")) : undefined;
const folder = given ? undefined : where;
const extraHeaders = given ? { Cookie: given.cookie } : {};

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const chromePath = names.flatMap((n) => process.env.PATH.split(delimiter).map((dir) => join(dir, n))).find((p) => existsSync(p));
if (!chromePath) throw new Error("no chromium on this machine");

const categories = ["performance", "accessibility", "best-practices", "seo"];

async function firstListing() {
  const page = await (await fetch(`${base}/find`)).text();
  const found = /href="(\/listings\/[0-9a-f-]{36})"/.exec(page);
  if (!found) throw new Error("no listing to look at");
  return found[1];
}

// Now and then a browser on a busy machine gives no trace; then it is asked once more, and a third time.
async function look(url, tries = 3) {
  const chrome = await launch({ chromePath, chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, output: "json", logLevel: "error", onlyCategories: categories, extraHeaders });
    if (!lhr.runtimeError) return lhr;
    if (tries === 1) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  } finally {
    await chrome.kill();
  }
  return look(url, tries - 1);
}

const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)];

function wrong(lhr) {
  const refs = categories.flatMap((c) => lhr.categories[c].auditRefs.filter((r) => r.weight > 0).map((r) => r.id));
  const metrics = new Set(["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"]);
  return refs.map((id) => lhr.audits[id]).filter((a) => a.score !== null && a.score < 0.9 && !metrics.has(a.id));
}

// The answer to a question is not for search engines: any question makes an address. So its SEO is not 100, by intent.
const pages = given?.pages ?? { home: "/", search: "/find", answer: "/find?q=hall+thursday+greenwich", listing: await firstListing() };
for (const [name, path] of Object.entries(pages)) {
  const runs = [];
  for (let i = 0; i < Number(times); i++) runs.push(await look(base + path));
  const scores = categories.map((c) => {
    const all = runs.map((r) => Math.round(100 * r.categories[c].score));
    return `${c} ${middle(all)} (${Math.min(...all)} to ${Math.max(...all)})`;
  });
  const ms = (id) => Math.round(middle(runs.map((r) => r.audits[id].numericValue)));
  console.log(`${name}: ${scores.join(", ")}; first paint ${ms("first-contentful-paint")} ms, largest ${ms("largest-contentful-paint")} ms, ` +
    `blocked ${ms("total-blocking-time")} ms, shift ${middle(runs.map((r) => r.audits["cumulative-layout-shift"].numericValue)).toFixed(3)}`);
  for (const a of wrong(runs[0])) console.log(`  ${a.id}: ${a.title}`);
  if (folder) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(runs[0]));
  }
}
