"""Word documents whose codes are comments or highlights, both ways."""
