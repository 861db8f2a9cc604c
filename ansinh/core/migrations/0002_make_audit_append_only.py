"""Triggers that refuse UPDATE and DELETE on the audit table, on both engines."""

from django.db import migrations

SQLITE = [
    f"CREATE TRIGGER core_auditentry_no_{verb.lower()} BEFORE {verb} ON core_auditentry "
    f"BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
POSTGRES = [
    "CREATE FUNCTION core_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$",
    "CREATE TRIGGER core_auditentry_append_only BEFORE UPDATE OR DELETE ON core_auditentry "
    "FOR EACH ROW EXECUTE FUNCTION core_audit_append_only()",
    # ALWAYS: also where a bulk import has set session_replication_role.
    "ALTER TABLE core_auditentry ENABLE ALWAYS TRIGGER core_auditentry_append_only",
]
SQLITE_BACK = [f"DROP TRIGGER core_auditentry_no_{verb}" for verb in ("update", "delete")]
POSTGRES_BACK = [
    "DROP TRIGGER core_auditentry_append_only ON core_auditentry",
    "DROP FUNCTION core_audit_append_only()",
]


def forwards(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
