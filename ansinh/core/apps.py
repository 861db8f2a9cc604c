"""The room ``core`` as Django meets it."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Room core (nền móng)."""

    name = "ansinh.core"
    verbose_name = "Nền móng"
