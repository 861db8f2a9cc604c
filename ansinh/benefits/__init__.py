"""Entitlement rules, calculations that explain themselves, decisions."""
