"""The methods section, written from the audit trail."""
