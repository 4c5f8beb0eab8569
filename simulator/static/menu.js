// The rich menu: a picture with tappable areas, below the input.

import { perform } from "./actions.js";
import { byId, el } from "./dom.js";

let shown = "";
let open = true;

export function setUpMenu() {
  byId("menu-toggle").addEventListener("click", () => { open = !open; fold(); });
}

function fold() {
  byId("menu-toggle").setAttribute("aria-expanded", String(open));
  byId("menu-picture").hidden = !open;
}

export function showMenu(menu, channel, chat) {
  const key = menu ? `${chat} ${menu.richMenuId}` : "";
  byId("menu").hidden = !menu;
  if (key === shown) return;
  const another = key.split(" ")[0] !== shown.split(" ")[0];
  shown = key;
  if (!menu) return;
  if (another) open = menu.selected;
  byId("menu-toggle").textContent = menu.chatBarText;
  const { width, height } = menu.size;
  const source = `api/richmenu/${encodeURIComponent(channel)}/${encodeURIComponent(menu.richMenuId)}`;
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  const areas = menu.areas.map(({ bounds, action }) => el("button", {
    type: "button", class: "menu-area", "data-testid": "rich-menu-area",
    "aria-label": action.label || action.displayText || action.text || action.data || action.uri,
    css: { left: percent(bounds.x, width), top: percent(bounds.y, height), width: percent(bounds.width, width), height: percent(bounds.height, height) },
    on: { click: () => perform(action, () => { if (action.inputOption === "closeRichMenu") { open = false; fold(); } }) },
  }));
  const picture = byId("menu-picture");
  picture.style.aspectRatio = `${width} / ${height}`;
  picture.replaceChildren(el("img", { src: source, alt: "" }), ...areas);
  fold();
}
