"""The page of coding by hand in a real browser: when it is ready, selecting with the mouse, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from secondcoder.study.study import Study


def ready(page: Any) -> None:
    """The coding page's script runs."""
    page.wait_for_selector("body[data-ready]")


def settled(page: Any, codings: int) -> None:
    """So many codings are in the margin, and nothing is under way."""
    page.wait_for_function(
        "n => document.querySelectorAll('.coding:not(.more)').length === n && !document.body.hasAttribute('data-busy')",
        arg=codings,
    )


WHERE = """([first, last]) => {
  const place = (words, at) => {
    const walk = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const start = walk.currentNode.data.indexOf(words);
      if (start < 0) continue;
      const range = document.createRange();
      range.setStart(walk.currentNode, start + at);
      range.setEnd(walk.currentNode, start + at);
      return range;
    }
  };
  place(first, 0).startContainer.parentElement.scrollIntoView({ block: "center" });
  return [place(first, 0), place(last, last.length)].map((range) => {
    const box = range.getBoundingClientRect();
    return [box.x, box.y + box.height / 2];
  });
}"""
"""Where in the window some words begin, and where other words end."""


def drag(page: Any, words: str, until: str = "", palette: bool = True) -> None:
    """Select from the first of some words to the last, or to the end of other words, with the mouse."""
    boxes = page.evaluate(WHERE, [words, until or words])
    (x, y), (to_x, to_y) = boxes
    page.mouse.move(x + 1, y)
    page.mouse.down()
    page.mouse.move(to_x - 1, to_y, steps=4)
    page.mouse.up()
    if palette:
        page.wait_for_selector("#palette:not([hidden])")


def options(page: Any, code: str) -> Any:
    """A code in the palette."""
    return page.locator(f'#all .option[data-code="{code}"]')


def spoken(folder: Path, name: str) -> list[tuple[str, str]]:
    """The coded words of an interview with their codes."""
    study = Study(folder)
    text = study.corpus.by_id[name].text
    codings = [
        (text[coding.start : coding.end], coding.code) for coding in study.store.codings() if coding.transcript == name
    ]
    study.close()
    return codings
