// One line of a chat, from its entry in the API.

import { control } from "./actions.js";
import { avatar, clock, el, safeLink, safePicture, size, svg } from "./dom.js";
import { flex } from "./flex.js";
import { sticker } from "./stickers.js";

const WORDS = /(https?:\/\/[^\s<>"']+)/;

// `view`: { me, account: {name, id}, group, unsend(id) }
export function renderEntry(entry, follows, view) {
  if (entry.sender === "system") {
    return el("li", { class: "note", "data-testid": "note" }, el("span", { text: entry.message.text }));
  }
  const mine = entry.sender === view.me;
  const name = entry.sender === "bot" ? view.account.name : entry.sender_name;
  if (entry.unsent) {
    const words = mine ? "คุณยกเลิกข้อความ" : `${name} ยกเลิกข้อความ`;
    return el("li", { class: "note", "data-testid": "unsent", "data-message-id": entry.message_id }, el("span", { text: words }));
  }
  const content = render(entry);
  const wide = content.classList.contains("slides");
  const line = el("li", {
    class: ["line", mine && "mine", follows && "follows", wide && "wide"].filter(Boolean).join(" "),
    "data-testid": "message",
    "data-sender": mine ? "me" : entry.sender === "bot" ? "bot" : "other",
    "data-type": entry.message.type,
    "data-message-id": entry.message_id,
  });
  if (!mine && !(wide && follows)) {
    line.append(avatar(el("span", { class: "avatar", "aria-hidden": "true" }), name, entry.sender === "bot" ? view.account.id : entry.sender));
  }
  const body = el("div", { class: "body" });
  if (!mine && !follows) body.append(el("p", { class: "who", text: entry.message.sender?.name || name }));
  const stamp = el("span", { class: "stamp" });
  if (mine && entry.read && !view.group) stamp.append(el("span", { class: "read", text: "อ่านแล้ว" }));
  stamp.append(el("time", { text: clock(entry.timestamp), datetime: new Date(entry.timestamp).toISOString() }));
  const row = el("div", { class: "row" }, content, stamp);
  if (mine && entry.via !== "postback") row.append(moreButton(entry, line, view));
  body.append(row);
  line.append(body);
  return line;
}

function moreButton(entry, line, view) {
  const button = el("button", {
    class: "more", type: "button", text: "⋯", "aria-label": "ยกเลิกข้อความนี้", title: "ยกเลิกข้อความนี้", "data-testid": "unsend",
    on: { click: () => view.unsend(entry.message_id) },
  });
  let held = 0;
  line.addEventListener("touchstart", () => { held = setTimeout(() => line.classList.add("held"), 500); }, { passive: true });
  line.addEventListener("touchend", () => clearTimeout(held));
  line.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img, textarea")) return;
    event.preventDefault();
    view.unsend(entry.message_id);
  });
  return button;
}

function render(entry) {
  const message = entry.message;
  const make = {
    text: textBubble, textV2: textBubble, sticker: stickerPicture, image: picture, video: picture, audio, file, location: place,
    flex: flexMessage, template, imagemap,
  }[message.type];
  if (!make) return el("div", { class: "bubble text", text: `[${message.type}]` });
  return make(message, entry);
}

function textBubble(message) {
  const node = el("div", { class: "bubble text", "data-testid": "bubble-text" });
  let rest = message.text;
  const at = message.mention?.mentionees?.[0];
  if (at && at.index === 0) {
    node.append(el("span", { class: "at", text: rest.slice(0, at.length) }));
    rest = rest.slice(at.length);
  }
  for (const part of rest.split(WORDS)) {
    const link = WORDS.test(part) ? safeLink(part) : null;
    node.append(link ? el("a", { href: link, text: part, target: "_blank", rel: "noopener noreferrer" }) : part);
  }
  return node;
}

const stickerPicture = (message) => sticker(message.stickerId, "sticker-big");
const own = (entry) => `api/content/${encodeURIComponent(entry.message_id)}`;

function picture(message, entry) {
  const uploaded = entry.content !== undefined;
  const source = uploaded ? own(entry) : safePicture(message.originalContentUrl);
  if (message.type === "video") {
    const poster = uploaded ? null : safePicture(message.previewImageUrl);
    return el("div", { class: "picture" }, el("video", { src: source, poster, controls: true, "aria-label": "วิดีโอ" }));
  }
  const preview = uploaded ? source : safePicture(message.previewImageUrl) || source;
  return el("a", { class: "picture", href: source, target: "_blank", rel: "noopener noreferrer", "aria-label": "เปิดรูปภาพ" }, el("img", { src: preview, alt: "รูปภาพ" }));
}

function audio(message, entry) {
  return el("audio", { src: entry.content ? own(entry) : safePicture(message.originalContentUrl), controls: true, "aria-label": "เสียง" });
}

function file(message, entry) {
  const sheet = svg("0 0 32 38", [
    ["path", { d: "M3 1h17l9 9v24a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3z", fill: "#e8eef7", stroke: "#6b86ad", "stroke-width": 1.6 }],
    ["path", { d: "M20 1v9h9M9 18h14M9 23h14M9 28h9", fill: "none", stroke: "#6b86ad", "stroke-width": 1.6 }],
  ], { "aria-hidden": "true" });
  const words = el("span", {}, el("span", { class: "file-name", text: message.fileName }), el("br"), el("span", { class: "file-size", text: size(message.fileSize || 0) }));
  return el("a", { class: "file", href: own(entry), download: message.fileName, "aria-label": `ไฟล์ ${message.fileName}` }, sheet, words);
}

function place(message) {
  const map = svg("0 0 250 110", [
    ["rect", { width: 250, height: 110, fill: "#e6efe0" }],
    ["path", { d: "M-5 80q60-30 120-10t140-30", fill: "none", stroke: "#bcd9ee", "stroke-width": 16 }],
    ["path", { d: "M40-5v120M170-5l-30 120M-5 38h260", fill: "none", stroke: "#fff", "stroke-width": 7 }],
    ["path", { d: "M125 22c-12 0-20 9-20 20 0 14 20 32 20 32s20-18 20-32c0-11-8-20-20-20z", fill: "#e5483d", stroke: "#fff", "stroke-width": 2.5 }],
    ["circle", { cx: 125, cy: 42, r: 7, fill: "#fff" }],
  ], { "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" });
  const where = `${message.latitude}, ${message.longitude}`;
  const words = el("div", { class: "place-words" },
    el("div", { class: "place-title", text: message.title || "ตำแหน่งที่ตั้ง" }),
    el("div", { class: "place-address", text: message.address || where }));
  return el("div", { class: "place", role: "group", "aria-label": `ตำแหน่งที่ตั้ง ${message.title || where}` }, map, words);
}

function flexMessage(message) {
  const node = flex(message.contents);
  node.setAttribute("aria-label", message.altText);
  if (!node.hasAttribute("role")) node.setAttribute("role", "group");
  node.setAttribute("data-testid", "flex");
  return node;
}

function card(data) {
  const node = el("div", { class: "card" });
  if (safePicture(data.thumbnailImageUrl)) node.append(el("img", { src: data.thumbnailImageUrl, alt: "" }));
  const words = el("div", { class: "card-words" });
  if (data.title) words.append(el("div", { class: "card-title", text: data.title }));
  words.append(data.text);
  node.append(words, actionList(data.actions, ""));
  return node;
}

function actionList(actions, more) {
  return el("div", { class: `card-actions ${more}` }, ...actions.map((one) => control(one, { class: "card-action" })));
}

function template(message) {
  const data = message.template;
  let node;
  if (data.type === "confirm") {
    node = el("div", { class: "card" }, el("div", { class: "card-words", text: data.text }), actionList(data.actions, "two"));
  } else if (data.type === "carousel") {
    node = el("div", { class: "slides", tabindex: "0" }, ...data.columns.map(card));
  } else if (data.type === "image_carousel") {
    const columns = data.columns.map((one) => el("div", { class: "card" }, el("img", { src: safePicture(one.imageUrl) || "", alt: "" }), actionList([one.action], "")));
    node = el("div", { class: "slides", tabindex: "0" }, ...columns);
  } else {
    node = card(data);
  }
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", message.altText);
  node.setAttribute("data-testid", "template");
  return node;
}

function imagemap(message) {
  return el("div", { class: "picture" }, el("img", { src: safePicture(`${message.baseUrl}/460`) || "", alt: message.altText }));
}
