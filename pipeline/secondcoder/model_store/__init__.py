"""Model versions on disk: what they were made from, whether they fit this study, and their cards. Gate and drift join here."""
