"""Model versions on disk: what they were made from, and whether they fit this study. Cards, gate and drift join here."""

from secondcoder.registry.versions import load_version, next_version, save_version

__all__ = ["load_version", "next_version", "save_version"]
