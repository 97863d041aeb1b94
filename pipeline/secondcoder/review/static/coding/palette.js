// The palette: a search box over the codes, the likely ones first. Enter codes and closes; a click leaves it open for more codes.

const palette = document.getElementById("palette");
const get = (id) => document.getElementById(id);
let active = null, choose = null, before = null, about = () => {}, closed = () => {};

const options = () => [...palette.querySelectorAll(".option")];
const visible = () => options().filter((option) => !option.hidden);

const activate = (option) => {
  if (active) { active.classList.remove("active"); active.setAttribute("aria-selected", "false"); }
  active = option || null;
  const input = get("filter");
  if (!active) { input.removeAttribute("aria-activedescendant"); return; }
  active.classList.add("active");
  active.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", active.id);
  active.scrollIntoView({ block: "nearest" });
  about(active.dataset.code);
};

// Lower is better: the code itself, what begins like it, a word of its name, anything else that holds all that was typed.
const rank = (option, typed) => {
  const id = option.dataset.code.toLowerCase(), words = option.dataset.words;
  if (!typed.split(/\s+/).every((part) => words.includes(part))) return Infinity;
  if (id === typed) return 0;
  if (id.startsWith(typed)) return 1;
  return ` ${words}`.includes(` ${typed}`) ? 2 : 3;
};
const filter = () => {
  const typed = get("filter").value.trim().toLowerCase();
  get("usual").hidden = Boolean(typed) || !get("usual").querySelector(".option");
  let best = null, least = Infinity;
  for (const option of options()) {
    const inUsual = Boolean(option.closest("#usual")), rated = typed ? rank(option, typed) : 0;
    option.hidden = typed ? inUsual || rated === Infinity : false;
    if (typed && !option.hidden && rated < least) { least = rated; best = option; }
  }
  get("nocode").textContent = visible().length ? "" : "No code is called so.";
  activate(typed ? best : visible()[0]);
};

export const setUsual = (codes) => {
  const group = get("usual");
  group.dataset.codes = codes.join(",");
  for (const option of group.querySelectorAll(".option")) option.remove();
  codes.forEach((code, at) => {
    const original = palette.querySelector(`#all .option[data-code="${CSS.escape(code)}"]`);
    if (!original) return;
    const copy = original.cloneNode(true);
    copy.id = `u${at}`;
    copy.className = "option";
    copy.hidden = false;
    copy.setAttribute("aria-selected", "false");
    group.append(copy);
  });
};

export const isOpen = () => !palette.hidden;
export const close = () => {
  if (palette.hidden) return;
  const held = palette.contains(document.activeElement);
  palette.hidden = true;
  choose = null;
  closed(held ? before : null);
};

// Beside the words, where they stay in sight: to the right of the text, else below them or above. On a small screen the style sheet
// makes it a sheet at the bottom, and the words are scrolled to above it.
export const beside = (popover, box) => {
  popover.hidden = false;
  const { offsetWidth: wide, offsetHeight: high } = popover, edge = 8;
  const fits = (left) => left + wide < window.innerWidth - edge;
  const below = box.bottom + edge, above = box.top - edge - high;
  const right = fits(box.right + edge);
  const top = right ? box.top : below + high < window.innerHeight - edge || above < edge ? below : above;
  popover.style.left = `${right ? box.right + edge : Math.max(edge, Math.min(box.left, window.innerWidth - wide - edge))}px`;
  popover.style.top = `${Math.max(edge, Math.min(top, window.innerHeight - high - edge))}px`;
  const sheet = popover.getBoundingClientRect();
  if (sheet.left <= 0 && box.bottom > sheet.top) window.scrollBy(0, Math.min(box.bottom - sheet.top + edge, box.top - edge));
};

// Open for some words: `picked(code, stays)` is called with each code that is chosen.
export const open = ({ words, box, has, focus, picked }) => {
  if (!palette.contains(document.activeElement)) before = document.activeElement;
  get("chosen").textContent = `“${words}”`;
  get("filter").value = "";
  choose = picked;
  marked(has);
  filter();
  beside(palette, box);
  palette.querySelector("#options").scrollTop = 0;
  if (focus) get("filter").focus({ preventScroll: true });
};
export const marked = (codes) => {
  for (const option of options()) option.classList.toggle("has", codes.includes(option.dataset.code));
};

const step = (by) => {
  const all = visible();
  activate(all[(all.indexOf(active) + by + all.length) % all.length]);
};
const keys = (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && active && event.target.id === "filter") {
    const pick = choose, stays = event.shiftKey, code = active.dataset.code;
    if (!stays) close();
    if (pick && !event.repeat) pick(code, stays);
    if (stays) get("filter").select();
  } else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
};

export const begin = (hooks) => {
  about = hooks.about;
  closed = hooks.closed;
  setUsual((get("usual").dataset.codes || "").split(",").filter(Boolean));
  palette.addEventListener("keydown", keys);
  palette.addEventListener("input", (event) => { if (event.target.id === "filter") filter(); });
  palette.addEventListener("mousemove", (event) => {
    const option = event.target.closest(".option");
    if (option && option !== active) activate(option);
  });
  palette.addEventListener("click", (event) => {
    const option = event.target.closest(".option");
    if (option && choose) choose(option.dataset.code, true);
    else if (event.target.closest("#closepalette")) close();
    else if (event.target.closest("#readspan")) hooks.toReading();
    else if (event.target.closest("#addcode")) hooks.addCode(get("filter").value.trim());
  });
};
// The server's palette in place of the one on the page, as after a change of the codebook.
export const replace = (html) => {
  palette.innerHTML = html;
  setUsual((get("usual").dataset.codes || "").split(",").filter(Boolean));
  filter();
};
