"""The room ``registry`` as Django meets it."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Room registry (cơ sở dữ liệu bảo hiểm)."""

    name = "ansinh.registry"
    verbose_name = "Cơ sở dữ liệu bảo hiểm"
