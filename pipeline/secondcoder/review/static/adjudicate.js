// Keys of the adjudication. Without this script every form still works.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const follow = (id) => { if (byId(id)) byId(id).click(); };
  const submit = (id) => { if (byId(id)) byId(id).requestSubmit(byId(id).querySelector("button")); };
  const focus = (id) => { if (byId(id)) byId(id).focus(); };
  const keys = {
    Enter: () => submit("settle"), z: () => submit("undo"), j: () => follow("next"), k: () => follow("back"),
    n: () => focus("other"), m: () => focus("memo"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = event.target;
    if (place.matches("input:not([type=checkbox]), textarea")) { if (event.key === "Escape") place.blur(); return; }
    if (event.key === "Enter" && place.closest("a, button")) return;
    const box = /^[1-9]$/.test(event.key) && document.querySelectorAll("#settle [name=holds]")[Number(event.key) - 1];
    const action = box ? () => { box.checked = !box.checked; box.focus(); } : keys[event.key] || keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    if (!event.repeat) action();
  });
})();
