"""Checking (kiểm tra): rows judged column by column, set-based; a row is accepted or rejected whole."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ansinh.core.text import NAME_LIMIT, fold
from ansinh.registry.intake.columns import HEADINGS, LABELS
from ansinh.registry.intake.places import Gazetteer
from ansinh.registry.intake.readers import READERS, card_head_fault
from ansinh.registry.intake.sources import Batch, Misfit, Source

CHUNK = 20_000
"""Rows of the file in one chunk; its bounds follow from row numbers alone, so a restart finds the same chunks."""
_TEXT, _KEY = pa.string(), pa.int64()
_ID_KINDS = (("^[0-9]{12}$", "ID12"), ("^[0-9]{9}$", "ID9"))
# (columns that only make sense together, those among them that must then be there)
_GROUPS = (
    (("scheme", "object_code", "employer_code", "employer_name", "from_date", "to_date"), ("scheme", "from_date")),
    (("employer_name",), ("employer_code",)),
    (("household_role",), ("household_code",)),
    (("card_code", "facility_code", "card_from", "card_to"), ("card_code", "card_from")),
    (
        ("benefit_kind", "benefit_from", "benefit_monthly_vnd", "payment_method"),
        ("benefit_kind", "benefit_from", "benefit_monthly_vnd", "payment_method"),
    ),
)
_PERIODS = (("from_date", "to_date"), ("card_from", "card_to"))
_PLAIN_NAME = READERS["full_name"].plain or ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejected row: its original cells, the columns at fault and the reasons, in Vietnamese."""

    row: int
    cells: tuple[str, ...]
    columns: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows ``first_row`` to ``last_row`` of a file, judged: ``accepted`` ready for the register, the rest with reasons.

    ``accepted`` holds the columns of ``columns.HEADINGS`` in stored form (text, null where empty) and ``row``,
    ``folded_name``, ``id_kind``, ``area``, ``home_area``, ``res_area`` (keys of areas).
    """

    first_row: int
    last_row: int
    accepted: pa.Table
    rejections: tuple[Rejection, ...]
    source: Batch

    def reject(self, row: int, column: str, reason: str) -> Rejection:
        """Return a rejection of a row, found wanting outside the file (already registered)."""
        return _rejection(self.source, row, [(LABELS[column], reason)])


@dataclass(frozen=True, slots=True)
class Terms:
    """What rows are judged against: the map, the areas the person may load into, and the day of the judgement."""

    gazetteer: Gazetteer
    areas: frozenset[int] | None
    today: date


class Checker:
    """Judges the chunks of one file. ``places`` says where each column stands, ``first_rows`` which si_no repeat."""

    def __init__(self, places: Mapping[str, int], first_rows: Mapping[str, int], terms: Terms) -> None:
        """Keep the terms and open the readers' memories."""
        self._places, self._terms, self._first_rows = places, terms, first_rows
        self._judges = {name: READERS[name].remembered() for name in places}
        self._repeated = pa.array(first_rows, _TEXT)

    def chunks(self, source: Source, done: frozenset[int]) -> Iterator[Chunk]:
        """Yield the chunks in order, except those whose first row is in ``done``."""
        for first, batch in _regroup(source):
            if first not in done:
                misfits = [misfit for misfit in source.misfits if first <= misfit.row < first + CHUNK]
                yield self.check(first, batch, misfits)

    def check(self, first: int, batch: Batch, misfits: Sequence[Misfit] = ()) -> Chunk:
        """Judge one chunk."""
        batch = _without_empty(batch)
        faults = _Faults(batch.cells.num_rows)
        columns = {name: self._read(name, batch, faults) for name in HEADINGS}
        _check_together(columns, faults, self._terms.today)
        self._check_repeats(columns["si_no"], batch.numbers, faults)
        columns |= self._locate(columns, faults)
        columns["folded_name"] = _fold_names(columns["full_name"])
        columns["id_kind"] = _id_kinds(columns["id_no"])
        columns["row"] = pa.array(batch.numbers)
        rejections = [
            *(_rejection(batch, int(batch.numbers[place]), found) for place, found in faults.found.items()),
            *(Rejection(misfit.row, misfit.cells, "", misfit.reason) for misfit in misfits),
        ]
        rejections.sort(key=lambda rejection: rejection.row)
        accepted = pa.table(columns).filter(pa.array(faults.none()))
        return Chunk(first, first + CHUNK - 1, accepted, tuple(rejections), batch)

    def _read(self, name: str, batch: Batch, faults: "_Faults") -> pa.Array:
        if name not in self._places:
            return pa.nulls(batch.cells.num_rows, _TEXT)
        column = _trim(batch.cells.column(str(self._places[name])))
        judge, plain = self._judges[name], READERS[name].plain
        unread = pc.is_valid(column)
        if plain is not None:
            fits = pc.and_(pc.match_substring_regex(column, plain), pc.less_equal(pc.utf8_length(column), NAME_LIMIT))
            unread = pc.and_(unread, pc.invert(pc.fill_null(fits, fill_value=False)))
        if pc.any(unread).as_py():
            column = _reread(column, unread, judge, name, faults)
        if name in ("si_no", "full_name"):
            faults.add(pc.and_(pc.is_null(column), faults.mask_none()), name, "Bắt buộc, đang để trống.")
        if name == "card_code":
            heads = pc.utf8_slice_codeunits(column, 0, 5)
            for head in filter(None, pc.unique(heads).to_pylist()):
                if reason := card_head_fault(head):
                    faults.add(pc.equal(heads, head), name, reason)
        return column

    def _check_repeats(self, numbers: pa.Array, rows: np.ndarray, faults: "_Faults") -> None:
        repeated = np.flatnonzero(pc.is_in(numbers, self._repeated).to_numpy(zero_copy_only=False))
        for place in repeated.tolist():
            first = self._first_rows.get(numbers[place].as_py(), rows[place])
            if first != rows[place]:
                faults.add_one(place, "si_no", f"Trùng mã số BHXH với dòng {first} của tệp.")

    def _locate(self, columns: Mapping[str, pa.Array], faults: "_Faults") -> dict[str, pa.Array]:
        gazetteer, areas = self._terms.gazetteer, self._terms.areas
        _, home_area = _located(gazetteer, [columns[f"home_{tier}"] for tier in ("province", "district", "commune")])
        province, res_area = _located(
            gazetteer, [columns[f"res_{tier}"] for tier in ("province", "district", "commune")]
        )
        heads = pc.dictionary_encode(pc.utf8_slice_codeunits(columns["si_no"], 0, 2))
        issuers = pa.array([gazetteer.issuer(head or "") for head in heads.dictionary.to_pylist()], _KEY)
        area = pc.coalesce(province, issuers.take(heads.indices))
        faults.add(
            pc.and_(pc.is_null(area), faults.mask_none()), "res_province",
            "Không xác định được tỉnh quản lý: tỉnh cư trú và hai số đầu của mã số BHXH đều không có trong danh mục.",
        )  # fmt: skip
        if areas is not None:
            outside = pc.invert(pc.is_in(area, pa.array(sorted(areas), _KEY)))
            reason = "Người này do tỉnh khác quản lý, ngoài địa bàn bạn được giao."
            faults.add(pc.and_(outside, pc.is_valid(area)), "res_province", reason)
        return {"area": area, "home_area": home_area, "res_area": res_area}


class _Faults:
    """What is wrong with each row, by its place in the chunk."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.found: dict[int, list[tuple[str, str]]] = {}

    def add(self, mask: pa.BooleanArray, column: str, reason: str) -> None:
        for place in np.flatnonzero(pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False)).tolist():
            self.add_one(place, column, reason)

    def add_one(self, place: int, column: str, reason: str) -> None:
        self.found.setdefault(place, []).append((LABELS[column], reason))

    def none(self) -> np.ndarray:
        fine = np.ones(self.rows, dtype=bool)
        fine[list(self.found)] = False
        return fine

    def mask_none(self) -> pa.BooleanArray:
        return pa.array(self.none())


def survey(source: Source, si_no_at: int) -> tuple[int, dict[str, int]]:
    """Read a file once, to its end: its last row's number, and for each si_no that repeats the row where it is first.

    :raises FileUnreadable: the file is broken somewhere; nothing of it should be loaded then
    """
    judge, seen, rows, last = READERS["si_no"].remembered(), [], [], 1
    for batch in source.batches([si_no_at]):
        column = _trim(batch.cells.column(0))
        odd = pc.invert(pc.fill_null(pc.match_substring_regex(column, READERS["si_no"].plain), fill_value=True))
        if pc.any(odd).as_py():
            column = _reread(column, odd, judge, "si_no", _Faults(len(column)))
        valid = pc.is_valid(column).to_numpy(zero_copy_only=False)
        seen.append(column.drop_null().cast(pa.uint64()).to_numpy(zero_copy_only=False))
        rows.append(batch.numbers[valid])
        last = max(last, int(batch.numbers[-1])) if len(batch.numbers) else last
    last = max([last, *(misfit.row for misfit in source.misfits)])
    if not seen:
        return last, {}
    numbers, row_of = np.concatenate(seen), np.concatenate(rows)
    order = np.argsort(numbers, kind="stable")
    numbers, row_of = numbers[order], row_of[order]
    repeats = np.flatnonzero(numbers[1:] == numbers[:-1])
    first_of = np.searchsorted(numbers, np.unique(numbers[repeats]))
    return last, {f"{numbers[place]:010d}": int(row_of[place]) for place in first_of.tolist()}


def _regroup(source: Source) -> Iterator[tuple[int, Batch]]:
    """Yield batches cut at the fixed bounds of chunks, each with the first row of its chunk; none is left out."""
    held: list[Batch] = []
    first = 2
    for batch in source.batches():
        rest = batch
        while len(rest.numbers) and rest.numbers[-1] >= first + CHUNK:
            cut = int(np.searchsorted(rest.numbers, first + CHUNK))
            held.append(Batch(rest.numbers[:cut], rest.cells.slice(0, cut)))
            rest = Batch(rest.numbers[cut:], rest.cells.slice(cut))
            yield first, _joined(held, source)
            held, first = [], first + CHUNK
        held.append(rest)
    yield first, _joined(held, source)
    last = max((misfit.row for misfit in source.misfits), default=0)
    while last >= first + CHUNK:
        first += CHUNK
        yield first, _joined([], source)


def _joined(held: Sequence[Batch], source: Source) -> Batch:
    names = [str(place) for place in range(len(source.headings))]
    if not held:
        return Batch(np.array([], dtype=np.int64), pa.table({name: pa.array([], _TEXT) for name in names}))
    cells = pa.concat_tables([batch.cells for batch in held]).combine_chunks()
    return Batch(np.concatenate([batch.numbers for batch in held]), cells)


def _without_empty(batch: Batch) -> Batch:
    """Leave out rows without any cell filled: they are no people, and no fault."""
    filled = np.zeros(batch.cells.num_rows, dtype=bool)
    for column in batch.cells.columns:
        filled |= pc.is_valid(_trim(column)).to_numpy(zero_copy_only=False)
        if filled.all():
            return batch
    return Batch(batch.numbers[filled], batch.cells.filter(pa.array(filled)))


def _trim(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    trimmed = pc.utf8_trim_whitespace(whole)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, _TEXT), trimmed)


def _reread(column: pa.Array, unread: pa.BooleanArray, judge: object, name: str, faults: _Faults) -> pa.Array:
    places = np.flatnonzero(unread.to_numpy(zero_copy_only=False))
    encoded = pc.dictionary_encode(column.take(pa.array(places)))
    judged = [judge(text) for text in encoded.dictionary.to_pylist()]  # type: ignore[operator]
    for which, (_, reason) in enumerate(judged):
        if reason is not None:
            for place in places[encoded.indices.to_numpy() == which].tolist():
                faults.add_one(place, name, reason)
    values = pa.array([value for value, _ in judged], _TEXT).take(encoded.indices)
    return values if len(places) == len(column) else pc.replace_with_mask(column, unread, values)


def _check_together(columns: Mapping[str, pa.Array], faults: _Faults, today: date) -> None:
    # A value that could not be read has its own reason; it is not missing as well.
    sound = faults.mask_none()
    for members, needed in _GROUPS:
        present = pc.is_valid(columns[members[0]])
        for name in members[1:]:
            present = pc.or_(present, pc.is_valid(columns[name]))
        for name in needed:
            others = ", ".join(LABELS[one] for one in members if one != name)
            reason = f"Đang để trống; cột này cần có khi dòng có một trong các nội dung: {others}."
            faults.add(pc.and_(pc.and_(present, sound), pc.is_null(columns[name])), name, reason)
    for start, end in _PERIODS:
        faults.add(pc.less_equal(columns[end], columns[start]), end, f"Trước ngày bắt đầu ({LABELS[start]}).")
    faults.add(pc.greater(columns["dob"], today.isoformat()), "dob", f"Ngày sinh ở sau ngày nhập ({today:%d/%m/%Y}).")


def _located(gazetteer: Gazetteer, tiers: Sequence[pa.Array]) -> tuple[pa.Array, pa.Array]:
    """Return the province and commune keys of every row, asking once for each distinct address."""
    encoded = [pc.dictionary_encode(pc.fill_null(tier, "")) for tier in tiers]
    combined = np.zeros(len(tiers[0]), dtype=np.int64)
    for one in encoded:
        combined = combined * (len(one.dictionary) or 1) + one.indices.to_numpy()
    _, samples, inverse = np.unique(combined, return_index=True, return_inverse=True)
    words = [pc.fill_null(tier, "").take(pa.array(samples)).to_pylist() for tier in tiers]
    found = [gazetteer.locate(*names) for names in zip(*words, strict=True)]
    where = pa.array(inverse)
    return (
        pa.array([province for province, _ in found], _KEY).take(where),
        pa.array([commune for _, commune in found], _KEY).take(where),
    )


def _fold_names(names: pa.Array) -> pa.Array:
    """Return ``core.text.fold`` of every name; those of Vietnamese letters and single spaces all in one go."""
    plain = pc.fill_null(pc.match_substring_regex(names, _PLAIN_NAME), fill_value=False)
    lines = "\n".join(names.filter(plain).to_pylist()).lower().replace("đ", "d")
    bare = unicodedata.normalize("NFD", lines).encode("ascii", "ignore").decode("ascii")
    folded = pa.array(bare.split("\n") if bare else [], _TEXT)
    rest = names.filter(pc.invert(plain)).to_pylist()
    others = pa.array([fold(name) if name else None for name in rest], _TEXT)
    return pc.replace_with_mask(pc.replace_with_mask(names, plain, folded), pc.invert(plain), others)


def _id_kinds(numbers: pa.Array) -> pa.Array:
    kinds = pc.if_else(pc.is_valid(numbers), "RAW", pa.scalar(None, _TEXT))
    for pattern, kind in _ID_KINDS:
        kinds = pc.if_else(pc.match_substring_regex(numbers, pattern), kind, kinds)
    return kinds


def _rejection(batch: Batch, row: int, found: Sequence[tuple[str, str]]) -> Rejection:
    place = int(np.searchsorted(batch.numbers, row))
    cells = tuple(column[place].as_py() or "" for column in batch.cells.columns)
    return Rejection(row, cells, "; ".join(dict.fromkeys(column for column, _ in found)), " ".join(r for _, r in found))
