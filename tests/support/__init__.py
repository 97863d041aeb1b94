"""What tests share: small invented studies, planted labels, a browser, a database server."""
