"""How often drift is said without cause, and how often it is seen."""
