"""Does the model err by who speaks? Misses and false suggestions by role, case, wave and any other attribute, out of fold."""
