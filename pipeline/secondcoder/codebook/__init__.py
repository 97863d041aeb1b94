"""The codebook: codes and definitions, confirmed changes of them, and older codings read in the present codes.

Codings, passes and decisions are never rewritten: each knows after which change it was made, and the later ones are applied when
it is read.
"""
