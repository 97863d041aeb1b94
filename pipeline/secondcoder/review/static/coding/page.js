// Coding by hand: a span of words, a code for it, and what is done with a coding afterwards; by mouse, by touch, by keyboard.
import { enterWords, focusOn, inWords, isThere, leaveWords, showWords } from "./focus.js";
import * as margin from "./margin.js";
import * as palette from "./palette.js";
import * as search from "./search.js";
import * as server from "./server.js";
import { Cursor, mark, marksText, moved, overlapping, quote, rangesOf, spanOf } from "./text.js";

const byId = (id) => document.getElementById(id);
const desk = byId("desk"), box = byId("box"), status = byId("status");
const cursor = new Cursor();
let span = null;         // the words that the next code goes to
let spanning = false;    // arrow keys move its ends
let opened = null;       // the coding whose box is open: {key, code, span}
let moving = false;      // its words are being chosen anew
let last = "";           // key of the coding made or changed last
const became = new Map();  // a coding's key -> its key after our change of it
let busy = Promise.resolve();
document.documentElement.classList.add("scripted-page");

const announce = (text, bad = false) => { status.textContent = text; status.classList.toggle("bad", bad); };
const modal = () => document.querySelector("dialog[open]");

const keyNow = (key) => { while (became.has(key) && !margin.has(key)) key = became.get(key); return key; };
const linkOf = (key) => document.querySelector(`.coding[data-key="${CSS.escape(keyNow(key))}"] a`);
const turnHere = () => overlapping(span || cursor.span || [0, 1])[0]?.element;

// -- what is marked in the text ----------------------------------------------------------------------------------------
const paint = () => {
  mark("pending", span ? rangesOf(span) : []);
  mark("cursor", cursor.span && !span ? rangesOf(cursor.span) : []);
  mark("focus", opened && !moving ? rangesOf(opened.span) : []);
  showWords(span ? quote(span) : "");
};
// Where words stand in the window, as wide as the text is.
const rectOf = (words) => {
  const rects = rangesOf(words).flatMap((range) => [...range.getClientRects()]);
  const seen = rects.filter((rect) => rect.bottom > 0 && rect.top < window.innerHeight), all = seen.length ? seen : rects;
  const text = overlapping(words)[0].element.getBoundingClientRect();
  return { left: Math.min(...all.map((rect) => rect.left)), right: text.right, top: all[0].top, bottom: all.at(-1).bottom };
};
const bringIntoView = (words) => {
  const range = rangesOf(words)[0], rect = range && range.getBoundingClientRect();
  if (!rect) return;
  const top = Math.max(70, byId("wordsbar").offsetHeight + 8), bottom = window.innerHeight - 120;
  if (rect.top < top || rect.bottom > bottom) window.scrollBy(0, rect.top - Math.max(top, Math.min(top + 120, window.innerHeight / 3)));
};
const turnNumber = (words) => overlapping(words)[0]?.section.dataset.turn;

// -- the server's answers ----------------------------------------------------------------------------------------------
const take = async (answer) => {
  const held = document.activeElement, key = held.closest(".coding")?.dataset.key, turn = held.closest(".turn"), wasRead = held.closest("#readings");
  if (answer.codebook !== desk.dataset.codebook) await newCodebook();
  else palette.setUsual(answer.usual);
  desk.dataset.version = answer.version;
  desk.dataset.codebook = answer.codebook;
  margin.show(answer.margins);
  byId("readings").innerHTML = answer.readings;
  byId("undowhat").textContent = answer.undo ? `: ${answer.undo}` : "";
  byId("undoform").querySelector("button").hidden = !answer.undo;
  if (palette.isOpen() && span) palette.marked(codesOn(span));
  if (answer.message) announce(answer.message);
  if (held !== document.body && !isThere(held)) focusOn(key && linkOf(key), turn?.querySelector(".speech"), wasRead && byId("readby"), status);
};
// One after the other: the second of two quick actions must know what the first left.
const act = (fields) => {
  busy = busy.then(async () => {
    document.body.dataset.busy = "yes";  // not aria-busy: screen readers drop what is said below it
    try {
      // An action of ours may have given the coding another key while this one waited.
      if (fields.key) fields.key = keyNow(fields.key);
      const answer = await server.post(fields);
      if (answer.keys.length) last = answer.keys[0];
      if (fields.key && answer.keys.length && answer.keys[0] !== fields.key) {
        became.set(fields.key, answer.keys[0]);
        became.delete(answer.keys[0]);  // a change that was changed back
      }
      await take(answer);
      return answer;
    } catch (error) {
      announce(error.message, true);
      await refresh();
      return null;
    } finally {
      delete document.body.dataset.busy;
    }
  });
  return busy;
};
const refresh = async () => {
  const answer = await server.changedSince();
  if (!answer) return;
  await take(answer);
  if (opened && !margin.codings().some((coding) => coding.key === opened.key)) closeBox();
};
const newCodebook = async () => {
  const page = await server.wholePage();
  palette.replace(page.getElementById("palette").innerHTML);
  for (const id of ["tree", "readform", "newcode"]) byId(id).innerHTML = page.getElementById(id).innerHTML;
};
const codesOn = (words) => margin.codings().filter((one) => one.span[0] === words[0] && one.span[1] === words[1]).map((one) => one.code);

// -- a span, and the palette for it -------------------------------------------------------------------------------------
const release = () => { span = null; spanning = false; moving = false; paint(); };
const chooseWords = (words, focus) => {
  if (moving) { moveTo(words); return; }
  closeBox();
  span = words;
  spanning = false;
  cursor.goTo(words[0]);
  paint();
  openPalette(focus);
};
const openPalette = (focus) => {
  const words = span;
  announce("");
  palette.open({
    words: quote(words), box: rectOf(words), has: codesOn(words), focus,
    picked: (code) => act({ action: "code", code, start: words[0], end: words[1] }),
  });
};
const recode = () => {
  const coding = opened;
  palette.open({
    words: quote(coding.span), box: rectOf(coding.span), has: [coding.code], focus: true,
    picked: async (code) => { palette.close(); reopen(await act({ action: "change", key: coding.key, code })); },
  });
};
const startSpan = () => {
  if (!cursor.span) cursor.step(1);
  closeBox();
  span = cursor.span;
  spanning = true;
  paint();
  enterWords();
  bringIntoView(span);
  announce(`${told(span)} Arrow keys move its end by a word, with Shift its beginning. n or Enter opens the palette.`);
};
const told = (words) => {
  const all = quote(words).split(/\s+/);
  return all.length === 1 ? `Span: “${all[0]}”.` : `Span: ${all.length} words, from “${all[0]}” to “${all.at(-1)}”.`;
};
const adjust = (event) => {
  const step = ["ArrowRight", "ArrowDown"].includes(event.key) ? 1 : -1;
  const unit = ["ArrowUp", "ArrowDown"].includes(event.key) ? "sentences" : "tokens";
  span = moved(span, event.shiftKey ? "start" : "end", step, unit);
  paint();
  announce(told(span));
};

// -- the box of one coding ----------------------------------------------------------------------------------------------
const openBox = async (key, then) => {
  await busy;  // a change of ours that is on its way may give it another key
  const coding = margin.codings().find((one) => one.key === keyNow(key));
  const answer = coding && await server.get({ edit: coding.key });
  if (!answer) { announce("There is no coding to open here.", true); return; }
  palette.close();
  release();
  opened = coding;
  box.innerHTML = await answer.text();
  const place = coding.element.querySelector("a").getBoundingClientRect();
  bringIntoView(coding.span);
  palette.beside(box, window.innerWidth > 860 && place.top > 0 && place.bottom < window.innerHeight ? { ...place.toJSON(), right: window.innerWidth } : rectOf(coding.span));
  paint();
  showCode(coding.code);
  if (then === "memo") byId("boxmemo")?.focus(); else box.querySelector("input:checked, button")?.focus();
};
const reopen = (answer) => (answer && answer.keys.length ? openBox(answer.keys[0]) : closeBox());
const closeBox = () => {
  if (box.hidden) return;
  const held = box.contains(document.activeElement), { key, span: words } = opened;
  box.hidden = true;
  box.innerHTML = "";
  opened = null;
  moving = false;
  paint();
  if (held) focusOn(linkOf(key), overlapping(words)[0]?.element);
};
const startMoving = () => {
  if (!byId("boxhelp")) return;
  moving = true;
  span = opened.span;
  byId("boxhelp").hidden = false;
  enterWords();
  paint();
  announce("Select other words, or move the ends with the arrow keys. Enter saves them.");
};
const moveTo = async (words) => {
  const { key } = opened;
  leaveWords(turnHere());
  closeBox();
  release();
  reopen(await act({ action: "change", key, start: words[0], end: words[1] }));
};
const remove = (key) => { closeBox(); act({ action: "remove", key }); };
const setValence = async (valence) => {
  const key = opened ? opened.key : last;
  if (!key) { announce("Valence belongs to a coding: code something first, or open one with e.", true); return; }
  const answer = await act({ action: "change", key, valence });
  if (!opened) return;
  if (!answer) { closeBox(); return; }
  keepOpen(answer);  // and no new form, in which what was typed meanwhile would be lost
  const chosen = box.querySelector(`input[name=valence][value="${valence}"]`);
  if (chosen) chosen.checked = true;
};
const here = () => {
  const words = cursor.span;
  return words ? margin.codings().filter((one) => one.span[0] < words[1] && one.span[1] > words[0]) : [];
};
const openNextHere = () => {
  const all = here();
  if (!all.length) { announce("No coding of yours on this sentence."); return; }
  const at = opened ? all.findIndex((one) => one.key === opened.key) : -1;
  openBox(all[(at + 1) % all.length].key);
};
box.addEventListener("change", (event) => {
  // Saved as it is said: closing the box loses nothing.
  if (event.target.name === "valence") setValence(event.target.value);
  else if (event.target.name === "memo") act({ action: "change", key: opened.key, memo: event.target.value }).then((answer) => keepOpen(answer));
});
const keepOpen = (answer) => {
  if (!answer || !opened || !answer.keys.length) return;
  opened = margin.codings().find((one) => one.key === answer.keys[0]) || opened;
};

// -- the codebook at hand -------------------------------------------------------------------------------------------------
let shownCode = "";
const showCode = async (code) => {
  shownCode = code;
  const html = await server.definition(code);
  if (html && shownCode === code) byId("about").innerHTML = html;
};
const addCode = (name) => {
  const form = byId("newcodeform");
  form.elements.id.value = name;
  byId("newcodefault").textContent = "";
  byId("newcode").showModal();
};
const sendNewCode = async (form) => {
  const code = form.elements.id.value.trim(), words = span;
  try {
    const answer = await server.post(new FormData(form));
    byId("newcode").close();
    palette.close();
    await take(answer);
    if (words) act({ action: "code", code, start: words[0], end: words[1] });
  } catch (error) {
    byId("newcodefault").textContent = error.message;
  }
};

// -- reading --------------------------------------------------------------------------------------------------------------
const toReading = () => {
  // The turns of words that were selected for this; those that were just coded are not.
  const form = byId("readform"), chosen = span && !codesOn(span).length && overlapping(span);
  if (chosen) {
    form.elements.from.value = chosen[0].section.dataset.turn;
    form.elements.to.value = chosen.at(-1).section.dataset.turn;
    form.querySelector("[name=part][value=some]").checked = true;
  }
  palette.close();
  byId("text").classList.add("whole");  // turns out of sight are higher than the place kept for them
  form.scrollIntoView({ block: "center" });
  form.querySelector("[name=part]:checked").focus();
};

// -- the mouse, and touch -----------------------------------------------------------------------------------------------------
const selected = () => {
  const chosen = window.getSelection();
  return chosen.rangeCount && !chosen.isCollapsed && byId("text").contains(chosen.getRangeAt(0).commonAncestorContainer) ? spanOf(chosen.getRangeAt(0)) : null;
};
let touch = false, settling = 0;
document.addEventListener("pointerdown", (event) => {
  touch = event.pointerType === "touch";
  if (event.target.closest(".popover, dialog")) return;
  palette.close();
  if (!moving && event.target.closest("#text") && !event.target.closest(".margin")) { closeBox(); release(); }
});
document.addEventListener("mouseup", (event) => {
  if (touch || event.target.closest(".popover, dialog")) return;
  const words = selected();
  if (words) {
    // The marked words are those that are coded, which may be a little more than was dragged over.
    if (marksText) window.getSelection().removeAllRanges();
    chooseWords(words, true);
  } else if (event.target.closest(".speech")) {
    const at = document.caretRangeFromPoint ? document.caretRangeFromPoint(event.clientX, event.clientY) : null;
    const here = at && spanOf(grown(at));
    if (here) { cursor.goTo(here[0]); paint(); }
  }
});
const grown = (range) => {
  const one = range.cloneRange();
  if (one.endContainer.nodeType === Node.TEXT_NODE && one.endOffset < one.endContainer.length) one.setEnd(one.endContainer, one.endOffset + 1);
  return one;
};
document.addEventListener("selectionchange", () => {
  if (!touch) return;
  clearTimeout(settling);
  settling = setTimeout(() => { const words = selected(); if (words) chooseWords(words, false); }, 450);
});
document.addEventListener("click", (event) => {
  const stripe = event.target.closest(".coding"), number = event.target.closest(".number"), about = event.target.closest("[data-about]"), does = event.target.closest("[data-do]");
  if (stripe) { event.preventDefault(); openBox(stripe.dataset.key); }
  else if (number) { event.preventDefault(); takeTurn(number.closest(".turn")); }
  else if (about) { event.preventDefault(); showCode(about.dataset.about); }
  else if (does) ({ recode, move: startMoving, close: closeBox, cancel: () => byId("newcode").close(), keys: () => byId("keys").showModal() })[does.dataset.do]();
});
byId("text").addEventListener("mouseover", (event) => {
  const stripe = event.target.closest(".coding");
  mark("hover", stripe ? rangesOf([Number(stripe.dataset.s), Number(stripe.dataset.e)]) : []);
});

// -- forms ------------------------------------------------------------------------------------------------------------------------
document.addEventListener("submit", async (event) => {
  const form = event.target, name = form.getAttribute("id");  // form.id may be a field that is called so
  if (name === "find") { event.preventDefault(); search.next(); return; }
  if (form.getAttribute("action") !== desk.dataset.url) return;
  event.preventDefault();
  if (name === "newcodeform") { sendNewCode(form); return; }
  if (name === "editform") {
    if (event.submitter?.value === "remove") { remove(opened.key); return; }
    if (moving) moveTo(span); else closeBox();  // valence and memo were saved as they were said
    return;
  }
  const sent = new FormData(form);
  const answer = await act(sent);
  if (answer && name === "readform") byId("readings").scrollIntoView({ block: "nearest" });
});
document.addEventListener("change", (event) => {
  const tick = event.target;
  if (tick.name === "holds") {
    // A construct's tick is that of its sub-constructs too.
    for (const below of tick.form.querySelectorAll(`[data-above~="${CSS.escape(tick.value)}"]`)) below.checked = tick.checked;
    tick.form.querySelector("[name=which][value=some]").checked = true;
  } else if (tick.name === "which") {
    tick.form.querySelector("details.which").open = tick.value === "some";
  }
});

// -- the keyboard ---------------------------------------------------------------------------------------------------------------------
const walk = (by, whole) => {
  closeBox();
  release();
  if (byId("text").contains(document.activeElement)) document.activeElement.blur();  // Enter is for the words now
  cursor.step(by, whole);
  paint();
  bringIntoView(cursor.span);
  const codes = here().map((one) => one.code);
  announce(`Turn ${turnNumber(cursor.span)}: ${quote(cursor.span)}${codes.length ? ` Coded ${codes.join(", ")}.` : ""}`);
};
const takeTurn = (section) => {
  cursor.goTo(Number(section.querySelector(".speech").dataset.from));
  release();
  startSpan();
};
const undo = () => { closeBox(); act({ action: "undo" }); };
const letGo = () => {
  if (palette.isOpen()) palette.close();
  else if (moving) { release(); byId("boxhelp").hidden = true; paint(); leaveWords(turnHere()); }
  else if (opened) closeBox();
  else { leaveWords(turnHere()); release(); }
};
const keys = {
  j: () => walk(1), k: () => walk(-1), J: () => walk(1, true), K: () => walk(-1, true),
  s: () => (opened ? startMoving() : startSpan()),
  n: () => { if (!span) startSpan(); openPalette(true); },
  Enter: () => (moving ? moveTo(span) : span ? openPalette(true) : startSpan()),
  e: openNextHere, c: () => (opened ? recode() : openNextHere()),
  Delete: () => opened && remove(opened.key),
  1: () => setValence("promotes"), 2: () => setValence("inhibits"), 3: () => setValence("mixed"), 0: () => setValence(""),
  m: () => (opened ? byId("boxmemo")?.focus() : last ? openBox(last, "memo") : announce("A memo belongs to a coding: code something first, or open one with e.", true)),
  d: () => { const code = opened?.code || shownCode; if (code) { showCode(code); byId("about").scrollIntoView({ block: "nearest" }); } },
  f: toReading, z: undo, "/": () => byId("search").focus(), "?": () => byId("keys").showModal(), Escape: letGo,
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || modal()) return;
  const place = event.target, typing = place.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
  if (event.key === "Escape") { if (typing) place.blur(); letGo(); event.preventDefault(); return; }
  if (typing) return;
  if (event.key.startsWith("Arrow")) {
    if (place.matches("input") || !(span && (spanning || moving)) && !inWords()) return;
    event.preventDefault();
    if (span && (spanning || moving)) adjust(event); else startSpan();
    return;
  }
  if (event.key === "Enter" && place.closest("a, button, summary, #readform")) return;
  if (event.key === " " && place.matches(".number")) { event.preventDefault(); place.click(); return; }
  const action = keys[event.key] || keys[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  if (!event.repeat || "jkJK".includes(event.key)) action();
});

// -- begin ------------------------------------------------------------------------------------------------------------------------------
palette.begin({
  about: showCode,
  addCode, toReading,
  closed: (before) => { paint(); if (before) focusOn(before, opened && linkOf(opened.key), turnHere()); },
});
margin.begin();
search.begin((words) => { cursor.goTo(words[0]); paint(); bringIntoView(words); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
window.addEventListener("focus", refresh);
setInterval(() => { if (!document.hidden) refresh(); }, 20_000);
for (const number of document.querySelectorAll(".number")) number.setAttribute("role", "button");
document.body.dataset.ready = "yes";
