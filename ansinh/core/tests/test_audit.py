"""The audit chain: whole when untouched, and every touch is found."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.models import AuditEntry, AuditLane
from ansinh.core.permissions import SYSTEM, Actor

AT = datetime(2024, 6, 28, 9, 0, tzinfo=VIETNAM)
EVENT = audit.Event("core.tested", "Thử nhật ký")
OFFICER = Actor(account_id=7, name="Cán bộ Thử")


def write(entries: int = 3, actor: Actor = OFFICER) -> list[AuditEntry]:
    """Append some entries."""
    with transaction.atomic():
        return [audit.record(EVENT, actor=actor, at=AT, subject=f"thing:{n}", data={"n": n}) for n in range(entries)]


def tamper(sql: str, *values: str | int) -> None:
    """Change the table the way somebody with the database in hand would: triggers off."""
    drop_triggers()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def drop_triggers() -> None:
    """Take the append-only triggers away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER ALL")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS core_auditentry_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS core_auditentry_no_delete")


@pytest.mark.django_db
def test_an_untouched_chain_holds() -> None:
    write()
    write(actor=SYSTEM)
    assert list(audit.verify()) == []


@pytest.mark.django_db
def test_it_finds_an_altered_entry() -> None:
    entry = write()[1]
    tamper("UPDATE core_auditentry SET actor_name = %s WHERE id = %s", "Người Khác", entry.pk)
    assert [finding.seq for finding in audit.verify()] == [entry.seq]


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 1, 2])
def test_it_finds_a_removed_entry(place: int) -> None:
    entry = write()[place]
    tamper("DELETE FROM core_auditentry WHERE id = %s", entry.pk)
    assert list(audit.verify())


@pytest.mark.django_db
def test_it_finds_an_inserted_entry() -> None:
    last = write()[-1]
    AuditEntry.objects.create(
        lane=last.lane,
        seq=last.seq + 1,
        at=AT,
        account_id=7,
        actor_name="Cán bộ Thử",
        event="core.tested",
        seal="0" * 64,
    )
    assert next(audit.verify()).seq == last.seq + 1


@pytest.mark.django_db
def test_an_anchor_kept_elsewhere_shows_a_tail_cut_with_its_head() -> None:
    entries = write()
    noted = {entries[-1].lane: (entries[-1].seq, entries[-1].seal)}
    tamper("DELETE FROM core_auditentry WHERE id = %s", entries[-1].pk)
    AuditLane.objects.filter(lane=entries[1].lane).update(seq=entries[1].seq, seal=entries[1].seal)
    assert list(audit.verify()) == []
    assert [finding.seq for finding in audit.verify(noted)] == [entries[-1].seq]


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE core_auditentry SET event = 'x'", "DELETE FROM core_auditentry"])
def test_the_table_refuses_to_be_changed(sql: str) -> None:
    write(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_a_bug() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(EVENT, actor=SYSTEM, at=AT)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_the_table_refuses_even_where_triggers_are_switched_off_for_a_load() -> None:
    write(1)
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute("UPDATE core_auditentry SET event = 'x'")
