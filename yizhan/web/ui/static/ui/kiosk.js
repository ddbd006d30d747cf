// Back to the start when nobody is there: every touch gives the whole time again; the last twenty
// seconds say so first (WCAG 2.2.1). Without scripts the page's own refresh does it.
"use strict";
(() => {
  const box = document.querySelector("[data-idle]");
  if (!box) return;
  const whole = Number(box.dataset.idle);
  const left = box.querySelector("[data-left]");
  let rest = whole;
  const again = () => { rest = whole; box.hidden = true; };
  ["pointerdown", "keydown", "scroll", "input"].forEach((what) => {
    document.addEventListener(what, again, { capture: true, passive: true });
  });
  const ticking = setInterval(() => {
    rest -= 1;
    // gone once: a second call would break off the first while the start page is on its way
    if (rest <= 0) { clearInterval(ticking); window.location.replace(box.dataset.home); }
    if (rest <= 20) { box.hidden = false; left.textContent = String(Math.max(rest, 0)); }
  }, 1000);
})();
