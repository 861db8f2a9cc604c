"""What every room stands on and what knows no person: money, calendar, text, numbers, audit, errors, permissions,
measures, the worker, the base page."""
