// Drawn faces in place of LINE's pictures, which are not ours to copy.

import { svg } from "./dom.js";

const INK = "#3b3322";
const line = (d, more = {}) => ["path", { d, fill: "none", stroke: INK, "stroke-width": 3.4, "stroke-linecap": "round", ...more }];
const eye = (x, y = 50) => ["circle", { cx: x, cy: y, r: 4.4, fill: INK }];

const FACES = {
  1988: { name: "ยิ้ม", color: "#ffd75e", draw: [eye(38), eye(62), line("M37 63q13 13 26 0")] },
  1989: { name: "หัวเราะ", color: "#ffc95e", draw: [line("M31 51q6-8 12 0"), line("M57 51q6-8 12 0"), ["path", { d: "M35 61q15 24 30 0z", fill: INK }], ["path", { d: "M43 71q7-5 14 0q-7 6-14 0z", fill: "#f0736a" }]] },
  1990: { name: "ขอบคุณ", color: "#a8e39a", word: "ขอบคุณ", draw: [line("M31 46q6 6 12 0"), line("M57 46q6 6 12 0"), line("M43 57q7 6 14 0")] },
  1991: { name: "โอเค", color: "#9fd8f5", word: "โอเค", draw: [eye(38, 45), line("M55 46h13"), line("M41 56q10 9 19 0")] },
  1992: { name: "ตกใจ", color: "#f7b8a0", draw: [eye(37, 47), eye(63, 47), ["ellipse", { cx: 50, cy: 67, rx: 7, ry: 9, fill: INK }], line("M31 37l9-4M69 37l-9-4")] },
  1993: { name: "เสียใจ", color: "#b9c7f2", draw: [eye(38), eye(62), line("M39 69q11-10 22 0"), ["path", { d: "M68 55q7 11 0 13q-7-2 0-13z", fill: "#4f9fe6" }]] },
};

export const STICKERS = Object.keys(FACES);
export const stickerName = (id) => (FACES[id] || FACES[1988]).name;

export function sticker(id, className) {
  const face = FACES[id] || FACES[1988];
  const shapes = [
    ["ellipse", { cx: 50, cy: 92, rx: 28, ry: 4, fill: "#00000022" }],
    ["path", { d: "M50 14c24 0 39 15 39 38S73 89 50 89 11 75 11 52s15-38 39-38z", fill: face.color, stroke: "#fff", "stroke-width": 4 }],
    ["ellipse", { cx: 27, cy: 61, rx: 6, ry: 4, fill: "#f58f7c66" }],
    ["ellipse", { cx: 73, cy: 61, rx: 6, ry: 4, fill: "#f58f7c66" }],
    ...face.draw,
  ];
  if (face.word) {
    shapes.push(["text", { x: 50, y: 82, "text-anchor": "middle", "font-size": 17, "font-weight": 700, fill: INK, stroke: "#fff", "stroke-width": 4, "paint-order": "stroke" }, face.word]);
  }
  return svg("0 0 100 100", shapes, { class: className, role: "img", "aria-label": `สติกเกอร์ ${face.name}` });
}
