"""Tables (bảng): accepted rows dealt out to the register's tables, each as columns to be copied in as they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_KEY, _DAY = pa.int64(), pa.date32()
Keys = Callable[[pa.Table], Mapping[str, int]]
"""Gives the keys of employers or households by code, from their ``code``, ``area_id`` and further columns."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the facts come from and the day they hold from."""

    source: str
    day: date


def bodies(accepted: pa.Table, code: str, name: str | None = None) -> pa.Table:
    """Return the distinct employers or households of the rows, by code.

    Columns are ``code``, ``area_id`` and, for employers, ``name`` and ``tax_code``.

    A body without a name bears its code; one whose rows lie in several areas belongs to the first by key.
    """
    rows = accepted.filter(pc.is_valid(accepted[code]))
    named = [pc.coalesce(rows[name], rows[code])] if name else []
    table = pa.table([rows[code], rows["area"], *named], names=["code", "area_id", "name"][: 2 + len(named)])
    found = table.group_by("code").aggregate([(column, "min") for column in table.column_names[1:]])
    found = found.rename_columns([column.removesuffix("_min") for column in found.column_names]).sort_by("code")
    return found.append_column("tax_code", pa.repeat("", found.num_rows)) if name else found


def deal(
    accepted: pa.Table, people: Sequence[int], origin: Origin, employers: Keys, households: Keys
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each table, people first; names are those of the models, in lower case.

    ``people`` are new keys, one a row. Employers and households come last, and their keys are asked for only then:
    other loads may add the same ones, and wait for each other from there to the end of the transaction.
    """
    dealer = _Dealer(accepted.append_column("person_id", pa.array(people, _KEY)), origin)
    yield "person", dealer.people()
    yield "identifier", dealer.identifiers()
    yield "address", dealer.addresses()
    yield "contact", dealer.contacts()
    yield "healthcard", dealer.cards()
    yield "benefit", dealer.benefits()
    yield "participation", dealer.participations(employers(bodies(accepted, "employer_code", "employer_name")))
    yield "membership", dealer.memberships(households(bodies(accepted, "household_code")))


class _Dealer:
    def __init__(self, rows: pa.Table, origin: Origin) -> None:
        self._all, self._origin = rows, origin

    def people(self) -> pa.Table:
        rows = self._all
        return _table(
            rows.num_rows,
            id=rows["person_id"],
            si_no=rows["si_no"],
            full_name=rows["full_name"],
            folded_name=rows["folded_name"],
            birth=_or_empty(rows["dob"]),
            sex=_or_empty(rows["sex"]),
            ethnicity=_or_empty(rows["ethnicity"]),
            nationality="Việt Nam",
            birth_registration_place="",
            area_id=rows["area"],
            registered_on=self._origin.day,
        )

    def identifiers(self) -> pa.Table:
        return self._facts("id_no", kind="=id_kind", value="=id_no", standing="DECLARED", source=self._origin.source)

    def addresses(self) -> pa.Table:
        return pa.concat_tables([self._places("home", "HOME"), self._places("res", "RESIDENCE")])

    def _places(self, which: str, kind: str) -> pa.Table:
        rows = self._all
        tiers = [rows[f"{which}_{tier}"] for tier in ("province", "district", "commune")]
        rows = rows.filter(pc.is_valid(pc.coalesce(*tiers)))
        return _table(
            rows.num_rows,
            person_id=rows["person_id"],
            kind=kind,
            **{tier: _or_empty(rows[f"{which}_{tier}"]) for tier in ("province", "district", "commune")},
            detail="",
            area_id=rows[f"{which}_area"],
            from_date=self._origin.day,
        )

    def contacts(self) -> pa.Table:
        return self._facts("phone", kind="PHONE", value="=phone")

    def memberships(self, households: Mapping[str, int]) -> pa.Table:
        rows = self._all.filter(pc.is_valid(self._all["household_code"]))
        return _table(
            rows.num_rows,
            household_id=_looked_up(rows["household_code"], households),
            person_id=rows["person_id"],
            role=_or_empty(rows["household_role"]),
            from_date=self._origin.day,
        )

    def participations(self, employers: Mapping[str, int]) -> pa.Table:
        rows = self._all.filter(pc.is_valid(self._all["scheme"]))
        return _table(
            rows.num_rows,
            person_id=rows["person_id"],
            scheme=rows["scheme"],
            object_code=_or_empty(rows["object_code"]),
            employer_id=_looked_up(rows["employer_code"], employers),
            from_date=rows["from_date"].cast(_DAY),
            to_date=rows["to_date"].cast(_DAY),
        )

    def cards(self) -> pa.Table:
        rows = self._all.filter(pc.is_valid(self._all["card_code"]))
        return _table(
            rows.num_rows,
            person_id=rows["person_id"],
            code=rows["card_code"],
            facility_code=_or_empty(rows["facility_code"]),
            from_date=rows["card_from"].cast(_DAY),
            to_date=rows["card_to"].cast(_DAY),
        )

    def benefits(self) -> pa.Table:
        rows = self._all.filter(pc.is_valid(self._all["benefit_kind"]))
        return _table(
            rows.num_rows,
            person_id=rows["person_id"],
            kind=rows["benefit_kind"],
            monthly_vnd=rows["benefit_monthly_vnd"].cast(_KEY),
            method=rows["payment_method"],
            from_date=rows["benefit_from"].cast(_DAY),
        )

    def _facts(self, present: str, **columns: str) -> pa.Table:
        """Return facts of those who have ``present``; ``=name`` takes a column, other text is the same for all."""
        rows = self._all.filter(pc.is_valid(self._all[present]))
        taken = {name: rows[text[1:]] if text.startswith("=") else text for name, text in columns.items()}
        return _table(rows.num_rows, person_id=rows["person_id"], **taken, from_date=self._origin.day)


def _table(rows: int, **columns: Any) -> pa.Table:
    """Return a table; a value that is no column is the same in every row."""
    return pa.table(
        {name: pa.repeat(one, rows) if isinstance(one, str | date) else one for name, one in columns.items()}
    )


def _or_empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(column, "")


def _looked_up(codes: pa.ChunkedArray, keys: Mapping[str, int]) -> pa.Array:
    encoded = pc.dictionary_encode(codes.combine_chunks())
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    return pa.array([keys[code] for code in encoded.dictionary.to_pylist()], _KEY).take(encoded.indices)
