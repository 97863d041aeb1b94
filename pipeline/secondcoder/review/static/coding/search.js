// Searching in the interview: every place that holds the words is marked, and one after the other is gone to.
import { mark, rangesOf, speeches } from "./text.js";

const field = document.getElementById("search"), found = document.getElementById("found");
let hits = [], at = -1, goTo = () => {};

const search = () => {
  const wanted = field.value.trim().toLowerCase();
  hits = wanted ? speeches.flatMap((speech) => hitsIn(speech, wanted)) : [];
  at = -1;
  mark("found", hits.flatMap(rangesOf));
  found.textContent = wanted ? `${hits.length} found` : "";
};
const hitsIn = (speech, wanted) => {
  const text = speech.characters.join(""), low = text.toLowerCase(), spans = [];
  // Where lower case has other lengths, offsets would be wrong: then only the turn is found.
  if (low.length !== text.length || text.length !== speech.characters.length) return low.includes(wanted) ? [[speech.from, speech.to]] : [];
  for (let from = low.indexOf(wanted); from >= 0; from = low.indexOf(wanted, from + wanted.length)) {
    spans.push([speech.from + from, speech.from + from + wanted.length]);
  }
  return spans;
};

export const next = () => {
  if (!hits.length) return;
  at = (at + 1) % hits.length;
  goTo(hits[at]);
  found.textContent = `${at + 1} of ${hits.length}`;
};
// `shows` is called with the words that are gone to.
export const begin = (shows) => {
  goTo = shows;
  field.addEventListener("input", search);
};
