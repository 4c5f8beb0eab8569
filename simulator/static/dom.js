// Small helpers: every text goes in by textContent, so nothing that a message says is markup.

export function el(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "class") node.className = value;
    else if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === "css") Object.assign(node.style, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(box, shapes, options = {}) {
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("viewBox", box);
  for (const [name, value] of Object.entries(options)) root.setAttribute(name, value);
  for (const [tag, attributes, text] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    if (text) shape.textContent = text;
    root.append(shape);
  }
  return root;
}

export const byId = (id) => document.getElementById(id);

const COLORS = ["#2f7d6b", "#3d6fb6", "#a2563f", "#7a5aa8", "#b07b1c", "#4f7f3a", "#a84a72", "#4a6274"];

// The first letter that can stand alone: Thai vowels written before their consonant are passed over.
export function avatar(node, name, id) {
  const telling = name.replace(/^(ประชาชน|เจ้าหน้าที่|กลุ่ม)\s*(กอง|สำนัก)?/u, "") || name;
  const letter = Array.from(telling).find((c) => !/[\sเแโใไ\p{M}\p{P}]/u.test(c)) || "?";
  let sum = 2166136261;
  for (const c of name + id) sum = Math.imul(sum ^ c.codePointAt(0), 16777619) >>> 0;
  node.textContent = letter;
  node.style.background = COLORS[(sum >>> 13) % COLORS.length];
  return node;
}

const ZONE = { timeZone: "Asia/Bangkok" };
const CLOCK = new Intl.DateTimeFormat("th-TH", { ...ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const DAY = new Intl.DateTimeFormat("th-TH", { ...ZONE, weekday: "long", day: "numeric", month: "long", year: "numeric" });
const SHORT = new Intl.DateTimeFormat("th-TH", { ...ZONE, day: "numeric", month: "short" });

export const clock = (ms) => CLOCK.format(ms);
export const day = (ms) => DAY.format(ms);
export const clockOrDay = (ms) => (day(ms) === day(Date.now()) ? clock(ms) : SHORT.format(ms));

export function size(bytes) {
  if (bytes < 1024) return `${bytes} ไบต์`;
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} กิโลไบต์` : `${(bytes / 1048576).toFixed(1)} เมกะไบต์`;
}

let toastTimer = 0;

export function toast(text) {
  byId("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { byId("toast").textContent = ""; }, 3500);
}

// Only what LINE opens: never javascript: or data:.
export function safeLink(uri) {
  return /^(https?|tel|line):/i.test(uri || "") ? uri : null;
}

export function safePicture(uri) {
  return /^https?:/i.test(uri || "") ? uri : null;
}
