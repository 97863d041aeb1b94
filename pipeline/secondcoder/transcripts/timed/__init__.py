"""Transcripts from files whose talk has times: captions, speech recognisers, Praat, ELAN."""
