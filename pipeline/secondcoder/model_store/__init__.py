"""Model versions on disk: what they were made from, whether they fit this study, and their cards. Gate and drift join here."""

from secondcoder.model_store.card import card_files
from secondcoder.model_store.version import load_version, next_version, save_version

__all__ = ["card_files", "load_version", "next_version", "save_version"]
