"""A synthetic country: the population database's extract and the insurer's legacy file, with the truth between them.

``generate`` (or ``python -m partners.country``) writes ``population.parquet``, ``insured.csv``,
``linkage_insured.parquet`` and ``truth.parquet``. README.md beside this file tells columns and schemes.
"""

from partners.country.generate import generate

__all__ = ["generate"]
