"""The audit trail: its verification, its table, and the methods section that is written from the study's records."""

from secondcoder.audit.ledger import Fault
from secondcoder.audit.verify import Audit, verify

__all__ = ["Audit", "Fault", "verify"]
