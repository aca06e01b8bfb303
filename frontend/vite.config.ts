import { defineConfig } from "vitest/config";

// The Go side serves /assets/* from the embedded dist and reads manifest.json; nothing here knows a page.
export default defineConfig({
  base: "/",
  build: {
    outDir: "dist",
    emptyOutDir: false, // dist/.keep is committed, so that go:embed has something to hold; clean.mjs empties it
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0, // a data: font or script would need a looser Content-Security-Policy
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { main: "src/main.ts", offline: "worker/offline.ts", "wherewithal-search": "widget/wherewithal-search.ts" } },
  },
  test: {
    environment: "node", // the tests drive a real Chromium; see src/test/browser.ts
    include: ["src/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 40_000,
  },
});
