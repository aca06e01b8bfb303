// What <listing-map> loads on demand: Leaflet, its styles, and how we draw pins.
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { figure } from "./figure";
import type { Pin } from "./listing-map";

export interface Ground {
  tiles: string;
  credit: string;
  label: string;
  zoomIn: string;
  zoomOut: string;
  close: string;
  digits: string | undefined;
}

const closest = 15; // a public point is blurred by up to 800 m: closer would show a street that is not meant

export function draw(at: HTMLElement, pins: Pin[], ground: Ground): L.Map {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(at, { zoomControl: false, scrollWheelZoom: false, maxZoom: closest, zoomSnap: 0.5, zoomAnimation: !still, fadeAnimation: !still });
  at.setAttribute("role", "region");
  at.setAttribute("aria-label", ground.label);
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: ground.zoomIn, zoomOutTitle: ground.zoomOut }).addTo(map);
  map.on("popupopen", ({ popup }) => { // Leaflet names it in English, and takes no other name
    popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", ground.close);
  });
  if (ground.tiles === "") at.classList.add("plain");
  else L.tileLayer(ground.tiles, { attribution: escaped(ground.credit), maxZoom: closest }).addTo(map);
  for (const group of together(pins)) marker(group, ground.digits).addTo(map);
  map.fitBounds(L.latLngBounds(pins.map((p) => [p.lat, p.lng])), { padding: [32, 32], maxZoom: 13.5 });
  return map;
}

// together gathers the pins of one public point: everything at one place shares it.
function together(pins: Pin[]): Pin[][] {
  const points = new Map<string, Pin[]>();
  for (const p of pins) {
    const key = `${p.lat} ${p.lng}`;
    points.set(key, [...(points.get(key) ?? []), p]);
  }
  return [...points.values()];
}

function marker(pins: Pin[], digits: string | undefined): L.Marker {
  const sides = new Set(pins.map((p) => p.side));
  const look = sides.size > 1 ? "both" : pins[0]?.side === "need" ? "need" : "offer";
  const text = pins.length > 1 ? figure(pins.length, digits) : "";
  const titles = pins.map((p) => p.title).join(", ");
  const first = pins[0];
  const m = L.marker([first?.lat ?? 0, first?.lng ?? 0], {
    icon: L.divIcon({ className: `pin pin-${look}`, html: text, iconSize: [28, 28] }),
    alt: titles,
    title: titles,
    riseOnHover: true,
  });
  return m.bindPopup(() => popup(pins), { maxHeight: 220 });
}

function popup(pins: Pin[]): HTMLElement {
  const list = document.createElement("ul");
  list.className = "pin-list";
  list.append(...pins.map((p) => {
    const item = document.createElement("li");
    const words: HTMLElement = document.createElement(p.href === "" ? "span" : "a");
    if (words instanceof HTMLAnchorElement) words.href = p.href;
    words.textContent = p.title;
    item.append(words);
    return item;
  }));
  return list;
}

// Leaflet takes the credit as HTML; ours is plain text.
function escaped(text: string): string {
  const p = document.createElement("p");
  p.textContent = text;
  return p.innerHTML;
}
