"""The organisation: areas and units as valid-time rows, accounts, roles, sign-in."""
