// Says "too large" before sending 25 MB over a village line; the server checks everything again.
"use strict";
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-limit]")) return;
  const limit = Number(input.dataset.limit);
  const large = Array.from(input.files).filter((file) => file.size > limit);
  const note = document.getElementById(input.dataset.note);
  if (!large.length) { if (note) note.textContent = ""; return; }
  event.stopImmediatePropagation();
  event.preventDefault();
  input.value = "";
  if (note) {
    const megabytes = Math.floor(limit / 1048576);
    note.textContent = `“${large[0].name}”超过${megabytes} MB，没有上传。请用手机拍照时选小一点的尺寸，或分几张上传。`;
  }
}, true);
