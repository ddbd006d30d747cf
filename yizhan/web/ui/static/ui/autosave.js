// A form that saves itself: says when it was saved, and tries again when the line comes back.
"use strict";
(() => {
  const status = (text, bad) => {
    document.querySelectorAll("[data-save-status]").forEach((place) => {
      place.textContent = text;
      place.classList.toggle("save-bad", Boolean(bad));
    });
  };
  const isSave = (event) => event.target.closest && event.target.closest("[data-autosave]");
  let unsaved = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isSave(event)) status("正在保存…");
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!isSave(event)) return;
    unsaved = event.target;
    status("网络断开，刚才的内容还没有保存；请不要关闭本页，网络恢复后会自动保存。", true);
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (!isSave(event)) return;
    unsaved = event.target;
    status("没有保存成功，请点“保存”再试一次。", true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isSave(event) && event.detail.successful) unsaved = null;
  });
  window.addEventListener("online", () => {
    if (unsaved) htmx.trigger(unsaved, "change");
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
})();
