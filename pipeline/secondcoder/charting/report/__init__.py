"""What a chart of a study becomes: a page, a workbook, a Word document and tables."""
