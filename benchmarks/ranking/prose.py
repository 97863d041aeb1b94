"""What COLD_START.md says around its tables."""

from __future__ import annotations

OPENING = """# Cold start: ranking from the codebook

Written by `benchmarks/cold_start.py`. Intervals are 95 %, from {rounds} draws of whole sources or transcripts; curves are means
over {seeds} random draws of examples (3 for real talk). Nothing here is a probability: a rank becomes one when a code has enough human
codes to be learned and calibrated.

"""
THEMES = """## Theme statements of published NPT papers

The construct under which authors placed a theme, guessed from the statement. It is researchers' prose, not talk, and the authors'
placement is one view, sometimes an arguable one. **Four published tables are paraphrased in the notes from which the
codebooks were written, so the codebooks have seen them; three of the four are in this set.** The lines "unseen papers" leave these
out. A statement counts as right when the first of the four constructs is one
of those it stands under; in `npt` a construct is as strong as the strongest of its codes. The texts that
version 1.1 of the codebooks adds were written from the definitions by somebody who had read most of these statements; what was
found to restate one of an unseen paper was reworded or taken out again. Papers are left out whole: the mean vector
and all examples come from the others. What is kept was chosen with these figures in view, among the ways listed at the end, so
they flatter it a little; the differences between those ways are mostly smaller than the intervals, which rest on few papers.

"""
WITH_THEMES = """### With the first codes

So many statements of each construct, drawn from other papers, join the codebook.

"""
QUOTATIONS = """## The construct of what people say

**The quotations are invented, as is the demonstration study: these figures compare ways of ranking, and say little of real talk.**
The 104 quotations lie in ranking/invented_quotations.csv, 26 a construct: 64 that say plainly what they mean, and 40 that tell of a
day. They were written before the codebooks' texts were revised, by the same hand, so they flatter. The quotations are the whole study;
of the demonstration study, all its segments are, and those with a construct are measured (a segment may have two).

"""
DEMONSTRATION = """## The demonstration study

**Invented interviews, invented coders: no figure here says anything about quality on real data.** The codebook's examples also
speak of the same kind of programme as the interviews do. Average precision on the human-coded interviews, sub-constructs counted
as their constructs too. In the first table nothing coded is used. In the second, so many passages of each code come from one half of
the interviews, and the other half is measured, so that its first column differs from the first table.

"""
NAMES_ALONE = """## Real talk, codes with a name alone

Sets whose codes have neither definition nor example, as when a team brings codes in a table: the least that a codebook can say.
Examples from half of the documents, macro-AP on the other half. Absence of a code is weak evidence in these sets (single coders,
no record of what they looked for).

"""
TRIED_BESIDE = """## What was tried beside it

Nothing coded; point figures. What is kept was chosen for being near the best in every column and on real talk, not for the
best figure in one.

"""
NOT_KEPT = """Tried with code that is not kept, and why not:

* the nearest text, or a soft maximum, instead of the mean: much the same on talk, worse on statements with `npt-core`
* whitening: worse on statements; taking away the leading directions: no gain
* the whole of a code's level over the study taken away: every construct is named about equally often, also where one is much
  commoner; none of it: on statements collective action is named about twice as often as it is true. Halfway is near the best on both
* level and spread over a hundred invented sentences of ordinary interview talk instead of the study's segments: reflexive monitoring
  is named too often, as ordinary talk is least like it
* the plain maximum over a construct's codes: worse on quotations of a day than the soft maximum
* a sub-code held below its construct by taking the smaller of both: average precision of sub-constructs .163 to .150
* multinomial logistic regression of the construct, and linear discriminants with shrinkage, on the same texts: worse on statements
* a prior from published shares of the constructs: not needed, as half of each code's level stays
* the study's own segments as a background that no code claims: a little worse on talk
* words and pieces of words beside vectors: sometimes better on statements, worse on talk the more they weigh
* likeness to the whole codebook, as a sign that a passage is about the programme at all: better on the demonstration study, where
  codebook and interviews share a subject, as they would not elsewhere
* factors and constructs not held against each other: worse on talk
* a sub-construct's texts not counted for its construct: worse with `npt` on both
* a human passage as heavy as one text of the codebook: with names alone, one or two passages then do harm on two of three real sets.
  With an eighth of what the codebook says of an average code they help there, and on the third almost as much

"""
