"""What a model version remembers of the interviews, in the sentences of its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from secondcoder.domain.wording import counted
from secondcoder.reports.page import Points, Section

TITLE = "What this folder remembers of the interviews"


def memory_section(manifest: Mapping[str, Any]) -> Section:
    """From the counts of `learning.remembered`; a version from before they were kept says what it may hold."""
    memory = manifest.get("memory")
    if memory is None:
        return Section(
            TITLE, ("Not counted when it was trained: words, and vectors of the passages that it learned from.",)
        )
    return Section(TITLE, (Points(tuple(memory_points(manifest))),))


def memory_points(manifest: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each kind of thing that is kept."""
    memory, without_talk = manifest["memory"], bool(manifest.get("without_talk"))
    yield "No sentence stands in it as text."
    if memory["terms"]:
        once = (
            f"among them {memory['once']:,} that one interview alone has"
            if memory["once"]
            else "none that one interview alone has"
        )
        yield (
            f"{memory['terms']:,} {'words' if without_talk else 'words and word pairs'} of the interviews in plain text, {once}. "
            "Names can be among them."
        )
    if memory["parts"]:
        yield f"{memory['parts']:,} pieces of words, of 3 to 5 characters."
    if memory["vectors"]:
        yield (
            f"Vectors of {counted(memory['vectors'], 'passage')}. Whoever holds a sentence can tell whether it was among them, and "
            "much of a passage can be guessed from its vector."
        )
    if memory["hashes"]:
        yield (
            f"{memory['hashes']:,} words as hashes without a secret, each with the interview that alone has it: whoever tries a "
            "name sees whether it was said, and where."
        )
    if memory["predictions"]:
        yield f"Places, codes and probabilities of {counted(memory['predictions'], 'passage')}, with the names of their interviews."
    if without_talk:
        yield (
            "Weights, which are sums over the passages that it learned from. It was taught by what models that never saw an interview "
            "say of it, and blurred; still, who holds the very passages can tell better than by chance which it learned from "
            "(benchmarks/WITHOUT_TALK.md). It is no anonymous data: give it to people with whom you have agreed what they do with it."
        )
    else:
        yield "So it is as confidential as the interviews. To give it away without most of this: `models export --without-talk`"
