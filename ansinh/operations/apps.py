"""The room ``operations`` as Django meets it."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Room operations (vận hành)."""

    name = "ansinh.operations"
    verbose_name = "Vận hành"
