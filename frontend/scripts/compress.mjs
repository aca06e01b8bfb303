// Writes .br and .gz beside every text asset, so that the server never compresses while someone waits.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const assets = new URL("../dist/assets/", import.meta.url);
for (const name of readdirSync(assets)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const text = readFileSync(new URL(name, assets));
  writeFileSync(new URL(name + ".br", assets), brotliCompressSync(text));
  writeFileSync(new URL(name + ".gz", assets), gzipSync(text, { level: 9 }));
}
