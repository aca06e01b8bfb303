// A real Chromium over the real sources: Vite serves them, playwright drives. What an element does with keys,
// pointers and focus is only worth testing where those are real.
import { chromium, type Browser, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const browsers = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"]; // the lighter one first

export class Workbench {
  readonly #vite: ViteDevServer;
  readonly #browser: Browser;
  readonly #url: string;

  private constructor(vite: ViteDevServer, browser: Browser) {
    this.#vite = vite;
    this.#browser = browser;
    this.#url = vite.resolvedUrls?.local[0] ?? "";
  }

  static async open(): Promise<Workbench> {
    const vite = await createServer({ root, configFile: false, logLevel: "error", server: { host: "127.0.0.1", port: 0, hmr: false } });
    await vite.listen();
    const executablePath = process.env.CHROMIUM ?? browsers.find((path) => existsSync(path)) ?? "chromium";
    return new Workbench(vite, await chromium.launch({ executablePath, args: flags }));
  }

  // page shows html with the site's own entry running over it; places answers what the combobox asks.
  async page(html: string, places: unknown = []): Promise<Page> {
    const page = await this.#browser.newPage();
    await page.route("**/places?*", (route) => route.fulfill({ json: places }));
    await page.route("**/bench.html", (route) => route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><html lang="en"><body>${html}<script type="module" src="/src/main.ts"></script></body></html>`,
    }));
    await page.goto(`${this.#url}bench.html`, { waitUntil: "load" });
    await page.waitForFunction(() => customElements.get("week-strip") !== undefined);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#vite.close();
  }
}
