"""The room ``documents`` as Django meets it."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Room documents (số hoá)."""

    name = "ansinh.documents"
    verbose_name = "Số hoá"
