"""What the formats of other programs' projects share: their records, codes, positions, and how their files are opened."""
