// Finds a number whose SHA-256 (FIPS 180-4), after the page's seed, begins with enough zero bits.
// Written out because crypto.subtle is missing where a page is not served over https.
"use strict";

(() => {
  const form = document.querySelector("form[data-work]");
  if (!form) return;

  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) {
    if (primes.every((p) => n % p !== 0)) primes.push(n);
  }
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
  const START = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const w = new Int32Array(64);

  // The first word of the hash of a short ASCII text (one block); few enough bits are asked for.
  const firstWord = (text) => {
    w.fill(0);
    for (let i = 0; i < text.length; i += 1) w[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
    w[text.length >> 2] |= 0x80 << (24 - (text.length & 3) * 8);
    w[15] = text.length * 8;
    for (let i = 16; i < 64; i += 1) {
      const a = w[i - 15];
      const b = w[i - 2];
      w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]
        + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = START;
    for (let i = 0; i < 64; i += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    return (a + START[0]) >>> 0;
  };

  const { seed } = form.dataset;
  const bits = Number(form.dataset.bits);
  const told = form.querySelector("[data-work-told]");
  const answer = form.querySelector('input[name="answer"]');
  let waiting = false;
  let number = 0;
  told.textContent = told.dataset.working;

  const work = () => {
    for (let i = 0; i < 20000; i += 1, number += 1) {
      if (firstWord(`${seed}:${number}`) >>> (32 - bits) === 0) {
        answer.value = String(number);
        told.textContent = told.dataset.ready;
        if (waiting) form.submit();
        return;
      }
    }
    window.setTimeout(work, 0); // the page stays alive meanwhile
  };
  form.addEventListener("submit", (event) => {
    if (answer.value) return;
    event.preventDefault();
    waiting = true; // it is sent as soon as the work is done
  });
  window.setTimeout(work, 0);
})();
