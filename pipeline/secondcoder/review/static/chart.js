// The framework matrix: a cell opens beside it, its note is saved without leaving, and keys go from cell to cell. Without this script each
// cell is a page, and every form works.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const panel = byId("panel"), status = byId("status");
  const wide = matchMedia("(min-width: 1001px)");
  const asked = { headers: { "X-Asked-By": "page" } };
  const announce = (text, bad = false) => { status.textContent = text; status.classList.toggle("bad", bad); };
  const cells = () => [...document.querySelectorAll("td.cell")];
  const article = () => panel.querySelector(".opencell");
  const opened = () => article() && cells().find((cell) => cell.dataset.code === article().dataset.code && cell.parentElement.dataset.row === article().dataset.row
    && (cell.dataset.wave || article().dataset.wave) === article().dataset.wave);

  // -- what was typed and not saved, kept by cell --------------------------------------------------------------------
  const draft = () => `note ${location.pathname} ${["row", "code", "wave"].map((name) => article().dataset[name]).join("|")}`;
  const keep = () => { const box = byId("summary"); if (box && box.value !== box.defaultValue) sessionStorage.setItem(draft(), box.value); };
  const restore = () => {
    const box = byId("summary"), kept = box && sessionStorage.getItem(draft());
    if (kept && kept !== box.value) { box.value = kept; announce("What you typed here before was not saved yet: it is there again."); }
  };

  // -- the panel -----------------------------------------------------------------------------------------------------
  const mark = () => {
    for (const cell of document.querySelectorAll("td.is-open")) cell.classList.remove("is-open");
    if (!panel.hidden) opened()?.classList.add("is-open");
  };
  // The address says which cell is open, so that a way back from an interview ends there.
  const place = (about) => {
    const url = new URL(location), said = { at: about?.row, code: about?.code, beside: about && "1" };
    if (!byId("matrix")) said.wave = about?.wave;
    for (const [name, value] of Object.entries(said)) if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    history.replaceState(null, "", url.pathname + url.search);
  };
  const show = (html) => { panel.innerHTML = html; panel.hidden = false; mark(); };
  const open = async (link) => {
    const answer = await fetch(link.href, asked).catch(() => null);
    if (!answer || !answer.ok) { announce(answer ? await answer.text() : "The server did not answer. Is it still running?", true); return; }
    show(await answer.text());
    announce("");
    restore();
    place(article().dataset);
    panel.scrollTop = 0;
    byId("cellhead").focus({ preventScroll: true });
  };
  const close = () => {
    const back = byId("back");
    if (back) { back.click(); return; }
    if (panel.hidden) return;
    const cell = opened();
    panel.hidden = true;
    mark();
    place(null);
    if (cell) cell.querySelector(".opens").focus();
  };
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("td.cell > .opens"), fold = event.target.closest("a.unfold"), row = event.target.closest(".rowpick a");
    if (link && wide.matches) { event.preventDefault(); open(link); }
    else if (fold) { event.preventDefault(); swap(fold); }
    else if (row) { event.preventDefault(); choose(row); }
  });

  // -- rows on a phone, and folded constructs ------------------------------------------------------------------------
  const choose = (link) => {
    for (const other of document.querySelectorAll(".rowpick a")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    for (const row of document.querySelectorAll(".matrix tbody tr")) row.classList.toggle("is-shown", row.dataset.row === link.dataset.row);
    history.replaceState(null, "", link.href);
  };
  const renew = async () => {
    const answer = await fetch(location).catch(() => null);
    if (!answer || !answer.ok) return;
    byId("chart").replaceWith(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("chart"));
    mark();
  };
  const swap = async (fold) => {
    const url = fold.href, again = `.unfold[data-code="${CSS.escape(fold.dataset.code)}"]`;
    const answer = await fetch(url).catch(() => null);
    if (!answer || !answer.ok) { location.assign(url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const box = document.querySelector(".matrix"), left = box.scrollLeft, top = box.scrollTop;
    byId("chart").replaceWith(page.getElementById("chart"));
    byId("filters").replaceWith(page.getElementById("filters"));
    history.replaceState(null, "", new URL(url).pathname + new URL(url).search);
    Object.assign(document.querySelector(".matrix"), { scrollLeft: left, scrollTop: top });
    if (article() && !panel.hidden) { place(article().dataset); mark(); }
    [...document.querySelectorAll(again)].find(shown)?.focus();
  };

  // -- saving --------------------------------------------------------------------------------------------------------
  document.addEventListener("submit", async (event) => {
    if (event.target.id !== "noteform") return;
    event.preventDefault();
    const sent = new FormData(event.target, event.submitter), name = event.submitter?.name, was = document.activeElement;
    const held = was.id || (was.name === "light" ? `light ${was.value}` : "");
    const answer = await fetch(event.target.action, { method: "POST", body: sent, ...asked }).catch(() => null);
    if (!answer) { announce("The server did not answer, and nothing was saved. Is it still running?", true); return; }
    if (!answer.headers.get("content-type").includes("json")) { announce(await answer.text(), true); return; }
    const told = await answer.json();
    if (answer.ok) sessionStorage.removeItem(draft());
    const at = panel.scrollTop;
    show(told.panel);
    panel.scrollTop = at;
    const cell = opened();
    if (cell && byId("matrix")) cell.querySelector(".opens").innerHTML = told.cell;
    else if (cell) await renew();
    announce(answer.ok ? (name === "verdict" ? "Taken back." : told.message) : "Not saved: somebody else has written here meanwhile.", !answer.ok);
    const back = held.startsWith("light ") ? panel.querySelector(`[name=light][value="${held.slice(6)}"]`) : held && byId(held);
    (back || panel.querySelector("#noteform .main"))?.focus({ preventScroll: true });
  });
  document.addEventListener("input", (event) => { if (event.target.id === "summary") keep(); });

  // -- keys ----------------------------------------------------------------------------------------------------------
  const shown = (one) => one && one.offsetParent;
  const beside = (cell, key) => {
    const row = cell.parentElement, at = [...row.cells].indexOf(cell);
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
    if (!shown(row.closest("table").tHead) || step[1]) return row.cells[at + step[1]] && step[1] ? row.cells[at + step[1]] : (step[0] > 0 ? cell.nextElementSibling : cell.previousElementSibling);
    return (step[0] > 0 ? row.nextElementSibling : row.previousElementSibling)?.cells[at];
  };
  const go = (step) => {
    const quotes = [...panel.querySelectorAll(".quote")], at = quotes.indexOf(document.activeElement.closest(".quote"));
    const next = quotes[at < 0 ? (step > 0 ? 0 : quotes.length - 1) : at + step];
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
  };
  const light = (value) => { const box = panel.querySelector(`[name=light][value="${value}"]`); if (box) { box.checked = true; box.focus(); } };
  const press = (button) => { if (button) button.click(); };
  const keys = {
    j: () => go(1), k: () => go(-1), m: () => byId("summary")?.focus(), s: () => press(panel.querySelector("#noteform .main")),
    z: () => press(panel.querySelector("[value=undo]")), 1: () => light("green"), 2: () => light("amber"), 3: () => light("red"), 0: () => light(""), Escape: close,
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.id === "summary") { press(panel.querySelector("#noteform .main")); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea, select, input:not([type=radio])")) { if (event.key === "Escape") event.target.blur(); return; }
    const cell = event.target.closest("td.cell");
    if (cell && event.key.startsWith("Arrow")) {
      const next = beside(cell, event.key)?.querySelector(".opens");
      if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
      return;
    }
    const action = keys[event.key] || keys[event.key.toLowerCase()];
    if (action && (event.key === "Escape" || article())) { event.preventDefault(); action(); }
  });
  const here = byId("here");
  if (article()) restore();
  if (here && !location.hash.includes("note")) { here.scrollIntoView({ block: "nearest", inline: "nearest" }); if (location.hash === "#here") here.focus({ preventScroll: true }); }
  mark();
})();
