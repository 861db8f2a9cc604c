"""The room ``demo`` as Django meets it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Room demo (dữ liệu thử)."""

    name = "ansinh.demo"
    verbose_name = "Dữ liệu thử"
