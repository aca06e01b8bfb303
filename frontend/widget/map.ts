// A small map of our own: the public points of what was found, the boroughs they are in, and a scale. No ground is drawn, so that
// nobody else is asked for anything. The list says the same in words.
import type { Item } from "./answer";

const space = "http://www.w3.org/2000/svg";
const [edge, narrowest, widest, flatness] = [48, 240, 900, 0.6]; // pixels; height over width
const kmADegree = 111.32;
const scales = [50, 20, 10, 5, 2, 1]; // km that the ruler may say

type Placed = Item & { lat: number; lng: number };

function node(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const n = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) n.setAttribute(key, String(value));
  if (text !== "") n.textContent = text;
  return n;
}

const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

export function placed(items: Item[]): Placed[] {
  return items.filter((i): i is Placed => i.lat !== undefined && i.lng !== undefined);
}

// draw gives a picture as wide as there is room, so that its letters are as large as others; pressed is called with the items of a point.
export function draw(items: Item[], label: string, km: (n: number) => string, pressed: (items: Item[]) => void, room: number): SVGElement {
  const width = Math.min(widest, Math.max(narrowest, Math.round(room)));
  const height = Math.round(width * flatness);
  const at = placed(items);
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  if (at.length === 0) return svg;
  const middle = { lat: mean([Math.min(...at.map((p) => p.lat)), Math.max(...at.map((p) => p.lat))]), lng: mean([Math.min(...at.map((p) => p.lng)), Math.max(...at.map((p) => p.lng))]) };
  const east = kmADegree * Math.cos((middle.lat * Math.PI) / 180);
  const flat = at.map((p) => ({ item: p, x: (p.lng - middle.lng) * east, y: (middle.lat - p.lat) * kmADegree }));
  const reach = Math.max(1, ...flat.map((p) => Math.max(Math.abs(p.x) / (width / 2 - edge), Math.abs(p.y) / (height / 2 - edge)) * (height / 2 - edge)));
  const scale = (height / 2 - edge) / reach; // pixels a km; at least 1 km is shown around the middle
  const dots = flat.map((p) => ({ item: p.item, x: width / 2 + p.x * scale, y: height / 2 + p.y * scale }));
  for (const [borough, list] of groups(dots, (d) => d.item.borough ?? "")) {
    if (borough !== "") svg.append(node("text", { class: "borough", x: mean(list.map((d) => d.x)), y: Math.min(...list.map((d) => d.y)) - 18 }, borough));
  }
  for (const list of groups(dots, (d) => `${d.item.lat} ${d.item.lng}`).values()) {
    const first = list[0];
    if (first === undefined) continue;
    const sides = new Set(list.map((d) => d.item.side));
    const dot = node("g", { class: `dot ${sides.size > 1 ? "both" : first.item.side}` });
    dot.append(node("title", {}, list.map((d) => d.item.title).join(", ")), node("circle", { cx: first.x, cy: first.y, r: 11 }));
    if (list.length > 1) dot.append(node("text", { x: first.x, y: first.y + 4 }, String(list.length)));
    dot.addEventListener("click", () => { pressed(list.map((d) => d.item)); });
    svg.append(dot);
  }
  svg.append(...ruler(width, height, scale, km));
  return svg;
}

function groups<T>(list: T[], by: (one: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const one of list) out.set(by(one), [...(out.get(by(one)) ?? []), one]);
  return out;
}

function ruler(width: number, height: number, scale: number, km: (n: number) => string): SVGElement[] {
  const long = scales.find((n) => n * scale <= width / 3) ?? 1;
  const [x, y] = [edge / 3, height - edge / 3];
  return [node("path", { class: "ruler", d: `M${x} ${y - 6}V${y}H${x + long * scale}V${y - 6}` }), node("text", { class: "scale", x: x + 6, y: y - 6 }, km(long))];
}
