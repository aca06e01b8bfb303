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
for (const css of manifest["src/main.ts"].css ?? []) console.log(`${String(gzipped(css)).padStart(7)}  ${css} (not counted)`);
console.log(`${String(total).padStart(7)}  JavaScript of a first load, gzipped; at most ${limit}`);
if (total > limit) process.exit(1);
