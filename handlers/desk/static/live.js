/* The desk's one script. First: what changes while a page is open: an element with data-live="<address>" is drawn anew from that
   address every 20 seconds, as long as the page is in view. The answer is a piece of HTML, or
   nothing (204, 304) where nothing changed. Nobody's typing, focus, ticks or open <details> are
   disturbed: an element that holds one of them waits for the next time. A page works without this
   script.

   Rows with data-key that were not there before are counted, and said politely: data-live-news is
   the sentence (# stands for the number), data-live-say the id of the element that says it. */
"use strict";

(() => {
  const EVERY = 20000;

  const isBusy = (element) =>
    element.contains(document.activeElement) ||
    element.querySelector("input[type=checkbox]:checked, details[open]") !== null;

  const keysOf = (element) =>
    new Set([...element.querySelectorAll("[data-key]")].map((row) => row.dataset.key));

  const say = (element, before) => {
    const place = document.getElementById(element.dataset.liveSay || "");
    if (!place) return;
    const fresh = [...keysOf(element)].filter((key) => !before.has(key)).length;
    if (fresh) place.textContent = element.dataset.liveNews.replace("#", String(fresh));
  };

  const draw = async (element) => {
    if (document.hidden || isBusy(element)) return;
    const answer = await fetch(element.dataset.live, {
      credentials: "same-origin",
      headers: { "X-Live": element.dataset.liveMark || "" },
      redirect: "manual",
    });
    if (answer.status !== 200) return; // unchanged, signed out, or a moment's trouble
    const html = await answer.text();
    if (isBusy(element)) return;
    const before = keysOf(element);
    element.dataset.liveMark = answer.headers.get("X-Live-Mark") || "";
    element.innerHTML = html;
    say(element, before);
  };

  const tick = () => {
    for (const element of document.querySelectorAll("[data-live]")) {
      draw(element).catch(() => {}); // the network is away: the next time will do
    }
  };

  window.setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || tick());

  // A button with data-tick="<selector>" ticks every box in there, or none where all are ticked.
  for (const button of document.querySelectorAll("[data-tick]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = [
        ...document.querySelectorAll(`${button.dataset.tick} input[type="checkbox"]`),
      ];
      const all = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !all;
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // On a long page the field that is wrong may be far below the sentence that says so.
  const wrong = document.querySelector(".is-invalid");
  if (wrong) {
    const fold = wrong.closest("details");
    if (fold) fold.open = true;
    wrong.scrollIntoView({ block: "center" });
    wrong.focus({ preventScroll: true });
  }
})();
