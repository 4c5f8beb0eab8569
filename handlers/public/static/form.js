// What the form does better with a script; without one it does everything else.
"use strict";

(() => {
  const place = document.querySelector("[data-place]");
  if (place && "geolocation" in navigator && window.isSecureContext) {
    const field = place.querySelector('input[name="coordinates"]');
    const ask = place.querySelector("[data-place-ask]");
    const drop = place.querySelector("[data-place-drop]");
    const told = place.querySelector("[data-place-told]");
    const show = () => {
      drop.hidden = !field.value;
      told.textContent = field.value ? told.dataset.found : "";
    };
    ask.addEventListener("click", () => {
      told.textContent = told.dataset.wait;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          // Five decimals are a metre.
          field.value = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
          show();
        },
        () => { told.textContent = told.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
    drop.addEventListener("click", () => {
      field.value = "";
      show();
      ask.focus();
    });
    place.hidden = false;
    show();
  }
  // Leave without a way back to the form in the history of the tab.
  for (const link of document.querySelectorAll(".leave-link")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      window.location.replace(link.href);
    });
  }
})();
