"""The room ``identity`` as Django meets it."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Room identity (xác thực danh tính)."""

    name = "ansinh.identity"
    verbose_name = "Xác thực danh tính"
