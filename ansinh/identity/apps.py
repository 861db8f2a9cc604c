"""The room ``identity`` as Django meets it."""

from django.apps import AppConfig

from ansinh.core import navigation


class IdentityConfig(AppConfig):
    """Room identity (xác thực danh tính)."""

    name = "ansinh.identity"
    verbose_name = "Xác thực danh tính"

    def ready(self) -> None:
        """Put verification in the menu."""
        from ansinh.identity import permissions  # noqa: PLC0415 - apps must be loaded first

        navigation.add("Xác minh", "identity-overview", permissions.SEE, order=20)
