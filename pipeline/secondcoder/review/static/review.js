// Keys, ticks, spans, and decisions without a full reload. Without this script every form still works.
"use strict";
(() => {
  const panel = document.getElementById("panel");
  const status = document.getElementById("status");
  const definition = document.getElementById("definition");
  let busy = false;
  let viewed = 0, since = 0;
  let span = null, spanning = false, moved = false, bySpace = false;

  const current = () => panel.querySelector(".current");
  const byId = (id) => document.getElementById(id);
  const heading = () => byId("current-passage")?.focus({ preventScroll: true });
  const draft = (key) => `memo ${key}`;
  const announce = (text, bad = false) => { status.textContent = text; status.classList.toggle("bad", bad); };

  // -- time with the passage in view -------------------------------------------------------------------------------
  const restart = () => { viewed = 0; since = document.hidden ? 0 : performance.now(); };
  const seconds = () => (viewed + (since ? performance.now() - since : 0)) / 1000;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && since) { viewed += performance.now() - since; since = 0; }
    else if (!document.hidden) { since = performance.now(); }
  });

  const counted = (count) => `${count} ${count === 1 ? "word" : "words"}`;

  // -- the span ----------------------------------------------------------------------------------------------------
  const pieces = () => [...panel.querySelectorAll(".w")].filter((word) => Number(word.dataset.e) > Number(word.dataset.s));
  const renderSpan = () => {
    const box = byId("words");
    if (!box || !span) return;
    for (const word of panel.querySelectorAll(".w")) {
      word.classList.toggle("in", Number(word.dataset.s) < span[1] && Number(word.dataset.e) > span[0]);
    }
    const passage = current().dataset;
    const changed = span[0] !== Number(passage.from) || span[1] !== Number(passage.to);
    box.classList.toggle("changedspan", changed);
    box.classList.toggle("spanning", spanning);
    // In an application a screen reader lets the arrow keys through.
    box.setAttribute("role", spanning ? "application" : "group");
    box.setAttribute("aria-label", spanning ? "The span: arrow keys move its end, with Shift its beginning; Enter keeps it, Escape drops it" : "The passage");
    byId("spanhelp").hidden = !spanning && !changed;
  };
  const resetPanel = () => {
    const now = current(), kept = now && sessionStorage.getItem(draft(now.dataset.key));
    if (kept) byId("memo").value = kept;
    span = now ? [Number(now.dataset.from), Number(now.dataset.to)] : null;
    spanning = moved = false;
    for (const row of document.querySelectorAll(".row.here")) row.classList.remove("here");
    const row = now && byId(now.dataset.row);
    const hit = document.querySelector(".row.found");
    if (row && row.dataset.key) { row.classList.add("here"); row.scrollIntoView({ block: "nearest" }); }
    else if (hit) hit.scrollIntoView({ block: "center" });
    showCardInSide();
    restart();
  };
  // In a low window, scroll to what is decided on: in the queue with the passage above it; beside a transcript alone, as that shows the passage.
  const showCard = (box, frame, first) => {
    const card = panel.querySelector(".stage, #decide"), keys = document.querySelector(".keys");
    box.scrollTop = 0;
    if (!card || !first) return;
    const covered = getComputedStyle(keys).position === "fixed" ? keys.getBoundingClientRect().top : window.innerHeight;
    const below = card.getBoundingClientRect().bottom + 8 - Math.min(frame().bottom, covered);
    box.scrollTop = Math.max(0, Math.min(below, first.getBoundingClientRect().top - frame().top));
  };
  const showCardInSide = () => {
    const side = document.querySelector(".side");
    if (side) showCard(side, () => side.getBoundingClientRect(), panel.querySelector(".stage, #decide"));
    return Boolean(side);
  };
  const move = (edge, step) => {
    const words = pieces();
    const inside = words.map((word, n) => (Number(word.dataset.s) < span[1] && Number(word.dataset.e) > span[0] ? n : -1)).filter((n) => n >= 0);
    let first = inside[0], last = inside[inside.length - 1];
    if (edge === "start") first = Math.min(Math.max(first + step, 0), last);
    else last = Math.max(Math.min(last + step, words.length - 1), first);
    span = [Number(words[first].dataset.s), Number(words[last].dataset.e)];
    moved = true;
    renderSpan();
    announce(`Span: ${counted(last - first + 1)}, from “${words[first].textContent.trim()}” to “${words[last].textContent.trim()}”.`);
  };
  const spanKeys = (event) => {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") move(event.shiftKey ? "start" : "end", event.key === "ArrowRight" ? 1 : -1);
    else if (event.key === "Enter") { spanning = false; renderSpan(); heading(); announce("Span kept. Your next decision uses it."); }
    else if (event.key === "Escape") { resetPanel(); renderSpan(); heading(); announce("Span as it was."); }
    else return false;
    event.preventDefault();
    return true;
  };
  document.addEventListener("mouseup", () => {
    const chosen = window.getSelection(), box = byId("words");
    if (!box || !chosen || chosen.isCollapsed || !box.contains(chosen.anchorNode) || !box.contains(chosen.focusNode)) return;
    const taken = pieces().filter((word) => chosen.containsNode(word, true));
    if (!taken.length) return;
    span = [Number(taken[0].dataset.s), Number(taken[taken.length - 1].dataset.e)];
    moved = true;
    chosen.removeAllRanges();
    renderSpan();
    announce(`Span: ${counted(taken.length)}. Your next decision uses it.`);
  });

  // -- ticks -------------------------------------------------------------------------------------------------------
  const picks = () => [...panel.querySelectorAll(".pick")].filter((pick) => pick.offsetParent);
  const box = (pick) => pick && pick.querySelector("input[type=checkbox]");
  const above = (pick) => pick.dataset.above.split("\n");
  const select = (pick, focus) => {
    if (!pick) return;
    for (const other of panel.querySelectorAll(".pick.is-current")) other.classList.remove("is-current");
    pick.classList.add("is-current");
    const code = pick.dataset.code, sent = panel.querySelector("#change [name=suggested]");
    current().dataset.code = sent.value = byId("replaced").textContent = code;
    for (const why of panel.querySelectorAll(".why")) why.hidden = why.dataset.code !== code;
    const carries = panel.querySelector(".why:not([hidden])").dataset.carries.trim().split(" ").map((pair) => pair.split("-").map(Number));
    for (const word of panel.querySelectorAll(".w")) {
      word.classList.toggle("carries", carries.some(([from, to]) => Number(word.dataset.s) < to && Number(word.dataset.e) > from));
    }
    if (focus && box(pick)) box(pick).focus();
  };
  const step = (by) => {
    const all = picks(), at = all.findIndex((pick) => pick.classList.contains("is-current"));
    select(all[Math.min(Math.max(at + by, 0), all.length - 1)], true);
  };
  // A sub-construct takes its construct along, and a construct that is taken back its sub-constructs.
  const follow = (pick) => {
    const along = [];
    for (const other of panel.querySelectorAll(".pick")) {
      const coupled = box(pick).checked ? above(pick).includes(other.dataset.code) : above(other).includes(pick.dataset.code);
      if (!coupled || other === pick || !box(other) || box(other).checked === box(pick).checked) continue;
      box(other).checked = box(pick).checked;
      along.push(other.dataset.code);
    }
    return along;
  };
  const told = (pick, along) => announce(`${[pick.dataset.code, ...along].join(" and ")} ${box(pick).checked ? "ticked" : "not ticked"}. Enter records what is ticked.`);
  const tick = () => {
    const pick = picks().find((one) => one.classList.contains("is-current"));
    if (!pick) { explainNothing(); return; }
    if (box(pick)) { box(pick).checked = !box(pick).checked; told(pick, follow(pick)); }
    step(1);
  };
  // What is unfolded is on screen, so that the keys speak of it too.
  const unfolded = (fold) => {
    for (const row of fold.querySelectorAll("input[type=hidden]")) row.disabled = !fold.open;
    const waiting = picks().filter((pick) => !pick.classList.contains("decided")).length;
    byId("howmany").textContent = waiting === 0 ? "all" : waiting === 1 ? "it" : `all ${waiting}`;
  };
  panel.addEventListener("toggle", (event) => { if (event.target.id === "fold") unfolded(event.target); }, true);
  panel.addEventListener("change", (event) => {
    const pick = event.target.closest(".pick");
    if (pick) { const along = follow(pick); select(pick, false); told(pick, along); }
    if (pick && bySpace) step(1);
    bySpace = false;
  });

  // -- deciding ----------------------------------------------------------------------------------------------------
  const fields = (form, button) => {
    const sent = new FormData(form);
    if (button && button.name) sent.set(button.name, button.value);
    const valence = panel.querySelector("input[name=valence]:checked");
    if (valence) sent.set("valence", valence.value);
    sent.set("memo", byId("memo") ? byId("memo").value : "");
    sent.set("seconds", seconds().toFixed(1));
    if (span && moved && !["remove", "undo"].includes(sent.get("verdict"))) { sent.set("start", span[0]); sent.set("end", span[1]); }
    return new URLSearchParams(sent);
  };
  const send = async (form, button) => {
    if (busy) return;
    busy = true;
    document.body.dataset.busy = "yes";  // not aria-busy: screen readers drop what is said below it
    const sent = fields(form, button), from = current();
    try {
      const answer = await fetch("/decide", { method: "POST", body: sent, headers: { "X-Asked-By": "page" }, credentials: "same-origin" });
      if (!answer.ok) { announce(`Not recorded: ${(await answer.text()).replace(/ Nothing was recorded\.$/, "")}`, true); return; }
      if (from && !["undo", "remove"].includes(sent.get("verdict"))) sessionStorage.removeItem(draft(from.dataset.key));
      show(await answer.json());
    } catch {
      announce("Not recorded: secondcoder does not respond. Is it still running? Press the key again when it is.", true);
    } finally {
      busy = false;
      delete document.body.dataset.busy;
    }
  };
  const show = (answer) => {
    panel.innerHTML = answer.panel;
    byId("progress").innerHTML = answer.progress;
    for (const [id, html] of Object.entries(answer.rows)) if (byId(id)) byId(id).outerHTML = html;
    history.replaceState(null, "", answer.url);
    announce(answer.message);
    resetPanel();
    heading();
    if (!showCardInSide()) showCard(document.documentElement, () => ({ top: 0, bottom: window.innerHeight }), status);
  };
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") !== "/decide") return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  const press = (selector) => { const button = panel.querySelector(selector); if (button) send(button.form, button); else explainNothing(); };
  const explainNothing = () => {
    const now = current();
    if (!now) announce("Everything here is decided.");
    else if (now.dataset.stage === "blind") announce("This passage is coded first: n adds a code, Enter finishes and shows the suggestions.");
    else if (now.dataset.stage === "after blind") announce("The model suggested nothing here, so there is nothing to take or refuse: Enter keeps your coding and goes on.");
    else announce("There is no suggestion to decide on here: n adds a code, j goes to the next passage.");
  };

  // -- the rest of the keys -----------------------------------------------------------------------------------------
  const open = (id) => {
    const form = byId(id);
    if (!form) { explainNothing(); return; }
    form.hidden = false;
    for (const button of panel.querySelectorAll(`[data-opens=${id}]`)) button.setAttribute("aria-expanded", "true");
    form.querySelector("input[list]").focus();
  };
  const define = async (code) => {
    const answer = await fetch(`/codebook?code=${encodeURIComponent(code || "")}`, { headers: { "X-Asked-By": "page" } });
    if (!answer.ok) return;
    definition.innerHTML = await answer.text();
    definition.showModal();
  };
  const startSpan = () => {
    if (!byId("words")) return;
    spanning = true;
    renderSpan();  // before the focus comes: what an element is, is read with it
    byId("words").focus();
    announce("Span: arrow keys move the end, with Shift the beginning.");
  };
  const valence = (value) => { const radio = panel.querySelector(`input[name=valence][value="${value}"]`); if (radio) { radio.checked = true; announce(`Valence: ${value || "none"}. Your next decision uses it.`); } };
  const visit = (id) => { const link = byId(id); if (link) link.click(); };
  const toggle = (selector) => { const part = panel.querySelector(selector); if (part) part.click(); return part; };
  const unfold = () => { const fold = byId("fold"); if (!fold) { announce("Nothing is folded here."); return; } fold.open = !fold.open; unfolded(fold); if (fold.open) select(fold.querySelector(".pick"), true); };
  const keys = {
    a: () => press("#decide [value=all]"), r: () => press("#decide [value=none]"), u: () => press("#decide [value=rest-unsure]"),
    Enter: () => press("#decide [value=ticked]"), " ": tick, ArrowDown: () => step(1), ArrowUp: () => step(-1), f: unfold,
    o: () => { if (!toggle("[name=no_other]")) announce("That is said already, or cannot be said here."); },
    c: () => open("change"), n: () => open("add"), z: () => press("#undo button"),
    m: () => byId("memo") && byId("memo").focus(), w: () => { const why = panel.querySelector(".why:not([hidden])"); if (why) why.open = !why.open; },
    d: () => define(current() ? current().dataset.code : ""), j: () => visit("next"), k: () => visit("back"),
    s: startSpan,
    1: () => valence("promotes"), 2: () => valence("inhibits"), 3: () => valence("mixed"), 0: () => valence(""),
    "/": () => byId("search") && byId("search").focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || definition.open) return;
    const place = event.target;
    const typing = place.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (typing) { if (event.key === "Escape") { place.blur(); heading(); } return; }
    if (spanning && spanKeys(event)) return;
    if (event.key === "Enter" && place.closest("a, button, summary")) return;
    // A box that has the focus is ticked by the browser itself.
    if (event.key === " " && place.closest("a, button, summary, input")) { bySpace = Boolean(place.closest(".pick")); return; }
    if (event.key.startsWith("Arrow") && (place.matches("[type=radio]") || !picks().length)) return;
    const action = keys[event.key] || keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    if (!event.repeat) action();  // a key held down decides once: nobody has read what comes after
  });
  document.addEventListener("input", (event) => {
    const now = current();
    if (event.target.id !== "memo" || !now) return;
    if (event.target.value) sessionStorage.setItem(draft(now.dataset.key), event.target.value);
    else sessionStorage.removeItem(draft(now.dataset.key));
  });
  document.addEventListener("click", (event) => {
    const opens = event.target.closest("[data-opens]"), defines = event.target.closest("[data-define]"), why = event.target.closest("[data-why]"), row = event.target.closest(".row[data-key]");
    if (event.target.closest("#spanner")) startSpan();
    else if (opens) open(opens.dataset.opens);
    else if (defines) { event.preventDefault(); define(defines.dataset.define); }
    else if (why) { event.preventDefault(); select(why.closest(".pick"), false); panel.querySelector(".why:not([hidden])").open = true; }
    else if (row && !event.target.closest("a") && window.getSelection().isCollapsed) {
      const link = new URL(location.href);
      link.searchParams.set("at", row.dataset.key);
      location.href = link.href;
    }
  });
  resetPanel();
  // A passage that was gone to, and not the beginning of the page.
  if (new URL(location.href).searchParams.has("at")) heading();
})();
