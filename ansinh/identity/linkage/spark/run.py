"""Run on Spark (lượt chạy trên Spark): the driver lays out the steps and adds up what is counted on the way."""

import os
from pathlib import Path

import numpy as np
from pyspark.core.broadcast import Broadcast
from pyspark.sql import DataFrame, SparkSession

from ansinh.identity.linkage.columns import INSURED, POPULATION
from ansinh.identity.linkage.compiled import Ints, Words
from ansinh.identity.linkage.identifiers import NAMED, Identifiers, refuse_repeated
from ansinh.identity.linkage.keys import ROUNDS
from ansinh.identity.linkage.pairs import Bounded, Sieve, table_size
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.progress import Hear
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.report import Report, summarise
from ansinh.identity.linkage.scoring import Census, Scale, rare_up_to
from ansinh.identity.linkage.searching import bounded_keys
from ansinh.identity.linkage.sources import Opened, open_source
from ansinh.identity.linkage.spark import steps
from ansinh.identity.linkage.spark.batches import Kind, Part, tally_of
from ansinh.identity.linkage.spark.session import session
from ansinh.identity.linkage.spark.steps import Slicing, Terms
from ansinh.identity.linkage.spark.tables import Tables, of
from ansinh.identity.linkage.writing import Tally

_ROWS_A_PART = 250_000
_MOST_PARTS = 1 << 15
_SIEVE_BITS = 1 << 30  # 128 MB in every Python process; above a billion hashes it lets more citizens pass


def run(  # noqa: PLR0913 - as `link`, which calls it
    insured: Path | str,
    population: Path | str,
    area: Path,
    *,
    policy: Policy,
    memory: str,
    master: str | None,
    hear: Hear,
) -> Report:
    """Link two files on Spark; the folder ``decisions.parquet`` is left in the area; raises `LinkageRefused`.

    Both files and the area must be at the same path on every machine. ``memory`` bounds the driver's reading only.
    """
    paths = os.path.abspath(insured), os.path.abspath(population)  # noqa: PTH100 - may be patterns
    opened = [
        open_source(source, path, memory=memory, threads=2, spill=area / "spill")
        for source, path in zip((INSURED, POPULATION), paths, strict=True)
    ]
    for one in opened:
        one.connection.close()
    hear("Mở Spark", 0.01)
    with session(master) as spark:
        tables = Tables(spark, _parts(spark, opened))
        try:
            return _Run(tables, policy, area, hear).link(opened, paths)
        finally:
            tables.close()


def _parts(spark: SparkSession, opened: list[Opened]) -> int:
    most = max(one.rows for one in opened)
    return min(_MOST_PARTS, max(2, spark.sparkContext.defaultParallelism, most // _ROWS_A_PART + 1))


class _Run:
    """One run: tables of batches, each made by a step out of others, and what the driver has counted."""

    def __init__(self, tables: Tables, policy: Policy, area: Path, hear: Hear) -> None:
        self._tables, self._policy, self._area, self._hear = tables, policy, area, hear
        self._bounded: list[Bounded] = []

    def link(self, opened: list[Opened], paths: tuple[str, str]) -> Report:
        records, people = opened
        self._hear("Đọc tệp người tham gia", 0.02)
        ours, notes, bounds = self._load(records, paths[0])
        self._hear("Đọc tệp dân cư", 0.25)
        theirs, more, _ = self._load(people, paths[1])
        terms = Terms(self._policy, Scale(self._policy, self._census(theirs, people.rows)), self._tables.parts, bounds)
        self._hear("Ghép theo số", 0.5)
        shared = self._tables.share(terms)
        matched = self._tables.keep(
            self._tables.join(of(ours, Kind.RECORDS), of(theirs, Kind.PEOPLE), steps.match, shared)
        )
        self._note_crowds(self._tables.collect(matched, Kind.CROWD))
        made = [matched, *self._search(matched, of(theirs, Kind.PEOPLE), terms)]
        tally = self._write(made, shared)
        repaired = sum(int(one[Kind.REPAIRED]["names"].sum()) for one in (notes, more))
        return summarise(self._policy, tally, self._bounded, rows=(records.rows, people.rows), repaired=repaired)

    def _load(self, opened: Opened, path: str) -> tuple[DataFrame, Part, Ints]:
        loaded = self._tables.load(opened.source, path, opened.apart)
        notes = self._tables.collect(loaded, Kind.SPAN, Kind.SAMPLE, Kind.REPAIRED, Kind.REFUSED)
        if refused := notes.bodies[Kind.REFUSED]:
            raise LinkageRefused(bytes(refused[0]).decode())
        spans = notes[Kind.SPAN]
        noted = Identifiers(
            [notes[Kind.SAMPLE]["id"]],
            list(zip(spans["first"].tolist(), spans["last"].tolist(), strict=True)),
            bool(spans["ascending"].all()),
        )
        if not noted.are_surely_distinct():
            self._require_distinct(opened, loaded)
        return loaded, notes, noted.boundaries(self._tables.parts)

    def _require_distinct(self, opened: Opened, loaded: DataFrame) -> None:
        kind = Kind.PEOPLE if opened.source == POPULATION else Kind.RECORDS
        dealt = self._tables.group(of(loaded, kind), steps.deal_identifiers, kind, self._tables.parts)
        found = self._tables.collect(self._tables.group(dealt, steps.repeated), Kind.CROWD, Kind.SAMPLE)
        examples = np.sort(found[Kind.SAMPLE]["id"])[:NAMED].tolist()
        refuse_repeated(opened.source.title, opened.source.identifier, int(found[Kind.CROWD]["values"].sum()), examples)

    def _census(self, people: DataFrame, rows: int) -> Census:
        counts = of(people, Kind.NAME_CELLS, Kind.DAY_CELLS)
        least = rare_up_to(rows, self._policy.rarity_limit)
        found = self._tables.collect(
            self._tables.group(counts, steps.count_cells, least), Kind.NAME_CELLS, Kind.DAY_CELLS
        )
        census = Census()
        census.people = rows
        for kind, counted in ((Kind.NAME_CELLS, census.names), (Kind.DAY_CELLS, census.days)):
            counted[found[kind]["cell"]] = found[kind]["citizens"]
        return census

    def _note_crowds(self, found: Part) -> Words:
        """Report the numbers that too many records bear, and return them."""
        crowds = found[Kind.CROWD]
        if len(crowds):
            before = [one for one in self._bounded if one.key == "number"]
            values = int(crowds["values"].sum()) + sum(one.values for one in before)
            records = int(crowds["records"].sum()) + sum(one.records for one in before)
            self._bounded = [Bounded("number", values, records)]
        return np.unique(crowds["number"])

    def _search(self, matched: DataFrame, people: DataFrame, terms: Terms) -> list[DataFrame]:
        """Search for candidates of the open records round by round, and decide them; nothing when none is open."""
        rows = self._tables.rows(matched, Kind.OPEN)
        if not rows:
            return []
        old = self._tables.group(of(matched, Kind.OLD), steps.count_old, self._policy.limits.per_number)
        numbers = self._note_crowds(self._tables.collect(old, Kind.CROWD))
        shared = self._tables.share(Terms(terms.policy, terms.scale, terms.parts, terms.bounds, numbers))
        found = of(matched, Kind.FOUND)
        gone = of(matched, Kind.CLOSED)
        for turn in range(len(ROUNDS)):
            self._hear(f"Tìm và so sánh, vòng {turn + 1}", 0.65 + 0.12 * turn)
            compared = self._search_round(turn, rows, gone, matched, people, shared)
            found = found.union(of(compared, Kind.FOUND))
            gone = gone.union(of(compared, Kind.CLOSED))
        self._hear("Quyết định", 0.89)
        return [self._tables.keep(self._tables.join(of(matched, Kind.OPEN), found, steps.decide, shared))]

    def _search_round(
        self, turn: int, rows: int, gone: DataFrame, matched: DataFrame, people: DataFrame, shared: Broadcast[Terms]
    ) -> DataFrame:
        tables, per_key = self._tables, self._policy.limits.per_key
        slices = 1 << (tables.parts - 1).bit_length()
        bits = min(_SIEVE_BITS, 8 * table_size(rows * len(ROUNDS[turn])))
        slicing = Slicing(slices, max(1, bits // 64 // slices))
        left = of(matched, Kind.OPEN)
        wanted = tables.keep(tables.join(left, gone, steps.want, turn, slicing))
        sieve = tables.share(self._sieve(wanted, slicing))
        passing = tables.group(people, steps.let_pass, turn, slicing, sieve, per_key)
        pairs = tables.keep(tables.join(wanted, passing, steps.pair, per_key))
        over = tables.collect(pairs, Kind.BOUNDED)[Kind.BOUNDED]
        self._bounded += bounded_keys(np.stack([over["key"], over["records"]]))
        asked = of(pairs, Kind.PAIRS).union(of(matched, Kind.TAKEN))
        met = tables.join(asked, people, steps.meet)
        return tables.keep(tables.join(met, left, steps.compare, shared))

    def _sieve(self, wanted: DataFrame, slicing: Slicing) -> Sieve:
        made = self._tables.group(wanted, steps.sift, slicing.words).toArrow()
        found = dict(zip(made.column("part").to_pylist(), made.column("body").to_pylist(), strict=True))
        nothing = bytes(8 * slicing.words)
        return Sieve.of_slices(
            [np.frombuffer(found.get(number, nothing), np.uint64) for number in range(slicing.slices)]
        )

    def _write(self, made: list[DataFrame], shared: Broadcast[Terms]) -> Tally:
        tables, folder = self._tables, self._area / "decisions.parquet"
        folder.mkdir()
        claims, decided = (made[0], made[0]) if len(made) == 1 else (made[0].union(made[1]), made[0].union(made[1]))
        claimed = tables.keep(tables.group(of(claims, Kind.CLAIM), steps.settle_claims, shared))
        groups = tables.collect(claimed, Kind.CLAIMED)[Kind.CLAIMED]["group"]
        self._hear("Ghi kết luận", 0.95)
        written = tables.join(of(decided, Kind.DECIDED), of(claimed, Kind.CLAIMED), steps.write, shared, str(folder))
        return tally_of(tables.collect(written, Kind.TALLY).bodies[Kind.TALLY], len(np.unique(groups)))
