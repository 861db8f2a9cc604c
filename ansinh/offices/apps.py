"""The room ``offices`` as Django meets it."""

from django.apps import AppConfig

from ansinh.core import navigation


class OfficesConfig(AppConfig):
    """Room offices (tổ chức)."""

    name = "ansinh.offices"
    verbose_name = "Tổ chức"

    def ready(self) -> None:
        """Put the organisation in the menu and let the checks see every role."""
        from ansinh.offices import checks, permissions  # noqa: F401, PLC0415 - apps must be loaded first

        navigation.add("Tổ chức", "offices-organisation", permissions.SEE_ORGANISATION, order=90)
        navigation.add("Tài khoản", "offices-accounts", permissions.MANAGE_ACCOUNTS, order=95)
