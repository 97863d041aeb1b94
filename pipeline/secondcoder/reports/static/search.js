/* A field above each long table and above the quotations; and a link into what is folded away unfolds it. Without it all stands open. */
"use strict";
(() => {
  const field = (label, before, parts, hide, of = before.parentElement) => {
    const box = document.createElement("label"), input = document.createElement("input"), said = document.createElement("span");
    box.className = "search";
    input.type = "search";
    said.setAttribute("role", "status");
    box.append(label + " ", input, " ", said);
    before.before(box);
    let texts;
    input.addEventListener("input", () => {
      texts ??= parts.map(part => part.textContent.toLowerCase());
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      parts.forEach((part, at) => {
        const there = words.every(word => texts[at].includes(word));
        hide(part, !there);
        found += there;
      });
      of.classList.toggle("searching", words.length > 0);
      said.textContent = words.length ? found + " of " + parts.length : "";
    });
  };
  for (const table of document.querySelectorAll("table")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length > 12) field("Find in this table", table.parentElement, rows, (row, away) => { row.hidden = away; });
  }
  for (const section of document.querySelectorAll("section")) {
    const quotes = [...section.querySelectorAll(".quotations blockquote")];
    if (quotes.length > 12) field("Find in the passages", section.querySelector("h3"), quotes, (quote, away) => {
      quote.hidden = away;
      const folded = quote.closest("details");
      if (folded && !away) folded.open = true;
    });
  }
  const unfold = () => {
    const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = place && place.querySelector("details");
    if (folded) folded.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();
})();
