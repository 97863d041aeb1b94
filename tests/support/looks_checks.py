"""What is wrong with how a page looks, in a real browser: on a phone, on a desk, on paper."""

from __future__ import annotations

from typing import Any

PHONE, DESK, PAPER = (390, 844), (1280, 900), (688, 972)
"""In px; paper is A4 less its margins of 14 mm, at 96 px an inch."""

FAULTS = """() => {
  const box = (one) => one.getBoundingClientRect(), faults = [];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".hidden, .skip, svg")
    && !(one.closest("thead")?.offsetWidth <= 1);
  const named = (one) => `${one.tagName} ${one.className} ${(one.textContent || one.name || "").trim().slice(0, 40)}`;
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  for (const one of document.querySelectorAll("body *")) {
    if (!seen(one) || !box(one).width) continue;
    if (box(one).left < -1 || box(one).right > innerWidth + 1) faults.push(`beside the page: ${named(one)}`);
  }
  for (const cell of document.querySelectorAll("td, th")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (seen(cell) && texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      if (seen(texts.currentNode.parentElement) && range.getClientRects().length > 1) faults.push(`broken word: ${word[0]}`);
    }
  }
  const touched = "nav[aria-label=Pages] a, button, .button, select, summary, textarea, input:not([type=hidden])";
  for (const one of innerWidth < 640 ? document.querySelectorAll(touched) : []) {
    const target = /checkbox|radio/.test(one.type) && one.closest("label") || one;
    if (seen(one) && box(target).height < (one.closest(".quote > input") ? 32 : 39.5)) faults.push(`low: ${named(one)}`);
  }
  const printed = matchMedia("print").matches ? document.querySelectorAll("nav, button, .button, .keys, .filters") : [];
  for (const one of printed) if (seen(one)) faults.push(`printed: ${named(one)}`);
  return faults;
}"""
"""A list: the page scrolls sideways, something stands beside it, a word in a table is broken, a target is too low for a thumb, or
what only a screen needs is printed."""


def faults(page: Any, media: str = "screen") -> list[str]:
    """The faults of the page as it is now, on the screen or printed."""
    page.emulate_media(media=media)
    found: list[str] = page.evaluate(FAULTS)
    page.emulate_media(media="screen")
    return found
