"""The room ``payments`` as Django meets it."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Room payments (chi trả)."""

    name = "ansinh.payments"
    verbose_name = "Chi trả"
