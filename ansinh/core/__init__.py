"""What every room stands on, and what knows no person.

Money, calendar, text, numbers, audit, errors, permissions, measures, the worker, the base page.
"""
