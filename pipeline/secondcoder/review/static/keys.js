// Keys of one character can be turned off (WCAG 2.1.4), for who dictates, or whose screen reader needs them. Where the words of a
// passage are chosen by keys alone, they hold nevertheless: there only who put the focus there is meant.
"use strict";
(() => {
  const button = document.getElementById("keyswitch"), kept = "letter_keys=off";
  const own = "input:not([type=radio], [type=checkbox]), textarea, select, [role=application]";
  // A cookie, since each start of the review has another port, and with it another storage.
  let off = document.cookie.split("; ").includes(kept);
  const told = () => {
    const [from, to] = off ? ["aria-keyshortcuts", "data-key-off"] : ["data-key-off", "aria-keyshortcuts"];
    for (const one of document.querySelectorAll(`[${from}]`)) {
      const key = one.getAttribute(from);
      if (key.length > 1) continue;
      one.removeAttribute(from);
      one.setAttribute(to, key);
    }
  };
  const show = () => {
    document.documentElement.classList.toggle("nokeys", off);
    button.setAttribute("aria-pressed", String(!off));
    button.lastElementChild.textContent = off ? ": off" : ": on";
    told();
  };
  window.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey || event.altKey;
    if (off && event.key.length === 1 && !held && !event.target.closest?.(own)) event.stopImmediatePropagation();
  }, true);
  if (!button || !document.querySelector(".keys, [aria-keyshortcuts]")) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    off = !off;
    document.cookie = `${kept}; path=/; SameSite=Strict; max-age=${off ? 31536000 : 0}`;
    show();
  });
  new MutationObserver(told).observe(document.body, { childList: true, subtree: true });
  show();
})();
