"""What leaves as a page, a figure, a spreadsheet or a table."""
