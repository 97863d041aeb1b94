"""REFI-QDA, the exchange standard of NVivo, MAXQDA, ATLAS.ti and others: projects (.qdpx) and codebooks (.qdc)."""
