"""De-identifying a study: what was found goes to a sheet, what a researcher decided comes back, and everything moves along."""
