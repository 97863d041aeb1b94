"""REFI-QDA, the exchange standard of NVivo, MAXQDA, ATLAS.ti and others: projects (.qdpx) and codebooks (.qdc)."""

from secondcoder.exchange.refi_qda.coded_format import CODED_FORMAT

__all__ = ["CODED_FORMAT"]
