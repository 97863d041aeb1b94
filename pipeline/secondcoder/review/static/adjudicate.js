// Keys of the adjudication. Without this script every form still works.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const follow = (id) => { if (byId(id)) byId(id).click(); };
  const submit = (id) => { if (byId(id)) byId(id).requestSubmit(byId(id).querySelector("button")); };
  const focus = (id) => { if (byId(id)) byId(id).focus(); };
  const choices = [...document.querySelectorAll(".choice")];
  const boxOf = (choice) => choice.querySelector("[name=holds]");
  // The code that was touched last, or the first one that is ticked.
  const current = () => document.activeElement.closest(".choice") || choices.find((choice) => boxOf(choice).checked) || choices[0];
  const part = (selector) => () => { const found = current() && current().querySelector(selector); if (found) found.focus(); };
  const keys = {
    Enter: () => submit("settle"), z: () => submit("undo"), j: () => follow("next"), k: () => follow("back"),
    n: () => focus("other"), m: () => focus("memo"), v: part(".of-code select"), w: part(".words :checked"),
  };
  // A valence has to be chosen only for a code that holds.
  for (const choice of choices) {
    const select = choice.querySelector("select[required]");
    const update = () => { select.required = boxOf(choice).checked; };
    if (select) { boxOf(choice).addEventListener("change", update); update(); }
  }
  // After a settlement, a step or an undo the page is a new one: its passage is gone to, not the beginning.
  if (/[?&](at|past|undone)=/.test(location.search)) byId("current-passage")?.focus({ preventScroll: true });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = event.target;
    if (event.key === "Escape" && place.matches("input, select, textarea")) { place.blur(); return; }
    // A list and a text take letters themselves; Enter settles from a code's own list too.
    if (place.matches("input:not([type=checkbox], [type=radio]), textarea")) return;
    if (place.matches("select") && !(event.key === "Enter" && place.closest("#settle"))) return;
    if (event.key === "Enter" && place.closest("a, button, summary")) return;
    const choice = /^[1-9]$/.test(event.key) && choices[Number(event.key) - 1];
    const tick = () => { const box = boxOf(choice); box.click(); box.focus(); };
    const action = choice ? tick : keys[event.key] || keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    if (!event.repeat) action();
  });
})();
