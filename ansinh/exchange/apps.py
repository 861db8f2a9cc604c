"""The room ``exchange`` as Django meets it."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Room exchange (kết nối)."""

    name = "ansinh.exchange"
    verbose_name = "Kết nối"
