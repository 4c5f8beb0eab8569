// What a tap on an action does: https://developers.line.biz/en/reference/messaging-api/#action-objects

import { byId, el, safeLink, toast } from "./dom.js";

// `deeds` is given by main.js: act(body), say(text), pick(kind), currentPlace().
let deeds = null;
export const useDeeds = (given) => { deeds = given; };

// A control for an action: a link for an address, a button for everything else.
export function control(action, options, done) {
  const label = options.text ?? action.label ?? "";
  const shared = { ...options, text: label, "data-testid": options["data-testid"] || "action", "data-action": action.type };
  const link = action.type === "uri" ? safeLink(action.uri) : null;
  if (link) {
    return el("a", { ...shared, href: link, target: "_blank", rel: "noopener noreferrer", on: { click: () => done && done() } });
  }
  return el("button", { ...shared, type: "button", on: { click: () => perform(action, done) } });
}

// Make a whole box tappable.
export function tappable(node, action) {
  if (!action) return node;
  node.classList.add("fx-tap");
  node.setAttribute("role", action.type === "uri" ? "link" : "button");
  node.setAttribute("tabindex", "0");
  node.setAttribute("data-testid", "action");
  if (action.label) node.setAttribute("aria-label", action.label);
  node.addEventListener("click", (event) => {
    if (event.target.closest("button, a, .fx-tap") === node) perform(action);
  });
  node.addEventListener("keydown", (event) => {
    if (event.target === node && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); perform(action); }
  });
  return node;
}

export async function perform(action, done) {
  switch (action.type) {
    case "message":
      await deeds.act({ do: "text", text: action.text });
      break;
    case "postback":
      await deeds.act({ do: "postback", data: action.data, display_text: action.displayText || action.text });
      if (action.inputOption === "openKeyboard") {
        byId("text").value = action.fillInText || "";
        byId("text").focus();
        byId("text").dispatchEvent(new Event("input"));
      }
      break;
    case "datetimepicker": {
      const params = await pickTime(action);
      if (!params) return;
      await deeds.act({ do: "postback", data: action.data, params });
      break;
    }
    case "richmenuswitch":
      await deeds.act({ do: "switch_menu", alias: action.richMenuAliasId, data: action.data });
      break;
    case "camera":
      byId("pick-camera").click();
      break;
    case "cameraRoll":
      byId("pick-photo").click();
      break;
    case "location":
      await sendPlace();
      return;
    case "clipboard":
      try { await navigator.clipboard.writeText(action.clipboardText); toast("คัดลอกแล้ว"); } catch { toast("คัดลอกไม่ได้"); }
      break;
    case "uri": {
      const link = safeLink(action.uri);
      if (link) window.open(link, "_blank", "noopener,noreferrer");
      break;
    }
    default:
      toast(`ไม่รู้จักคำสั่ง ${action.type}`);
  }
  if (done) done();
}

// Show the dialog with these fields; resolves to true for OK.
function ask(title, fields) {
  const dialog = byId("picker");
  byId("picker-title").textContent = title;
  byId("picker-fields").replaceChildren(...fields);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), { once: true });
  });
}

async function pickTime(action) {
  const kinds = { date: "date", time: "time", datetime: "datetime-local" };
  const upper = (value) => (value || "").replace("t", "T");
  const input = el("input", {
    type: kinds[action.mode] || "date",
    "aria-label": action.label || "เลือกวันและเวลา",
    "data-testid": "picker-input",
    required: true,
    min: upper(action.min) || null,
    max: upper(action.max) || null,
  });
  input.value = upper(action.initial) || today(action.mode);
  if (!(await ask(action.label || "เลือกวันและเวลา", [input])) || !input.value) return null;
  return { [action.mode]: input.value.slice(0, action.mode === "datetime" ? 16 : 10) };
}

function today(mode) {
  const bangkok = new Date(Date.now() + 7 * 3600e3).toISOString();
  return { date: bangkok.slice(0, 10), time: bangkok.slice(11, 16) }[mode] || bangkok.slice(0, 16);
}

export async function sendPlace() {
  const field = (label, value, id) => el("label", { text: label }, el("input", { value, "data-testid": id, required: true }));
  const fields = [
    field("ชื่อสถานที่", "หน้าตลาดสดเทศบาล", "place-title"),
    field("ที่อยู่", "ถนนสุขใจ หมู่ 3 ตำบลตัวอย่าง", "place-address"),
    field("ละติจูด", "13.7563", "place-lat"),
    field("ลองจิจูด", "100.5018", "place-lon"),
  ];
  if (!(await ask("ส่งตำแหน่งที่ตั้ง", fields))) return;
  const [title, address, lat, lon] = fields.map((one) => one.querySelector("input").value);
  await deeds.act({ do: "location", title, address, lat, lon });
}
