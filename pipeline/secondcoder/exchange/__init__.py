"""Coded projects in and out. The coded table is the plainest; richer exchange formats join as modules beside it."""
