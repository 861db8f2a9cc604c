"""Migrations: nothing forgotten, one line of history a room."""

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes" in out.getvalue() or "Không" in out.getvalue()


@pytest.mark.django_db
def test_each_room_has_one_line_of_migrations() -> None:
    loader = MigrationLoader(connection)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("ansinh.")}
    for label in ours:
        leaves = loader.graph.leaf_nodes(label)
        assert len(leaves) <= 1, leaves
