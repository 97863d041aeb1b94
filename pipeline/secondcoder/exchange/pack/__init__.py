"""Packs: one file with what one coder far away needs of a study, and with what comes back; written, and read with hard limits."""
