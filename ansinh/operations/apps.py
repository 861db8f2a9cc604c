"""The room ``operations`` as Django meets it."""

from django.apps import AppConfig

from ansinh.core import navigation


class OperationsConfig(AppConfig):
    """Room operations (vận hành)."""

    name = "ansinh.operations"
    verbose_name = "Vận hành"

    def ready(self) -> None:
        """Put the queues in the menu."""
        from ansinh.operations import permissions  # noqa: PLC0415 - apps must be loaded first

        navigation.add("Vận hành", "operations-queues", permissions.SEE, order=80)
