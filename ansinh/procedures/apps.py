"""The room ``procedures`` as Django meets it."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Room procedures (thủ tục hành chính)."""

    name = "ansinh.procedures"
    verbose_name = "Thủ tục hành chính"
