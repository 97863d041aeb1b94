from __future__ import annotations
from dataclasses import dataclass


@dataclass(frozen=True)
class Played:
    study: object
    curves: dict


def report(p):
    return []


def draw_curves(a, b):
    pass
