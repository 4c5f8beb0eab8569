// The page: which chat is open, polling, sending.

import { control, sendPlace, useDeeds } from "./actions.js";
import { get, send, upload } from "./api.js";
import { avatar, byId, clockOrDay, day, el, svg, toast } from "./dom.js";
import { setUpMenu, showMenu } from "./menu.js";
import { renderEntry } from "./messages.js";
import { setUpPanel, showCalls, showPanel } from "./panel.js";
import { STICKERS, sticker, stickerName } from "./stickers.js";

const EVERY = 1000;
const state = { world: null, chat: null, entries: new Map(), cursor: 0, usedQuick: 0, loading: false, speakers: {}, turn: 0, pinned: true };

const key = (chat) => `${chat.channel}/${chat.chat}`;
const remember = (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* private mode */ } };
const recall = (name) => { try { return sessionStorage.getItem(name); } catch { return null; } };
const seenOf = (chat) => Number(recall(`seen ${key(chat)}`) || 0);

// The chats

function drawChats() {
  const several = state.world.channels.length > 1;
  const nodes = state.world.chats.map((chat) => {
    const current = state.chat && key(chat) === key(state.chat);
    const unread = !current && chat.last_from_bot > seenOf(chat);
    const names = el("span", { class: "names" },
      el("span", { class: "name", text: chat.title }),
      several || chat.kind === "group" ? el("span", { class: "account", text: chat.kind === "group" ? `กลุ่ม · ${chat.channel_name}` : chat.channel_name }) : null,
      el("span", { class: "last", text: chat.last_text || "ยังไม่มีข้อความ" }));
    return el("button", {
      type: "button", class: "chat-entry", "data-testid": "chat-entry", "data-chat": key(chat), title: chat.title,
      "aria-current": current ? "true" : "false",
      "aria-label": `${chat.title} ${chat.channel_name}${unread ? " มีข้อความใหม่" : ""}`,
      on: { click: () => openChat(chat) },
    },
    avatar(el("span", { class: "avatar", "aria-hidden": "true" }), chat.title, chat.chat), names,
    el("span", { class: "when", text: chat.last_time ? clockOrDay(chat.last_time) : "" }),
    unread ? el("span", { class: "dot", "data-testid": "unread-dot" }) : null);
  });
  const box = byId("chats");
  const mark = nodes.map((node) => node.outerHTML).join("");
  if (box.dataset.mark === mark) return;  // keeps focus and scroll while nothing changed
  const focused = document.activeElement?.dataset?.chat;
  box.dataset.mark = mark;
  box.replaceChildren(...nodes);
  if (focused) nodes.find((node) => node.dataset.chat === focused)?.focus();
}

function openChat(chat) {
  state.chat = chat;
  state.entries = new Map();
  state.cursor = 0;
  state.usedQuick = 0;
  state.turn += 1;
  state.pinned = true;
  history.replaceState(null, "", `#${key(chat)}`);
  byId("lines").replaceChildren();
  showTray(false);
  drawHead();
  drawChats();
  byId("chats").querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  poll();
}

function me() {
  if (state.chat.kind === "user") return state.chat.chat;
  const group = state.world.groups.find((one) => one.group_id === state.chat.chat);
  const chosen = state.speakers[state.chat.chat];
  return group.member_ids.includes(chosen) ? chosen : group.member_ids[0];
}

function drawHead() {
  const { chat, world } = state;
  const inGroup = chat.kind === "group";
  const group = inGroup ? world.groups.find((one) => one.group_id === chat.chat) : null;
  byId("head-title").textContent = inGroup ? `${chat.title} (${group.member_ids.length + (group.bot_in ? 1 : 0)})` : chat.channel_name;
  byId("head-note").textContent = inGroup ? `กลุ่มที่มี ${chat.channel_name}` : `มองจากเครื่องของ ${chat.title}`;
  avatar(byId("head-avatar"), inGroup ? chat.title : chat.channel_name, inGroup ? chat.chat : chat.channel);
  byId("speaker-box").hidden = !inGroup;
  byId("mention").hidden = !inGroup;
  if (inGroup) {
    const names = group.member_ids.map((id) => [id, world.users.find((user) => user.user_id === id)?.display_name || "?"]);
    const select = byId("speaker");
    if (select.dataset.for !== chat.chat + names.length) {
      select.dataset.for = chat.chat + names.length;
      select.replaceChildren(...names.map(([id, name]) => el("option", { value: id, text: name })));
    }
    select.value = me();
  }
}

// The lines

function view() {
  const bot = state.world.channels.find((one) => one.slug === state.chat.channel);
  return { me: me(), account: { name: bot.name, id: bot.slug }, group: state.chat.kind === "group", unsend };
}

function drawLines(force) {
  const list = byId("lines");
  const entries = [...state.entries.values()].sort((a, b) => a.seq - b.seq);
  const seen = view();
  const nodes = [];
  let lastDay = "";
  let previous = null;
  for (const entry of entries) {
    const today = day(entry.timestamp);
    if (today !== lastDay) {
      nodes.push(dayLine(today));
      previous = null;
    }
    lastDay = today;
    const follows = previous && previous.sender === entry.sender && entry.timestamp - previous.timestamp < 300000 && !previous.unsent;
    nodes.push(keep(entry, Boolean(follows), seen));
    previous = entry;
  }
  if (state.loading) {
    nodes.push(el("li", { class: "line", "data-testid": "loading" }, avatar(el("span", { class: "avatar" }), seen.account.name, seen.account.id),
      el("div", { class: "bubble dots", "aria-label": "กำลังพิมพ์" }, el("i"), el("i"), el("i"))));
  }
  const stay = state.pinned || force;
  const top = list.scrollTop;
  // What stays is never taken out: a carousel would forget how far it was scrolled.
  const wanted = new Set(nodes);
  for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, index) => { if (list.children[index] !== node) list.insertBefore(node, list.children[index] || null); });
  if (stay) toEnd();
  else { list.scrollTop = top; byId("newest").hidden = false; }
  drawQuick(entries);
}

// A line that did not change keeps its node, and with it focus and the place in a carousel.
const kept = new WeakMap();
const days = new Map();

function dayLine(text) {
  if (!days.has(text)) days.set(text, el("li", { class: "day" }, el("span", { text })));
  return days.get(text);
}

function keep(entry, follows, seen) {
  const mark = `${entry.version} ${follows} ${seen.me}`;
  const old = kept.get(entry);
  if (old && old.mark === mark) return old.node;
  const node = renderEntry(entry, follows, seen);
  kept.set(entry, { mark, node });
  return node;
}

function toEnd() {
  const list = byId("lines");
  state.pinned = true;
  list.scrollTop = list.scrollHeight;
  byId("newest").hidden = true;
}

function drawQuick(entries) {
  const strip = byId("quick");
  const last = entries.filter((entry) => entry.sender !== "system").at(-1);
  const items = last && last.sender === "bot" && last.seq > state.usedQuick ? last.message.quickReply?.items : null;
  const mark = items ? `${last.seq}` : "";
  if (strip.dataset.mark === mark && strip.hidden === !items) return;
  strip.dataset.mark = mark;
  strip.hidden = !items;
  strip.replaceChildren(...(items || []).map(({ action, imageUrl }) => {
    const used = () => {
      state.usedQuick = Math.max(state.usedQuick, last.seq);
      if (strip.dataset.mark === mark) strip.hidden = true;  // a fast bot may have brought the next set
    };
    const button = control(action, { class: "quick-reply", "data-testid": "quick-reply" }, used);
    if (imageUrl && /^https?:/.test(imageUrl)) button.prepend(el("img", { src: imageUrl, alt: "" }));
    return button;
  }));
  strip.scrollLeft = 0;
}

// Polling

async function poll() {
  const turn = state.turn;
  const chat = state.chat;
  const [world, news] = await Promise.all([
    get("world"),
    chat ? get("chat", { channel: chat.channel, chat: chat.chat, after: state.cursor }) : null,
  ]);
  if (turn !== state.turn) return;
  state.world = world;
  if (!chat) { firstChat(); return; }
  state.chat = world.chats.find((one) => key(one) === key(chat)) || chat;
  const fresh = state.cursor === 0;
  state.cursor = Math.max(state.cursor, news.cursor);
  for (const entry of news.entries) state.entries.set(entry.seq, entry);
  remember(`seen ${key(chat)}`, Math.max(seenOf(chat), state.chat.last_from_bot));
  const moved = news.entries.length > 0 || news.loading !== state.loading;
  state.loading = news.loading;
  if (moved || fresh) drawLines(fresh || news.entries.some((entry) => entry.sender === me()));
  showMenu(news.rich_menu, chat.channel, chat.chat);
  drawHead();
  drawChats();
  showPanel(world, { channel: chat.channel, user: me() });
  await showCalls(world);
}

function firstChat() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const chat = state.world.chats.find((one) => key(one) === wanted) || state.world.chats[0];
  if (chat) openChat(chat);
  else byId("head-title").textContent = "ยังไม่มีห้องแชต";
}

async function pollAgain() {
  try {
    await poll();
    if (byId("head-note").dataset.lost) { delete byId("head-note").dataset.lost; }
  } catch {
    byId("head-note").dataset.lost = "1";
    byId("head-note").textContent = "ต่อเซิร์ฟเวอร์ไม่ได้ กำลังลองใหม่";
  }
  setTimeout(pollAgain, document.hidden ? 4 * EVERY : EVERY);
}

// Sending

function who() {
  return { channel: state.chat.channel, user: me(), ...(state.chat.kind === "group" ? { group: state.chat.chat } : {}) };
}

async function act(body) {
  try {
    await send("POST", "act", { ...who(), ...body });
    await poll();
  } catch (problem) {
    toast(problem.message.includes("friend") ? "บล็อกบัญชีนี้อยู่ ต้องเพิ่มเพื่อนก่อน" : problem.message);
  }
}

async function unsend(messageId) {
  if (window.confirm("ยกเลิกข้อความนี้หรือไม่")) await act({ do: "unsend", message_id: messageId });
}

async function sendFiles(files, kind) {
  const set = files.length > 1 && kind === "image" ? String(Date.now()) : "";
  for (const [index, file] of [...files].entries()) {
    const real = kind || (/^(image|video|audio)\//.exec(file.type)?.[1] ?? "file");
    const numbered = set ? { image_set: set, index: index + 1, total: files.length } : {};
    try { await upload({ ...who(), kind: real, ...numbered }, file); } catch (problem) { toast(problem.message); }
  }
  showTray(false);
  await poll();
}

function setUpComposer() {
  const text = byId("text");
  const fit = () => {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
    byId("send").disabled = text.value.trim() === "";
  };
  text.addEventListener("input", fit);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); byId("composer").requestSubmit(); }
  });
  byId("composer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words || !state.chat) return;
    const mention = !byId("mention").hidden && byId("mention").getAttribute("aria-pressed") === "true";
    text.value = "";
    fit();
    byId("mention").setAttribute("aria-pressed", "false");
    await act({ do: "text", text: words, mention_bot: mention });
  });
  byId("mention").addEventListener("click", () => {
    const on = byId("mention").getAttribute("aria-pressed") !== "true";
    byId("mention").setAttribute("aria-pressed", String(on));
    text.focus();
  });
  for (const [id, kind] of [["pick-photo", "image"], ["pick-camera", "image"], ["pick-file", "file"]]) {
    byId(id).addEventListener("change", async (event) => {
      await sendFiles([...event.target.files], kind);
      event.target.value = "";
    });
  }
}

function showTray(open) {
  byId("tray").hidden = !open;
  byId("attach").setAttribute("aria-expanded", String(open));
}

function setUpTray() {
  const tool = (label, id, path, run) => el("button", { type: "button", class: "tray-button", "data-testid": id, on: { click: run } },
    svg("0 0 24 24", path.map((d) => ["path", { d }]), { "aria-hidden": "true" }), el("span", { text: label }));
  const tools = el("div", { class: "tray-row" },
    tool("กล้อง", "attach-camera", ["M3 8h4l2-3h6l2 3h4v11H3z", "M12 10a3.500 3.500 0 1 0 .01 0z"], () => byId("pick-camera").click()),
    tool("รูปภาพ", "attach-photo", ["M3 5h18v14H3z", "M3 16l5-5 4 4 3-3 6 6", "M16 9h.01"], () => byId("pick-photo").click()),
    tool("ไฟล์", "attach-file", ["M6 3h8l4 4v14H6z", "M14 3v4h4"], () => byId("pick-file").click()),
    tool("ตำแหน่ง", "attach-location", ["M12 21s7-6.500 7-11.500a7 7 0 0 0-14 0C5 14.500 12 21 12 21z", "M12 7a2.500 2.500 0 1 0 .01 0z"], async () => { await sendPlace(); showTray(false); }));
  const faces = el("div", { class: "tray-row stickers" }, ...STICKERS.map((id) => el("button", {
    type: "button", class: "tray-button", "data-testid": "sticker", "aria-label": `ส่งสติกเกอร์ ${stickerName(id)}`,
    on: { click: async () => { showTray(false); await act({ do: "sticker", sticker_id: id }); } },
  }, sticker(id, "sticker"))));
  byId("tray").append(tools, faces);
  byId("attach").addEventListener("click", () => showTray(byId("tray").hidden));
}

useDeeds({ act });
setUpComposer();
setUpTray();
setUpMenu();
setUpPanel(poll);
byId("newest").addEventListener("click", toEnd);
let height = 0;
byId("lines").addEventListener("scroll", () => {
  const list = byId("lines");
  // A scroll that comes with another height is the layout's doing, not the reader's.
  if (list.clientHeight === height) state.pinned = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  height = list.clientHeight;
  if (state.pinned) byId("newest").hidden = true;
});
// Whoever reads the newest line goes on reading it when a picture, the menu or the keyboard appears.
const settle = () => { if (state.pinned) toEnd(); };
byId("lines").addEventListener("load", settle, true);
new ResizeObserver(settle).observe(byId("lines"));
byId("speaker").addEventListener("change", (event) => {
  state.speakers[state.chat.chat] = event.target.value;
  drawLines(true);
  drawHead();
});
window.addEventListener("hashchange", firstChat);
pollAgain();
