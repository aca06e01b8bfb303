// Keeps what was built of the widget as the release that version names. Pages of other sites hold a release by its address and its
// hash, so that none is ever changed or taken away: a change of the widget is a new version.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const version = "1.3.0";

const releases = new URL("../widget/releases/", import.meta.url);

// newest is the file of the release with the highest version; undefined before the first.
export function newest() {
  const number = (name) => name.replace(".js", "").split(".").reduce((all, n) => all * 1000 + Number(n), 0);
  const all = readdirSync(releases).filter((name) => /^\d+\.\d+\.\d+\.js$/.test(name)).sort((a, b) => number(a) - number(b));
  return all.length === 0 ? undefined : new URL(all.at(-1), releases);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const dist = new URL("../dist/", import.meta.url);
  const { file } = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"))["widget/wherewithal-search.ts"];
  writeFileSync(new URL(`${version}.js`, releases), readFileSync(new URL(file, dist)));
  console.log(`the widget ${version} is kept`);
}
