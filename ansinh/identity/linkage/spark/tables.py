"""Tables (bảng): what Spark is asked to do with batches: load, deal out by part, bring to a step, keep, collect."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, TypeAlias

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.core.broadcast import Broadcast
from pyspark.sql import DataFrame, SparkSession

from ansinh.identity.linkage.columns import Source
from ansinh.identity.linkage.sources import Batches
from ansinh.identity.linkage.spark import steps
from ansinh.identity.linkage.spark.batches import ARROW, FORMS, SCHEMA, Batch, Kind, Part, to_arrow

Step: TypeAlias = Callable[..., Iterable[Batch]]
"""Step (bước): what it must know, and the part last; gives batches for other parts."""


class Tables:
    """Tables (bảng) of one run: each is dealt out to ``parts`` by the part of its batches."""

    def __init__(self, spark: SparkSession, parts: int) -> None:
        """Work in a session; partitions of every shuffle are as many as ``parts``."""
        self._spark, self.parts = spark, parts
        self._open = ExitStack()
        spark.conf.set("spark.sql.shuffle.partitions", str(parts))

    def close(self) -> None:
        """Let go of everything that was kept or shared."""
        self._open.close()

    def share(self, value: object) -> Broadcast[Any]:
        """Send a value to every executor once."""
        shared: Broadcast[Any] = self._spark.sparkContext.broadcast(value)
        self._open.callback(shared.unpersist)
        return shared

    def load(self, source: Source, path: str, pieces: Sequence[Batches]) -> DataFrame:
        """Read a file piece by piece, a task each, normalise, deal out, and keep it."""
        shared, parts = self.share(tuple(pieces)), self.parts

        def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                asked = [shared.value[number] for number in batch.column(0).to_pylist()]
                yield from to_arrow(steps.load(source, path, asked, parts))

        return self.keep(self._spark.range(0, len(pieces), 1, len(pieces)).mapInArrow(read, SCHEMA))

    def keep(self, table: DataFrame) -> DataFrame:
        """Deal a table out by part and keep it on the executors' disks, to be used more than once."""
        kept = table.repartition(self.parts, "part").persist(StorageLevel.DISK_ONLY)
        self._open.callback(kept.unpersist)
        return kept

    def group(self, table: DataFrame, step: Step, *known: object) -> DataFrame:
        """Bring the batches of each part to a step."""
        return table.groupBy("part").applyInArrow(lambda key, one: _carried(step, known, key, one), SCHEMA)

    def join(self, left: DataFrame, right: DataFrame, step: Step, *known: object) -> DataFrame:
        """Bring the batches of each part of two tables to a step."""
        return (
            left.groupBy("part")
            .cogroup(right.groupBy("part"))
            .applyInArrow(lambda key, one, other: _carried(step, known, key, one, other), SCHEMA)
        )

    @staticmethod
    def collect(table: DataFrame, *kinds: Kind) -> Part:
        """Bring batches of some kinds to the driver, in order of their parts."""
        return Part(0, [of(table, *kinds).toArrow().sort_by("part")])

    @staticmethod
    def rows(table: DataFrame, kind: Kind) -> int:
        """Count the rows in the batches of a kind."""
        found = of(table, kind).selectExpr("coalesce(sum(length(body)), 0)").collect()[0][0]
        return int(found) // FORMS[kind].itemsize


def of(table: DataFrame, *kinds: Kind) -> DataFrame:
    """Batches of some kinds of a table."""
    return table.filter(table["kind"].isin(*map(int, kinds)))


def _carried(step: Step, known: Sequence[object], key: tuple[pa.Scalar, ...], *tables: pa.Table) -> pa.Table:
    values = [one.value if isinstance(one, Broadcast) else one for one in known]
    return pa.Table.from_batches(to_arrow(step(*values, Part(key[0].as_py(), tables))), ARROW)
