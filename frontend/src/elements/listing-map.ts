// <listing-map for="id"> draws the pins of a list that stands beside it: each <li data-lat data-lng data-side>
// is one. The list holds everything the map does; without this element, nothing is missing. Leaflet is loaded
// when the map comes into view. With no tiles attribute the ground is plain and nobody is asked for anything.
import type * as Leaflet from "leaflet";

export interface Pin {
  lat: number;
  lng: number;
  side: string;
  title: string;
  href: string;
  item: HTMLElement;
}

export class ListingMap extends HTMLElement {
  #seen: IntersectionObserver | undefined;
  #map: Leaflet.Map | undefined;
  #drawing = false;

  connectedCallback(): void {
    const pins = pinsOf(document.getElementById(this.getAttribute("for") ?? ""));
    if (pins.length === 0) { this.hidden = true; return; }
    this.#seen = new IntersectionObserver((entries) => {
      if (entries.some((e) => e.isIntersecting)) void this.#draw(pins);
    }, { rootMargin: "200px" });
    this.#seen.observe(this);
  }

  disconnectedCallback(): void {
    this.#seen?.disconnect();
    this.#map?.remove();
    this.#drawing = false;
  }

  async #draw(pins: Pin[]): Promise<void> {
    this.#seen?.disconnect();
    if (this.#drawing) return;
    this.#drawing = true;
    const { draw } = await import("./map");
    if (!this.isConnected) return; // swapped away while Leaflet was on its way
    const ground = document.createElement("div");
    ground.className = "map-ground";
    this.prepend(ground);
    this.#map = draw(ground, pins, {
      tiles: this.getAttribute("tiles") ?? "",
      credit: this.dataset.credit ?? "",
      label: this.dataset.label ?? "",
      zoomIn: this.dataset.zoomIn ?? "",
      zoomOut: this.dataset.zoomOut ?? "",
      close: this.dataset.close ?? "",
      digits: this.dataset.digits,
    });
    this.dataset.ready = "";
  }
}

// pinsOf reads the list; items without a point are left out.
export function pinsOf(list: Element | null): Pin[] {
  const items = [...(list?.querySelectorAll<HTMLElement>("[data-lat][data-lng]") ?? [])];
  return items.map(pin).filter((p) => Number.isFinite(p.lat) && Number.isFinite(p.lng));
}

function pin(item: HTMLElement): Pin {
  const link = item.querySelector<HTMLAnchorElement>("h3 a, h2 a, a");
  return {
    lat: Number.parseFloat(item.dataset.lat ?? ""),
    lng: Number.parseFloat(item.dataset.lng ?? ""),
    side: item.dataset.side ?? "",
    title: (link ?? item).textContent.trim(),
    href: link?.getAttribute("href") ?? "",
    item,
  };
}
