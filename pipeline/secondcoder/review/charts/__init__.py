"""The charts in the browser: the framework matrix and the integration of cases, live, with the researcher's notes."""
