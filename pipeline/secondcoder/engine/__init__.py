"""Batch runs: any number of transcripts or rows of tables coded part by part, in bounded memory, in one process or in many."""
