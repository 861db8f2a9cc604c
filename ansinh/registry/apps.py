"""The room ``registry`` as Django meets it."""

from importlib import import_module

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Room registry (cơ sở dữ liệu bảo hiểm)."""

    name = "ansinh.registry"
    verbose_name = "Cơ sở dữ liệu bảo hiểm"

    def ready(self) -> None:
        """Let the worker know this room's queue."""
        import_module("ansinh.registry.queues")
