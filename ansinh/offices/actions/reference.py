"""Loading the country's map and the organisation's units from the files shipped with An Sinh."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import fold
from ansinh.offices import events, intake, permissions
from ansinh.offices.intake import AreaRow, Key, Reference, SuccessionRow, UnitRow
from ansinh.offices.models import Area, AreaSuccession, Unit

BATCH = 2000
Row = TypeVar("Row", Area, Unit)
_AREA_FIELDS = ("name", "kind", "to_date", "document")
_UNIT_FIELDS = ("name", "abbreviation", "to_date", "document")


class ReferenceDoesNotHold(Refusal):
    """A row names another row that no file has."""

    status = 422
    message = "Danh mục không khớp: có dòng trỏ tới một địa bàn hoặc đơn vị không có. Chưa có gì được nạp."


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load brought: rows added, and rows whose end or name a newer file tells differently."""

    areas: int
    successions: int
    units: int
    changed: int


@transaction.atomic
def load_reference(*, actor: Actor, at: datetime, data: Reference | None = None) -> Loaded:
    """Load areas, successions and units (danh mục địa bàn, đơn vị); ``data`` defaults to the files shipped.

    Rows are found again by (level, code, from_date): loading the same files twice changes nothing and leaves no trace,
    newer files add their rows and close the periods that have ended. Nothing is ever deleted.

    :raises ReferenceDoesNotHold: a parent, predecessor or successor is in no file
    """
    actor.must(permissions.LOAD_REFERENCE)
    data = data or intake.shipped()
    areas, changed_areas, keys = _load_areas(data.areas)
    successions = _load_successions(data.successions, keys)
    units, changed_units = _load_units(data.units, keys)
    loaded = Loaded(areas, successions, units, changed_areas + changed_units)
    if loaded != Loaded(0, 0, 0, 0):
        audit.record(events.REFERENCE_LOADED, actor=actor, at=at, data=asdict(loaded))
    return loaded


def _load_areas(rows: Sequence[AreaRow]) -> tuple[int, int, dict[Key, int]]:
    stored = {(area.level, area.code, area.from_date): area for area in Area.objects.all()}
    added, changed = 0, 0
    for level in intake.LEVELS:
        here = [row for row in rows if row.level == level]
        other = [stored[row.key] for row in here if row.key in stored and _follow(stored[row.key], row, _AREA_FIELDS)]
        for area in other:
            area.folded_name = fold(area.name)
        Area.objects.bulk_update(other, [*_AREA_FIELDS, "folded_name"], BATCH)
        parents = _periods(stored.values())
        new = Area.objects.bulk_create([_new_area(row, parents) for row in here if row.key not in stored], BATCH)
        stored |= {(area.level, area.code, area.from_date): area for area in new}
        added, changed = added + len(new), changed + len(other)
    return added, changed, {key: area.pk for key, area in stored.items()}


def _follow(stored: Area | Unit, row: AreaRow | UnitRow, fields: tuple[str, ...]) -> bool:
    told = {field: getattr(row, field) for field in fields}
    if told == {field: getattr(stored, field) for field in fields}:
        return False
    for field, value in told.items():
        setattr(stored, field, value)
    return True


def _periods(areas: Iterable[Area]) -> dict[tuple[str, str], list[Area]]:
    found: dict[tuple[str, str], list[Area]] = defaultdict(list)
    for area in areas:
        found[area.level, area.code].append(area)
    return found


def _new_area(row: AreaRow, parents: dict[tuple[str, str], list[Area]]) -> Area:
    parent = _in_force(parents[row.parent], row.from_date) if row.parent else None
    if row.parent and parent is None:
        raise ReferenceDoesNotHold(level=row.level, code=row.code, from_date=row.from_date.isoformat())
    return Area(
        level=row.level,
        code=row.code,
        kind=row.kind,
        name=row.name,
        folded_name=fold(row.name),
        parent=parent,
        from_date=row.from_date,
        to_date=row.to_date,
        document=row.document,
    )


def _in_force(rows: Iterable[Row], day: date) -> Row | None:
    return next((row for row in rows if row.from_date <= day and (row.to_date is None or day < row.to_date)), None)


def _load_successions(rows: Sequence[SuccessionRow], keys: dict[Key, int]) -> int:
    known = set(AreaSuccession.objects.values_list("predecessor", "successor"))
    new = []
    for row in rows:
        if row.predecessor not in keys or row.successor not in keys:
            raise ReferenceDoesNotHold(predecessor=str(row.predecessor), successor=str(row.successor))
        link = (keys[row.predecessor], keys[row.successor])
        if link not in known:
            new.append(AreaSuccession(predecessor_id=link[0], successor_id=link[1], whole=row.whole))
    return len(AreaSuccession.objects.bulk_create(new, BATCH))


def _load_units(rows: Sequence[UnitRow], keys: dict[Key, int]) -> tuple[int, int]:
    stored = {(unit.code, unit.from_date): unit for unit in Unit.objects.all()}
    other = [
        unit for row in rows if (unit := stored.get((row.code, row.from_date))) and _follow(unit, row, _UNIT_FIELDS)
    ]
    Unit.objects.bulk_update(other, _UNIT_FIELDS, BATCH)
    new = [row for row in rows if (row.code, row.from_date) not in stored]
    centres = [row for row in new if row.kind == Unit.Kind.CENTRE]
    Unit.objects.bulk_create([_new_unit(row, [], keys) for row in centres], BATCH)
    parents = list(Unit.objects.filter(kind=Unit.Kind.CENTRE))
    below = [row for row in new if row.kind != Unit.Kind.CENTRE]
    Unit.objects.bulk_create([_new_unit(row, parents, keys) for row in below], BATCH)
    return len(new), len(other)


def _new_unit(row: UnitRow, centres: Sequence[Unit], keys: dict[Key, int]) -> Unit:
    if row.area and row.area not in keys:
        raise ReferenceDoesNotHold(unit=row.code, area=str(row.area))
    return Unit(
        code=row.code,
        name=row.name,
        abbreviation=row.abbreviation,
        kind=row.kind,
        parent=_in_force(centres, row.from_date),
        area_id=keys[row.area] if row.area else None,
        from_date=row.from_date,
        to_date=row.to_date,
        document=row.document,
    )
