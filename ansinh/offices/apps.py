"""The room ``offices`` as Django meets it."""

from django.apps import AppConfig


class OfficesConfig(AppConfig):
    """Room offices (tổ chức)."""

    name = "ansinh.offices"
    verbose_name = "Tổ chức"
