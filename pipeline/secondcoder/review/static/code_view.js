// The code view: keys, and quotations copied with where they come from. Without this script the page reads the same, and its forms work.
"use strict";
(() => {
  const quotes = [...document.querySelectorAll(".quote")];
  const byId = (id) => document.getElementById(id);
  const status = byId("status"), to = byId("to"), ticked = byId("ticked");
  const announce = (text) => { if (status) status.textContent = text; };
  document.body.classList.add("scripted");

  const current = () => document.activeElement.closest(".quote");
  const go = (step) => {
    const at = quotes.indexOf(current());
    const next = quotes[at < 0 ? (step > 0 ? 0 : quotes.length - 1) : at + step];
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
  };
  const boxes = (quote) => quote ? [...quote.querySelectorAll("input[type=checkbox]")] : [];
  const count = () => {
    if (!ticked) return;
    const n = document.querySelectorAll("input[name=holds]:checked").length;
    ticked.textContent = n ? `${n} ticked` : "";
    byId("recode").classList.toggle("is-open", n > 0);
  };
  const tick = (box) => { if (box) { box.checked = !box.checked; count(); } };
  const change = () => {
    const box = boxes(current())[0];
    if (box && !document.querySelector("input[name=holds]:checked")) tick(box);
    if (to && document.querySelector("input[name=holds]:checked")) to.focus();
    else announce("Tick a passage of your own first: j goes to the next one, x ticks it.");
  };
  const copy = async (quote) => {
    if (!quote) return;
    const words = quote.querySelector(".quoted").textContent.trim(), from = quote.querySelector(".from").textContent;
    const plain = `“${words}” (${from})`;
    try { await navigator.clipboard.writeText(plain); } catch {
      // Beyond this machine the page is not a secure context and has no clipboard.
      const field = document.createElement("textarea");
      field.value = plain;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      quote.focus();
    }
    announce(`Copied, with where it comes from: ${from}.`);
  };

  const split = document.querySelector("form[action='/split'] .into");
  const keys = {
    j: () => go(1), k: () => go(-1), y: () => copy(current()), c: change, x: () => tick(split ? null : boxes(current())[0]),
    "/": () => { const search = byId("search"); if (search) search.focus(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) { if (event.key === "Escape") event.target.blur(); return; }
    const number = split && /^[0-9]$/.test(event.key) ? Number(event.key) : -1;
    if (number >= 0) { const all = boxes(current()); event.preventDefault(); tick(number ? all.slice(0, -1)[number - 1] : all.at(-1)); return; }
    const action = keys[event.key] || keys[event.key.toLowerCase()];
    if (action) { event.preventDefault(); action(); }
  });
  // One button, in the passage that is pointed at or current: one for each would make a long page slow.
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "quiet copy", textContent: "Copy with attribution" });
  button.addEventListener("click", () => copy(button.closest(".quote")));
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const line = !split && event.target.closest(".quote")?.querySelector(".coded");
      if (line && button.parentElement !== line) line.append(" ", button);
    });
  }
  document.addEventListener("change", count);
  count();
})();
