// A small map of our own: the public points of what was found, the boroughs they are in, and a scale. No ground is drawn, so that
// nobody else is asked for anything. The list says the same in words.
import type { Item } from "./answer";

const space = "http://www.w3.org/2000/svg";
const [edge, narrowest, widest, flatness] = [48, 240, 900, 0.6]; // pixels; height over width
const kmADegree = 111.32;
const [across, named] = [24, 3]; // pixels of a point, as small as a finger may be asked to hit; titles that its name has
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

// Told is what the picture says beside where things are.
export interface Told { label: string; km: (n: number) => string; here: (n: number) => string }

// Drawn is a picture, and the point of each item in it.
export interface Drawn { picture: SVGElement; points: Map<string, SVGElement> }

interface Dot { item: Placed; x: number; y: number }

// draw gives a picture as wide as there is room, so that its letters are as large as others, with points to be pressed by a
// pointer, Enter or Space: in the order of the list, the Tab key leads from one to the next. opened is called with the items of a point.
export function draw(items: Item[], told: Told, opened: (items: Item[], point: SVGElement) => void, room: number): Drawn {
  const width = Math.min(widest, Math.max(narrowest, Math.round(room)));
  const height = Math.round(width * flatness);
  const at = placed(items);
  const picture = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": told.label });
  const points = new Map<string, SVGElement>();
  if (at.length === 0) return { picture, points };
  const middle = { lat: mean([Math.min(...at.map((p) => p.lat)), Math.max(...at.map((p) => p.lat))]), lng: mean([Math.min(...at.map((p) => p.lng)), Math.max(...at.map((p) => p.lng))]) };
  const east = kmADegree * Math.cos((middle.lat * Math.PI) / 180);
  const flat = at.map((p) => ({ item: p, x: (p.lng - middle.lng) * east, y: (middle.lat - p.lat) * kmADegree }));
  const reach = Math.max(1, ...flat.map((p) => Math.max(Math.abs(p.x) / (width / 2 - edge), Math.abs(p.y) / (height / 2 - edge)) * (height / 2 - edge)));
  const scale = (height / 2 - edge) / reach; // pixels a km; at least 1 km is shown around the middle
  const dots = flat.map((p) => ({ item: p.item, x: width / 2 + p.x * scale, y: height / 2 + p.y * scale }));
  for (const [borough, list] of groups(dots, (d) => d.item.borough ?? "")) {
    if (borough !== "") picture.append(node("text", { class: "borough", "aria-hidden": "true", x: mean(list.map((d) => d.x)), y: Math.min(...list.map((d) => d.y)) - 18 }, borough));
  }
  for (const list of together(dots)) {
    const point = pressed(list, told, opened);
    for (const d of list) points.set(d.item.id, point);
    picture.append(point);
  }
  picture.append(...ruler(width, height, scale, told.km));
  return { picture, points };
}

// together makes one point of what would lie upon the same, so that each can be pressed.
function together(dots: Dot[]): Dot[][] {
  const all: Dot[][] = [];
  for (const d of dots) {
    const near = all.find(([first]) => first !== undefined && Math.hypot(first.x - d.x, first.y - d.y) < across);
    if (near === undefined) all.push([d]);
    else near.push(d);
  }
  return all;
}

function pressed(list: Dot[], told: Told, opened: (items: Item[], point: SVGElement) => void): SVGElement {
  const { x, y } = list[0] ?? { x: 0, y: 0 };
  const sides = new Set(list.map((d) => d.item.side));
  const name = said(list, told);
  const point = node("g", { class: `dot ${sides.size > 1 ? "both" : [...sides].join("")}`, role: "button", tabindex: 0, "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": name });
  point.append(node("title", {}, name), node("circle", { class: "ring", cx: x, cy: y, r: across / 2 + 5 }), node("circle", { class: "spot", cx: x, cy: y, r: across / 2 }));
  if (list.length > 1) point.append(node("text", { x, y: y + 4 }, String(list.length)));
  const open = (): void => { opened(list.map((d) => d.item), point); };
  point.addEventListener("click", open);
  point.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault(); // Space would scroll, and Enter press what gets the focus
    open();
  });
  return point;
}

// said is what a point is called: how many, where it is more than one, which, and in which borough.
function said(list: Dot[], told: Told): string {
  const which = list.slice(0, named).map(({ item }) => `${item.sideSaid}: ${item.title}`).join("; ") + (list.length > named ? " …" : "");
  const boroughs = [...new Set(list.map((d) => d.item.borough ?? ""))].filter((b) => b !== "").join(", ");
  return (list.length > 1 ? `${told.here(list.length)}. ` : "") + which + (boroughs === "" ? "" : ` (${boroughs})`);
}

function groups<T>(list: T[], by: (one: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const one of list) out.set(by(one), [...(out.get(by(one)) ?? []), one]);
  return out;
}

function ruler(width: number, height: number, scale: number, km: (n: number) => string): SVGElement[] {
  const long = scales.find((n) => n * scale <= width / 3) ?? 1;
  const [x, y] = [edge / 3, height - edge / 3];
  return [node("path", { class: "ruler", "aria-hidden": "true", d: `M${x} ${y - 6}V${y}H${x + long * scale}V${y - 6}` }), node("text", { class: "scale", "aria-hidden": "true", x: x + 6, y: y - 6 }, km(long))];
}
