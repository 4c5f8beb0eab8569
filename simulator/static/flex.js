// Flex messages: https://developers.line.biz/en/docs/messaging-api/flex-message-layout/

import { control, tappable } from "./actions.js";
import { el, safePicture } from "./dom.js";

const SPACE = { none: "0px", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const TEXT = { xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px", "3xl": "35px", "4xl": "48px", "5xl": "74px" };
const IMAGE = { xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px", "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%" };
const ROUND = { none: "0px", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const EDGE = { none: "0px", light: "0.5px", normal: "1px", medium: "2px", "semi-bold": "3px", bold: "4px" };

const length = (table, value) => table[value] || (/^-?[\d.]+(px|%)$/.test(value || "") ? value : "");

export function flex(contents) {
  if (contents.type === "carousel") {
    return el("div", { class: "slides", tabindex: "0", role: "group", "aria-label": "เลื่อนดูการ์ด" }, ...contents.contents.map(bubble));
  }
  return bubble(contents);
}

function bubble(data) {
  const node = el("div", { class: `fx-bubble fx-${data.size || "mega"}`, dir: data.direction });
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!data[name]) continue;
    const style = (data.styles || {})[name] || {};
    const block = el("div", { class: `fx-block fx-${name}-block` });
    if (style.backgroundColor) block.style.backgroundColor = style.backgroundColor;
    if (style.separator) block.style.borderTop = `1px solid ${style.separatorColor || "#d9dce0"}`;
    block.append(component(data[name], "vertical"));
    node.append(block);
  }
  return tappable(node, data.action);
}

function component(data, layout) {
  const make = { box, text, button, image, icon, video, separator, filler }[data.type];
  const node = make ? make(data) : el("span");
  place(node, data, layout);
  return node;
}

function place(node, data, layout) {
  const row = layout !== "vertical";
  const css = node.style;
  const share = data.flex ?? (row && !["icon", "separator", "filler"].includes(data.type) && !data.width ? 1 : undefined);
  // A share of the row is by weight alone (basis 0); flex 0 keeps the part's own width.
  if (share !== undefined && data.type !== "separator") css.flex = share > 0 ? `${share} ${row ? 1 : 0} ${row ? "0px" : "auto"}` : "0 0 auto";
  if (data.gravity) {
    const gravity = { top: "flex-start", center: "center", bottom: "flex-end" }[data.gravity];
    if (row) css.alignSelf = gravity;
  }
  if (data.position === "absolute") css.position = "absolute";
  const sides = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "left", offsetEnd: "right" };
  for (const [name, side] of Object.entries(sides)) {
    if (!data[name]) continue;
    if (!css.position) css.position = "relative";
    css[side] = length(SPACE, data[name]);
  }
}

function box(data) {
  const node = el("div", { class: `fx-box fx-${data.layout}` });
  const css = node.style;
  const vertical = data.layout === "vertical";
  data.contents.forEach((part, index) => {
    const child = component(part, data.layout);
    const gap = part.margin ?? (index > 0 ? data.spacing : undefined);
    if (gap && part.position !== "absolute" && (index > 0 || part.margin)) child.style[vertical ? "marginTop" : "marginLeft"] = length(SPACE, gap);
    node.append(child);
  });
  if (data.backgroundColor) css.backgroundColor = data.backgroundColor;
  if (data.background?.type === "linearGradient") {
    const { angle, startColor, centerColor, endColor, centerPosition } = data.background;
    const middle = centerColor ? `${centerColor} ${centerPosition || "50%"}, ` : "";
    css.backgroundImage = `linear-gradient(${angle}, ${startColor}, ${middle}${endColor})`;
  }
  if (data.borderWidth || data.borderColor) css.border = `${length(EDGE, data.borderWidth || "normal")} solid ${data.borderColor || "#d9dce0"}`;
  if (data.cornerRadius) css.borderRadius = length(ROUND, data.cornerRadius);
  for (const name of ["width", "maxWidth", "height", "maxHeight"]) if (data[name]) css[name] = data[name];
  if (data.width || data.height) css.flex = "none";
  if (data.paddingAll) css.padding = length(SPACE, data.paddingAll);
  const sides = { paddingTop: "paddingTop", paddingBottom: "paddingBottom", paddingStart: "paddingLeft", paddingEnd: "paddingRight" };
  for (const [name, side] of Object.entries(sides)) if (data[name]) css[side] = length(SPACE, data[name]);
  if (data.justifyContent) css.justifyContent = data.justifyContent;
  if (data.alignItems) css.alignItems = data.alignItems;
  return tappable(node, data.action);
}

function dress(css, data) {
  if (data.size) css.fontSize = length(TEXT, data.size);
  if (data.weight === "bold") css.fontWeight = "700";
  if (data.color) css.color = data.color;
  if (data.style === "italic") css.fontStyle = "italic";
  if (data.decoration && data.decoration !== "none") css.textDecoration = data.decoration;
}

function text(data) {
  const node = el("div", { class: "fx-text" });
  dress(node.style, data);
  if (data.wrap) {
    node.classList.add("fx-wrap");
    if (data.maxLines) {
      node.classList.add("fx-clamp");
      node.style.webkitLineClamp = String(data.maxLines);
    }
  }
  if (data.lineSpacing) node.style.lineHeight = `calc(1.35em + ${data.lineSpacing})`;
  if (data.align) node.style.textAlign = data.align;
  if (data.contents?.length) {
    for (const span of data.contents) {
      const part = el("span", { text: span.text });
      dress(part.style, span);
      node.append(part);
    }
  } else {
    node.textContent = data.text;
  }
  return tappable(node, data.action);
}

function button(data) {
  const style = data.style || "link";
  const node = control(data.action, { class: `fx-button fx-${style} ${data.height === "sm" ? "fx-sm" : ""}` });
  if (data.color) node.style[style === "link" ? "color" : "backgroundColor"] = data.color;
  return node;
}

function image(data) {
  const node = el("div", { class: "fx-image" });
  const wide = length(IMAGE, data.size || "md") || "100px";
  node.style.width = wide;
  node.style.aspectRatio = (data.aspectRatio || "1:1").replace(":", " / ");
  if (data.backgroundColor) node.style.backgroundColor = data.backgroundColor;
  if (data.align) node.style.alignSelf = { start: "flex-start", center: "center", end: "flex-end" }[data.align];
  const source = safePicture(data.url);
  if (source) {
    const picture = el("img", { src: source, alt: data.action?.label || "", loading: "lazy" });
    picture.style.objectFit = data.aspectMode === "cover" ? "cover" : "contain";
    node.append(picture);
  }
  return tappable(node, data.action);
}

function icon(data) {
  const node = el("img", { class: "fx-icon", src: safePicture(data.url) || "", alt: "" });
  const wide = length(TEXT, data.size || "md") || "16px";
  node.style.width = wide;
  node.style.height = wide;
  return node;
}

function video(data) {
  const node = el("div", { class: "fx-image" });
  node.style.width = "100%";
  node.style.aspectRatio = (data.aspectRatio || "16:9").replace(":", " / ");
  node.append(el("video", { src: safePicture(data.url) || "", poster: safePicture(data.previewUrl), controls: true, width: "100%" }));
  return node;
}

function separator(data) {
  const node = el("div", { class: "fx-separator", role: "separator" });
  if (data.color) node.style.background = data.color;
  return node;
}

function filler() {
  return el("div", { class: "fx-filler" });
}
