"""The room ``programme`` as Django meets it."""

from django.apps import AppConfig

from ansinh.core import navigation


class ProgrammeConfig(AppConfig):
    """Room programme (điều hành)."""

    name = "ansinh.programme"
    verbose_name = "Điều hành"

    def ready(self) -> None:
        """Put the cockpit in the menu."""
        from ansinh.programme import permissions  # noqa: PLC0415 - apps must be loaded first

        navigation.add("Điều hành", "programme-cockpit", permissions.SEE, order=10)
