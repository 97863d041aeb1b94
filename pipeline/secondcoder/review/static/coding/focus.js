// Where the focus goes when what had it is closed, removed or shown anew, so that it is never lost; and the bar in which words are
// chosen by keys alone: there a screen reader lets the arrow keys through.

const bar = document.getElementById("wordsbar"), chosen = document.getElementById("wordsnow");
let entered = null;  // where the focus was before it went to the bar

export const isThere = (one) => Boolean(one) && one !== document.body && one.isConnected && one.checkVisibility();
// To the first of these that is still on the page.
export const focusOn = (...places) => places.find(isThere)?.focus({ preventScroll: true });

export const inWords = () => document.activeElement === bar;
export const enterWords = () => {
  if (inWords()) return;
  entered = document.activeElement;
  bar.focus({ preventScroll: true });
};
// Back to where the bar was entered from, else to the place given.
export const leaveWords = (else_) => { if (inWords()) focusOn(entered, else_); };
export const showWords = (words) => { chosen.textContent = words ? `“${words}”` : "No words are chosen yet."; };
