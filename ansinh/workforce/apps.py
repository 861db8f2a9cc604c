"""The room ``workforce`` as Django meets it."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """Room workforce (nhân sự)."""

    name = "ansinh.workforce"
    verbose_name = "Nhân sự"
