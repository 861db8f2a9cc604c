"""The room ``benefits`` as Django meets it."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    """Room benefits (chế độ)."""

    name = "ansinh.benefits"
    verbose_name = "Chế độ"
