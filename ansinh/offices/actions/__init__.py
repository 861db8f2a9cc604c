"""Acts on the organisation: reference data, accounts, roles."""

from ansinh.offices.actions.accounts import (
    close_account,
    confirm_own_password,
    grant_role,
    note_failed_sign_in,
    note_sign_in,
    open_account,
    reset_sign_in,
    revoke_role,
)
from ansinh.offices.actions.reference import load_reference

__all__ = [
    "close_account",
    "confirm_own_password",
    "grant_role",
    "load_reference",
    "note_failed_sign_in",
    "note_sign_in",
    "open_account",
    "reset_sign_in",
    "revoke_role",
]
