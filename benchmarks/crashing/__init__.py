"""Commands that are killed, or whose disk is full: what they do, and what must hold afterwards."""
