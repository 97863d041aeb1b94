// The margin: each coding's stripe stands beside its words, its name where the stripe begins. Turns out of sight wait.
import { mark, rangeIn, speechOf } from "./text.js";

const LANE = 9, FIRST = 2;
const inSight = new Set();
const shown = new Map();  // margin -> its html, so that only what changed is put anew

const place = (section) => {
  const margin = section.querySelector(".margin"), speech = speechOf(section.querySelector(".speech"));
  const items = [...margin.querySelectorAll(".coding")];
  if (!items.length) return;
  for (const item of items) item.style.marginTop = "";
  // Read everything, then write everything: each change between would lay the turn out again.
  const top = margin.getBoundingClientRect().top;
  const boxes = items.map((item) => {
    const box = rangeIn(speech, [Number(item.dataset.s), Number(item.dataset.e)]).getBoundingClientRect();
    return { item, top: box.top - top, height: Math.max(box.height, 14), label: item.classList.contains("more") ? 0 : item.offsetHeight };
  });
  const lanes = [];
  let bottom = 0;
  for (const box of boxes) {
    let lane = lanes.findIndex((end) => end <= box.top + 1);
    if (lane < 0) lane = lanes.push(0) - 1;
    lanes[lane] = box.top + box.height;
    box.lane = lane;
    box.space = box.label ? Math.max(0, box.top - bottom) : 0;
    if (box.label) bottom += box.space + box.label;
  }
  margin.style.paddingLeft = `${lanes.length * LANE + FIRST + 6}px`;
  for (const { item, lane, top: at, height, space } of boxes) {
    item.style.marginTop = `${space}px`;
    const bar = item.querySelector(".bar");
    bar.style.top = `${at}px`;
    bar.style.height = `${height}px`;
    bar.style.left = `${FIRST + lane * LANE}px`;
  }
};

const paint = () => {
  const ranges = [];
  for (const section of inSight) {
    const speech = speechOf(section.querySelector(".speech"));
    for (const item of section.querySelectorAll(".coding")) ranges.push(rangeIn(speech, [Number(item.dataset.s), Number(item.dataset.e)]));
  }
  mark("coded", ranges);
};

let waiting = false;
export const layOut = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; inSight.forEach(place); paint(); });
};

const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) inSight.add(target); else inSight.delete(target);
  layOut();
}, { rootMargin: "400px 0px" });

export const begin = () => {
  for (const margin of document.querySelectorAll(".margin")) shown.set(margin, null);
  for (const section of document.querySelectorAll(".turn")) watch.observe(section);
  window.addEventListener("resize", layOut);
  document.fonts?.ready.then(layOut);
};

// What the server says is in the margins now, by turn.
export const show = (margins) => {
  for (const [margin, before] of shown) {
    const html = margins[margin.dataset.margin] || "";
    if (before === html || (before === null && !html && !margin.childElementCount)) continue;
    margin.innerHTML = html;
    shown.set(margin, html);
  }
  layOut();
};

export const codings = () => [...document.querySelectorAll(".coding:not(.more)")].map((item) => ({
  key: item.dataset.key, code: item.dataset.code, span: [Number(item.dataset.s), Number(item.dataset.e)], element: item,
}));
export const has = (key) => document.querySelector(`.coding[data-key="${CSS.escape(key)}"]`) !== null;
