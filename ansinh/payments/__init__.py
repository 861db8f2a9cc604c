"""Accounts, payment batches, bank files, reconciliation, pay-out with the ID card."""
