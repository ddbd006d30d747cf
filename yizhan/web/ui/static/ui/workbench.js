// Keys and clocks of the workbench. Every page works without this file; it only saves steps.
"use strict";
(() => {
  const typing = (node) => node && node.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
  const keysOn = () => localStorage.getItem("yz-keys") !== "off";

  // --- single keys: j k Enter in lists, one letter per action on the case page; can be switched off (WCAG 2.1.4)
  function rows() { return [...document.querySelectorAll("[data-row]")]; }
  function step(by) {
    const list = rows();
    if (!list.length) return;
    const now = list.findIndex((row) => row.contains(document.activeElement));
    const next = list[Math.min(Math.max(now + by, 0), list.length - 1)];
    next.querySelector("a").focus();
    next.scrollIntoView({ block: "nearest" });
  }
  function run(node) {
    if (node.matches("summary")) {
      node.parentElement.open = true;
      const first = node.parentElement.querySelector("input:not([type=hidden]), select, textarea, button[type=submit]");
      (first || node).focus();
      return;
    }
    if (node.matches("input, textarea")) { node.focus(); node.select(); return; }
    node.click();
  }
  // accesskey is Alt with the key in most browsers, Alt+Shift or Ctrl+Option in some: here it is Alt in all
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const key = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
    const node = document.querySelector(`[data-alt][data-key="${CSS.escape(key)}"]:not([disabled])`);
    if (node) { event.preventDefault(); run(node); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target) || !keysOn()) return;
    if (event.key === "j" || event.key === "k") { event.preventDefault(); step(event.key === "j" ? 1 : -1); return; }
    const node = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([data-alt])`);
    if (node) { event.preventDefault(); run(node); }
  });
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-keys-switch]");
    if (!box) return;
    localStorage.setItem("yz-keys", keysOn() ? "off" : "on");
    show();
  });
  function show() {
    document.querySelectorAll("[data-keys-switch]").forEach((box) => {
      box.textContent = keysOn() ? "关闭单键快捷键" : "打开单键快捷键";
    });
    document.documentElement.classList.toggle("no-keys", !keysOn());
  }

  // --- the window: Enter goes to the next empty field; scanners and card readers end with Enter, too
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest("[data-enter]");
    if (!form || event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=file])")) return;
    const section = event.target.closest("#item-form");
    if (!section) return;
    event.preventDefault();
    const fields = [...section.querySelectorAll("input:not([type=hidden]), textarea")];
    const after = fields.slice(fields.indexOf(event.target) + 1);
    const next = after.find((node) => !node.value) || document.querySelector(".finish button:not([disabled])");
    if (next) next.focus();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-all]");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.querySelectorAll(`#materials input[value="${CSS.escape(button.dataset.all)}"]`).forEach((node) => {
      const chosen = node.closest(".segments").querySelector("input[type=radio]:checked");
      if (!chosen) { node.checked = true; touch(node); }
    });
    const next = document.querySelector("#item-form input:not([type=hidden])") || document.querySelector(".finish button");
    if (next) next.focus();
  }, true);

  // --- what somebody types or ticks while an answer is on its way is not lost
  let touched = new Map();
  function touch(node) { if (node.id) touched.set(node.id, { at: Date.now(), value: node.value, checked: node.checked }); }
  document.addEventListener("input", (event) => touch(event.target));
  document.addEventListener("htmx:beforeRequest", (event) => { event.detail.requestConfig.sentAt = Date.now(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    const sent = event.detail.requestConfig && event.detail.requestConfig.sentAt;
    if (!sent || event.detail.target.id !== "visit") return;
    touched.forEach((was, id) => {
      const node = document.getElementById(id);
      if (!node || was.at <= sent || node.type === "file") return;
      if (node.matches("[type=radio], [type=checkbox]")) node.checked = was.checked;
      else if (typing(node)) node.value = was.value;
    });
    touched = new Map();
  });

  // --- how long this visit has lasted
  const pageBegan = new WeakMap();
  function tick() {
    document.querySelectorAll("[data-since]").forEach((node) => {
      if (!pageBegan.has(node)) pageBegan.set(node, Date.now());
      const s = Number(node.dataset.since) + Math.floor((Date.now() - pageBegan.get(node)) / 1000);
      node.textContent = `${Math.floor(s / 60)}分${String(s % 60).padStart(2, "0")}秒`;
    });
  }
  setInterval(tick, 1000);
  show();
})();
