"""The room ``core`` as Django meets it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """Room core (nền móng)."""

    name = "ansinh.core"
    verbose_name = "Nền móng"

    def ready(self) -> None:
        """Import what every room declares, so that checks and documents see it whole."""
        autodiscover_modules("permissions", "events", "measures", "outcomes", "queues")
