"""The room ``programme`` as Django meets it."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Room programme (điều hành)."""

    name = "ansinh.programme"
    verbose_name = "Điều hành"
