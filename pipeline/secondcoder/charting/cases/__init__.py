"""Cases: how far each has integrated, factors and levels, and groups of cases compared."""
