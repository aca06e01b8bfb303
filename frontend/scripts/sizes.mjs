// The promise: what a first visit must load of JavaScript is at most 40 kB gzipped. Modules that are imported
// only when needed (the map) do not count; everything the entry imports does.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limit = 40_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));

function files(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const imported of manifest[name].imports ?? []) files(imported, seen);
  return seen;
}

const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
let total = 0;
for (const name of files("src/main.ts")) {
  const bytes = gzipped(manifest[name].file);
  total += bytes;
  console.log(`${String(bytes).padStart(7)}  ${manifest[name].file}`);
}
console.log(`${String(total).padStart(7)}  JavaScript of a first load, gzipped; at most ${limit}`);
if (total > limit) fail("a first load is too much");

// Its styles hold up the first paint.
const mostStyles = 12_000;
const sheets = [...files("src/main.ts")].flatMap((name) => manifest[name].css ?? []);
let styles = 0;
for (const css of sheets) {
  const bytes = gzipped(css);
  styles += bytes;
  console.log(`${String(bytes).padStart(7)}  ${css}`);
}
console.log(`${String(styles).padStart(7)}  styles of a first load, gzipped; at most ${mostStyles}`);
if (sheets.length === 0) fail("no styles are loaded: this is not looking at them");
if (styles > mostStyles) fail("the styles are too much");

// And the widget, which other sites load whole: one file, at most 15 kB gzipped. What is built is what its newest release holds.
const widget = manifest["widget/wherewithal-search.ts"];
const most = 15_000;
const bytes = gzipped(widget.file);
console.log(`${String(bytes).padStart(7)}  ${widget.file}, the widget; at most ${most}`);
const { newest } = await import("./widget.mjs");
const released = newest();
if ((widget.imports ?? []).length > 0) fail("the widget is more than one file");
if (bytes > most) fail("the widget is too big");
if (released === undefined || !readFileSync(released).equals(readFileSync(new URL(widget.file, dist)))) {
  fail("the widget changed: give it a version in scripts/widget.mjs, unless that was never released, and run npm run widget");
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
