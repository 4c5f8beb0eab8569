// "LINE's side": quota, faults on demand, redelivery, friendship, the last calls.

import { get, send } from "./api.js";
import { byId, clock, el, toast } from "./dom.js";

const FAULTS = [
  ["LINE ช้า 3 วินาที", { n: null, delay: 3 }, "fault-slow"],
  ["LINE ปฏิเสธ (429)", { n: null, status: 429 }, "fault-refuse"],
  ["LINE ล่ม (500)", { n: null, status: 500 }, "fault-down"],
  ["รับแล้วแต่คำตอบหาย 1 ครั้ง", { n: 1, after_accepting: true, drop_connection: true }, "fault-lost"],
];

let current = null;
let refresh = () => {};

export function setUpPanel(onChange) {
  refresh = onChange;
  const panel = byId("panel");
  const toggle = byId("panel-open");
  const show = (open) => {
    panel.classList.toggle("open", open);
    toggle.setAttribute("aria-expanded", String(open));
    if (open) byId("panel-close").focus();
  };
  const close = el("button", { id: "panel-close", class: "icon", type: "button", text: "✕", "aria-label": "ปิดแผง", on: { click: () => { show(false); toggle.focus(); } } });
  toggle.addEventListener("click", () => show(!panel.classList.contains("open")));
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { show(false); toggle.focus(); } });

  const press = (text, id, run, style = "") => el("button", {
    type: "button", text, class: style, "data-testid": id,
    on: { click: async () => { try { await run(); await refresh(); } catch (problem) { toast(problem.message); } } },
  });
  const act = (body) => send("POST", "act", { channel: current.channel, user: current.user, ...body });
  panel.append(
    el("div", { class: "panel-head" }, el("h2", { text: "ฝั่ง LINE" }), close),
    el("p", { class: "hint", text: "หน้านี้เล่นเป็น LINE บนเครื่องนี้ ไม่มีอะไรส่งออกไปข้างนอก" }),
    el("h3", { text: "อาการของ LINE" }),
    el("p", { id: "mood", class: "mood", role: "status", "data-testid": "mood" }),
    el("div", { class: "buttons", css: { marginTop: "8px" } },
      ...FAULTS.map(([text, fault, id]) => press(text, id, () => send("POST", "faults", { ...fault, channel_slug: current.channel }), "bad")),
      press("กลับเป็นปกติ", "fault-clear", () => send("DELETE", "faults"), "wide")),
    el("h3", { text: "โควตาข้อความเดือนนี้" }),
    el("p", { id: "quota-words", "data-testid": "quota" }),
    el("meter", { id: "quota-meter", min: 0, max: 1, "aria-label": "โควตาที่ใช้ไป" }),
    el("form", { class: "quota", on: { submit: setQuota } },
      el("label", {}, "ตั้งเป็น ", el("input", { id: "quota-limit", type: "number", min: 0, placeholder: "ไม่จำกัด", "aria-label": "โควตาต่อเดือน เว้นว่างคือไม่จำกัด" })),
      el("button", { type: "submit", text: "ตั้งค่าและเริ่มนับใหม่" })),
    el("h3", { text: "เหตุการณ์" }),
    el("div", { class: "buttons" },
      press("ส่งเหตุการณ์ล่าสุดซ้ำ", "redeliver", async () => {
        const { status } = await send("POST", "redeliver", { channel: current.channel });
        toast(status ? `ส่งซ้ำแล้ว บอทตอบ ${status}` : "ไม่มีเหตุการณ์ หรือบอทไม่ตอบ");
      }, "wide"),
      press("เพิ่มเพื่อน", "follow", () => act({ do: "follow" })),
      press("บล็อก", "block", () => act({ do: "block" }), "bad")),
    el("h3", { text: "ส่งถึงบอทไม่สำเร็จ" }),
    el("ol", { id: "failures", class: "calls", "data-testid": "failures" }),
    el("h3", { text: "บอทเรียก LINE ครั้งล่าสุด" }),
    el("ol", { id: "calls", class: "calls", "data-testid": "calls" }),
  );
}

async function setQuota(event) {
  event.preventDefault();
  const value = byId("quota-limit").value;
  await send("PUT", "quota", { channel: current.channel, limit: value === "" ? null : Number(value), used: 0 });
  await refresh();
}

export function showPanel(world, chat) {
  current = chat;
  const channel = world.channels.find((one) => one.slug === chat?.channel);
  if (!channel) return;
  const mood = byId("mood");
  const ill = world.faults.length > 0;
  mood.textContent = ill ? `กำลัง${world.faults.map(describe).join(" และ")}` : "ปกติดี";
  mood.classList.toggle("ill", ill);
  const { limit, used } = channel.quota;
  byId("quota-words").textContent = limit === null ? `ใช้ไป ${used} ข้อความ (ไม่จำกัด)` : `ใช้ไป ${used} จาก ${limit} ข้อความ`;
  const meter = byId("quota-meter");
  meter.max = limit || 1;
  meter.value = limit === null ? 0 : used;
  const none = [el("li", { class: "hint", text: "ไม่มี" })];
  const failures = world.failures.filter((one) => one.channel_slug === chat.channel);
  byId("failures").replaceChildren(...(failures.length ? failures.map((one) =>
    el("li", { class: "bad", text: `${clock(one.time * 1000)} ${one.event_types.join(", ")} → ${one.status || one.error}` })) : none));
}

function describe(fault) {
  const what = fault.drop_connection ? "ทำคำตอบหาย" : fault.status ? `ตอบ ${fault.status}` : `ช้า ${fault.delay} วินาที`;
  return fault.left === null ? what : `${what} (อีก ${fault.left} ครั้ง)`;
}

let seen = -1;

export async function showCalls(world) {
  if (world.request_count === seen || !current) return;
  seen = world.request_count;
  const { requests } = await get("requests", { channel: current.channel, after: Math.max(0, world.cursor - 400) });
  byId("calls").replaceChildren(...requests.slice(-8).reverse().map((call) =>
    el("li", { class: call.status < 300 ? "" : "bad", text: `${clock(call.time * 1000)} ${call.method} ${call.endpoint} → ${call.status ?? "ไม่ตอบ"}` })));
}
