"""How sign-in behaves: accounts are opened by the unit, never by the visitor."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Officers get their account from their unit; citizens come through VNeID."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse self-made accounts: an account is personal and accountable."""
        return False
