// Small conveniences of every page. Nothing here is needed: each page works without it.
"use strict";
document.documentElement.classList.add("script");

// A reader lands on the error summary, not at the top of the page.
function focusSummary() {
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
}
focusSummary();
document.addEventListener("htmx:afterSettle", focusSummary);

// The link of an error line goes to its field, groups of choices included.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".summary a[href^='#']");
  if (!link) return;
  const place = document.getElementById(link.hash.slice(1));
  const field = place && (place.matches("input,select,textarea") ? place : place.querySelector("input"));
  if (field) {
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  }
});

// A second click while the first is on its way changes nothing (the server refuses doubles too).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  const note = form.querySelector("[data-sending]");
  if (note) note.hidden = false;
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

// Buttons and choices that only make sense with scripts.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-send-on-change]");
  if (form) form.requestSubmit();
});
