"""Catalogue of procedures, dossiers, steps, deadlines, receipts, the citizen portal."""
