// The interview's text on the page: places as code points of the transcript, words, sentences, ranges.

// Writing without spaces between words: there a selection is taken as it is.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const LETTER = /[\p{L}\p{N}\p{M}'’]/u;
const LONGEST_WORD = 30;
const LANGUAGE = document.querySelector(".speech")?.closest("[lang]").lang || undefined;  // that of the talk, not of the page
const points = (text) => [...text].length;

class Speech {
  constructor(element) {
    this.element = element;
    this.from = Number(element.dataset.from);
    this.to = Number(element.dataset.to);
    this.runs = [...element.children];
    this.section = element.closest(".turn");
  }
  // One entry a code point; a character that is shown by its name stands as a space.
  get characters() {
    this.kept ??= this.runs.flatMap((run) => (run.classList.contains("odd") ? [" "] : [...run.textContent]));
    return this.kept;
  }
  get tokens() { this.keptTokens ??= tokens(this); return this.keptTokens; }
  get sentences() { this.keptSentences ??= sentences(this); return this.keptSentences; }
}

export const speeches = [...document.querySelectorAll(".speech")].map((element) => new Speech(element));
const byElement = new Map(speeches.map((speech) => [speech.element, speech]));

export const speechAt = (offset) => {
  let low = 0, high = speeches.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (speeches[middle].from <= offset) low = middle; else high = middle - 1;
  }
  return speeches[low];
};
export const overlapping = ([start, end]) => speeches.filter((speech) => speech.from < end && speech.to > start);
export const quote = (span) => overlapping(span)
  .map((speech) => speech.characters.slice(Math.max(span[0], speech.from) - speech.from, span[1] - speech.from).join("")).join(" … ");

// Text cut by a pattern or by the browser's own rules, as spans of code points without white space at their ends.
const spans = (speech, cuts) => {
  const found = [];
  let at = speech.from;
  for (const piece of cuts) {
    const length = points(piece), before = points(piece.slice(0, piece.length - piece.trimStart().length)), bare = points(piece.trim());
    if (bare) found.push([at + before, at + before + bare]);
    at += length;
  }
  return found;
};
const cut = (text, granularity) => (Intl.Segmenter ? [...new Intl.Segmenter(LANGUAGE, { granularity }).segment(text)].map((one) => one.segment) : [text]);
const tokens = (speech) => spans(speech, speech.characters.join("").split(/(?<=\s)(?=\S)/u).flatMap((word) => (word.length > LONGEST_WORD ? cut(word, "word") : [word])));
const sentences = (speech) => spans(speech, cut(speech.characters.join(""), "sentence"));

// -- from the page to offsets ----------------------------------------------------------------------------------------
const offsetIn = (speech, node, at) => {
  if (node === speech.element) return at < speech.runs.length ? Number(speech.runs[at].dataset.s) : speech.to;
  const run = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const start = Number(run.dataset.s);
  if (run.classList.contains("odd")) return at ? start + 1 : start;
  return start + points(node.nodeType === Node.TEXT_NODE ? node.data.slice(0, at) : (at ? run.textContent : ""));
};

// The span of a selection: cut to what was said, grown to whole words, without white space at its ends; null for none.
export const spanOf = (range) => {
  const touched = speeches.filter((speech) => range.intersectsNode(speech.element));
  if (!touched.length) return null;
  const first = touched[0], last = touched[touched.length - 1];
  const start = first.element.contains(range.startContainer) ? offsetIn(first, range.startContainer, range.startOffset) : first.from;
  const end = last.element.contains(range.endContainer) ? offsetIn(last, range.endContainer, range.endOffset) : last.to;
  return tidy([start, end]);
};
const inWord = (speech, at) => {
  const left = speech.characters[at - 1 - speech.from], right = speech.characters[at - speech.from];
  return Boolean(left && right && LETTER.test(left) && LETTER.test(right) && !UNSPACED.test(left) && !UNSPACED.test(right));
};
const tidy = ([start, end]) => {
  const touched = overlapping([start, end]);
  if (!touched.length) return null;
  let first = touched[0], last = touched[touched.length - 1];
  start = Math.max(start, first.from); end = Math.min(end, last.to);
  while (inWord(first, start)) start -= 1;
  while (inWord(last, end)) end += 1;
  const isBlank = (speech, at) => !(speech.characters[at - speech.from] || " ").trim();
  while (start < end && isBlank(first, start)) {
    start += 1;
    if (start >= first.to && first !== last) { first = speeches[speeches.indexOf(first) + 1]; start = first.from; }
  }
  while (end > start && isBlank(last, end - 1)) {
    end -= 1;
    if (end <= last.from && first !== last) { last = speeches[speeches.indexOf(last) - 1]; end = last.to; }
  }
  return start < end ? [start, end] : null;
};

// -- from offsets to the page ----------------------------------------------------------------------------------------
const position = (speech, offset, atEnd) => {
  let run = speech.runs[0];
  for (const one of speech.runs) {
    const start = Number(one.dataset.s);
    if (start < offset || (start === offset && !atEnd)) run = one; else break;
  }
  if (!run) return [speech.element, 0];
  const node = run.firstChild, inside = offset - Number(run.dataset.s);
  if (!node || run.classList.contains("odd")) return [run, inside > 0 && node ? 1 : 0];
  return [node, node.data.length === points(node.data) ? Math.min(inside, node.data.length) : [...node.data].slice(0, inside).join("").length];
};
// A range a turn, so that labels between them are not marked.
export const rangesOf = (span) => overlapping(span).map((speech) => rangeIn(speech, span));
export const rangeIn = (speech, [start, end]) => {
  const range = document.createRange();
  range.setStart(...position(speech, Math.max(start, speech.from), false));
  range.setEnd(...position(speech, Math.min(end, speech.to), true));
  return range;
};

// -- words and sentences ---------------------------------------------------------------------------------------------
// One edge of a span, moved by a word or a sentence, across turns too; never past the other edge.
export const moved = (span, edge, step, unit = "tokens") => {
  const at = edge === "end" ? span[1] : span[0];
  let speech = speechAt(edge === "end" ? at - 1 : at);
  const side = edge === "end" ? 1 : 0;
  let edges = speech[unit].map((one) => one[side]);
  let wanted = step > 0 ? edges.find((one) => one > at) : edges.findLast((one) => one < at);
  while (wanted === undefined) {
    speech = speeches[speeches.indexOf(speech) + step];
    if (!speech) return span;
    edges = speech[unit].map((one) => one[side]);
    wanted = step > 0 ? edges[0] : edges[edges.length - 1];
  }
  const next = edge === "end" ? [span[0], wanted] : [wanted, span[1]];
  return next[0] < next[1] ? next : span;
};

export class Cursor {
  constructor() { this.turn = -1; this.sentence = 0; }
  get speech() { return speeches[this.turn]; }
  get span() { return this.speech ? this.speech.sentences[this.sentence] || [this.speech.from, this.speech.to] : null; }
  goTo(offset) {
    this.turn = speeches.indexOf(speechAt(offset));
    this.sentence = Math.max(0, this.speech.sentences.findLastIndex((one) => one[0] <= offset));
  }
  step(by, whole) {
    if (this.turn < 0) { this.turn = 0; this.sentence = 0; return; }
    const next = this.sentence + by;
    if (!whole && next >= 0 && next < this.speech.sentences.length) { this.sentence = next; return; }
    const turn = this.turn + by;
    if (turn < 0 || turn >= speeches.length) return;
    this.turn = turn;
    this.sentence = by > 0 || whole ? 0 : Math.max(0, this.speech.sentences.length - 1);
  }
}

// -- marks on the text, without touching the text ----------------------------------------------------------------------
const canMark = typeof Highlight !== "undefined" && CSS.highlights;
export const marksText = Boolean(canMark);
export const mark = (name, ranges) => {
  if (!canMark) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges)); else CSS.highlights.delete(name);
};
export const speechOf = (element) => byElement.get(element);
