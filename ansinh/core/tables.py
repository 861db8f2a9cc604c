"""What long writers tell the database about the tables they have filled."""

from django.db import connection, models


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Let the query planner see what has just been written; without it a list over a fresh table may take minutes."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")  # noqa: SLF001 - as documented
