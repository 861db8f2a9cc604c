"""The room ``exchange`` as Django meets it."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Room exchange (kết nối)."""

    name = "ansinh.exchange"
    verbose_name = "Kết nối"

    def ready(self) -> None:
        """Let the settings of the partners be known."""
        from ansinh.exchange import population  # noqa: F401, PLC0415 - declares its settings
