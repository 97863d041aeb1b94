"""The audit trail looked at: is it whole, do the tables agree with it, and what does it say, as a table and as a methods paragraph."""

from secondcoder.audit.ledger import Fault
from secondcoder.audit.verify import Audit, verify

__all__ = ["Audit", "Fault", "verify"]
