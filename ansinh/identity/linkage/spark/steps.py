"""Steps inside executors (bước trên máy thực hiện): batches of one part in, batches for other parts out.

What is computed is in the modules that `local` uses too; here rows are only put together and dealt out again. Rows
go by identifiers: unlike a position, an identifier is the same on every machine and in every attempt at a task.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import uuid4

import numpy as np

from ansinh.identity.linkage.columns import POPULATION, Columns, Normaliser, Source
from ansinh.identity.linkage.compiled import Array, Ints, Words
from ansinh.identity.linkage.deciding import CORRECTED, Claims
from ansinh.identity.linkage.deciding import claims as claims_among
from ansinh.identity.linkage.identifiers import NAMED, Identifiers
from ansinh.identity.linkage.keys import KEY_COLUMNS, ROUNDS
from ansinh.identity.linkage.levels import closed
from ansinh.identity.linkage.pairs import Sieve
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.rows import Rows, chosen, columns_of, rows_of
from ansinh.identity.linkage.scoring import Scale, cells
from ansinh.identity.linkage.searching import HIGH, LOW, Hashed, hashed, pair_slice, passing
from ansinh.identity.linkage.sources import Batches, readable
from ansinh.identity.linkage.spark.batches import (
    FORMS,
    Batch,
    Kind,
    Part,
    deal,
    form,
    from_candidates,
    pack,
    tally_batch,
    to_candidates,
)
from ansinh.identity.linkage.steps import conclude, crowded, settle, weigh
from ansinh.identity.linkage.store import part_by_identifier, part_by_number
from ansinh.identity.linkage.writing import Writer

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms (điều kiện) of a run that every executor must know; ``bounds`` cut the records in order of identifier."""

    policy: Policy
    scale: Scale
    parts: int
    bounds: Ints
    crowded: Words = field(default_factory=lambda: np.zeros(0, np.uint64))


@dataclass(frozen=True, slots=True)
class Slicing:
    """Slicing (cắt lát) of the hashes of a round: slices, each with a sieve of so many words."""

    slices: int
    words: int


@cache
def _normaliser() -> Normaliser:
    """Return the words that this process has read so far: they mean the same wherever they are read."""
    return Normaliser()


def load(source: Source, path: str, pieces: Sequence[Batches], parts: int) -> Iterator[Batch]:
    """Normalise pieces of a file and deal them out by number, with notes; a file that cannot be read is a note too."""
    normaliser, kind = _normaliser(), Kind.PEOPLE if source == POPULATION else Kind.RECORDS
    before = normaliser.names.repaired
    try:
        with readable(source, path):
            for piece in pieces:
                for batch in piece():
                    if batch.num_rows:
                        columns = normaliser.columns(source, batch)
                        yield from deal(kind, rows_of(columns), part_by_number(columns, parts))
                        yield from _notes(kind, columns, parts)
    except LinkageRefused as refused:
        yield Batch(0, Kind.REFUSED, str(refused).encode())
    except FileNotFoundError as missing:
        yield Batch(0, Kind.REFUSED, _unseen(missing).encode())
    yield pack(0, Kind.REPAIRED, form(Kind.REPAIRED, names=np.array([normaliser.names.repaired - before])))


def _unseen(missing: FileNotFoundError) -> str:
    return (
        f"Máy thực hiện của Spark không thấy tệp «{missing.filename}». Hai tệp và thư mục kết quả phải nằm trên ổ dùng "
        f"chung, cùng một đường dẫn ở mọi máy của cụm. Hãy gắn ổ đó rồi chạy lại."
    )


def _notes(kind: Kind, columns: Columns, parts: int) -> Iterator[Batch]:
    noted = Identifiers()
    noted.note(columns["id"])
    first, last = np.array(noted.spans).T
    yield pack(0, Kind.SAMPLE, form(Kind.SAMPLE, id=noted.sample[0]))
    yield pack(0, Kind.SPAN, form(Kind.SPAN, first=first, last=last, ascending=np.array([noted.ascending])))
    if kind is Kind.PEOPLE:
        for counted, where in zip((Kind.NAME_CELLS, Kind.DAY_CELLS), cells(columns), strict=True):
            cell, citizens = np.unique(where, return_counts=True)
            yield from deal(counted, form(counted, cell=cell, citizens=citizens), cell % parts)


def count_cells(least: float, part: Part) -> Iterator[Batch]:
    """Sum the census of a part; names that no more than ``least`` citizens bear need not be known."""
    for kind in (Kind.NAME_CELLS, Kind.DAY_CELLS):
        counted = part[kind]
        cell, place = np.unique(counted["cell"], return_inverse=True)
        citizens = np.bincount(place, counted["citizens"], len(cell)).astype(np.int64)
        kept = np.flatnonzero(citizens > (least if kind is Kind.NAME_CELLS else 0))
        yield pack(0, kind, form(kind, cell=cell[kept], citizens=citizens[kept]))


def deal_identifiers(kind: Kind, parts: int, part: Part) -> Iterator[Batch]:
    """Deal the identifiers of a part out so that equal ones meet."""
    identifiers = part[kind]["id"]
    yield from deal(Kind.IDENTIFIERS, form(Kind.IDENTIFIERS, id=identifiers), _mixed(identifiers, parts))


def repeated(part: Part) -> Iterator[Batch]:
    """Find identifiers that stand more than once: how many rows too many, and the first few as a sample."""
    identifiers, times = np.unique(part[Kind.IDENTIFIERS]["id"], return_counts=True)
    extra = int((times - 1).sum())
    if extra:
        yield pack(0, Kind.SAMPLE, form(Kind.SAMPLE, id=identifiers[times > 1][:NAMED]))
        yield pack(0, Kind.CROWD, np.array([(0, extra, 0)], FORMS[Kind.CROWD]))


def match(terms: Terms, part: Part) -> Iterator[Batch]:
    """Match a part of both files by number: decided records, and open ones with their doubtful candidates."""
    records = part[Kind.RECORDS]
    people = part[Kind.PEOPLE]
    settled = settle(records, people, terms.policy, terms.scale)
    yield from _conclusions(terms, settled.decided)
    yield pack(part.number, Kind.TAKEN, form(Kind.TAKEN, id=people["id"][settled.taken]))
    if settled.crowds[0]:
        yield pack(part.number, Kind.CROWD, np.array([(0, *settled.crowds)], FORMS[Kind.CROWD]))
    left, doubtful = settled.left, settled.doubtful
    if len(left):
        yield pack(part.number, Kind.OPEN, left)
        taken = np.zeros(len(people), np.bool_)
        taken[settled.taken] = True
        found = from_candidates(doubtful, left["id"][doubtful.records], taken[doubtful.people])
        yield pack(part.number, Kind.FOUND, found)
        old = left["old"][left["old"] > 0]
        yield from deal(Kind.OLD, form(Kind.OLD, old=old), _mixed(old, terms.parts))


def count_old(per_number: int, part: Part) -> Iterator[Batch]:
    """Find old numbers that too many open records bear."""
    numbers, times = crowded(part[Kind.OLD]["old"], per_number)
    if len(numbers):
        yield pack(0, Kind.CROWD, form(Kind.CROWD, number=numbers, values=np.ones(len(numbers)), records=times))


def want(turn: int, slicing: Slicing, part: Part) -> Iterator[Batch]:
    """Hash the keys of a round for the open records of a part that are still sought."""
    left = part[Kind.OPEN]
    gone = part[Kind.CLOSED]["record"]
    left = chosen(left, np.flatnonzero(~np.isin(left["id"], gone)))
    wanted = hashed(ROUNDS[turn], columns_of(left, KEY_COLUMNS), np.arange(len(left)))
    rows = form(
        Kind.WANTED,
        hash=wanted.hashes,
        record=left["id"][wanted.rows],
        part=np.full(len(wanted.rows), part.number),
        key=wanted.keys,
    )
    yield from deal(Kind.WANTED, rows, Sieve.slices_of(wanted.hashes, slicing.slices, slicing.words))


def sift(words: int, part: Part) -> Iterator[Batch]:
    """Make the sieve of one slice."""
    yield pack(part.number, Kind.SIEVE, form(Kind.SIEVE, bits=Sieve(part[Kind.WANTED]["hash"].copy(), words).bits))


def let_pass(turn: int, slicing: Slicing, sieve: Sieve, per_key: int, part: Part) -> Iterator[Batch]:
    """Hash the keys of a round for the citizens of a part, and keep what the sieve lets pass.

    Of a hash that more than ``per_key`` of them share, one more than that is kept: it is left out all the same, and
    a crowd never travels.
    """
    people = part[Kind.PEOPLE]
    found = passing(ROUNDS[turn], columns_of(people, KEY_COLUMNS), np.arange(len(people)), sieve)
    kept = _at_most(found.hashes, per_key + 1)
    hashes, rows = found.hashes[kept], found.rows[kept]
    passed = form(Kind.PASSING, hash=hashes, person=people["id"][rows], part=np.full(len(rows), part.number))
    yield from deal(Kind.PASSING, passed, Sieve.slices_of(hashes, slicing.slices, slicing.words))


def _at_most(hashes: Words, most: int) -> Ints:
    """Places of at most so many of each hash."""
    order = np.argsort(hashes, kind="stable")
    if len(order) <= most:
        return order
    ordered = hashes[order]
    kept: Ints = np.r_[order[:most], order[most:][ordered[most:] != ordered[:-most]]]
    return kept


def pair(per_key: int, part: Part) -> Iterator[Batch]:
    """Pair the records and citizens of a slice of hashes; pairs go to the citizen's part."""
    ours, theirs = part[Kind.WANTED], part[Kind.PASSING]
    if not len(ours) or not len(theirs):
        return
    wanted = Hashed(ours["hash"].copy(), np.arange(len(ours), dtype=np.uint32), ours["key"].copy())
    citizens = Hashed(theirs["hash"].copy(), np.arange(len(theirs), dtype=np.uint32), np.empty(0, np.int64))
    pairs, over = pair_slice(wanted, [citizens], per_key)
    lefts, rights = (pairs & LOW).astype(np.int64), (pairs >> HIGH).astype(np.int64)
    made = form(Kind.PAIRS, record=ours["record"][lefts], part=ours["part"][lefts], person=theirs["person"][rights])
    yield from deal(Kind.PAIRS, made, theirs["part"][rights])
    if over.shape[1]:
        yield pack(part.number, Kind.BOUNDED, form(Kind.BOUNDED, key=over[0], records=over[1]))


def meet(part: Part) -> Iterator[Batch]:
    """Send every pair, once, to the record's part, and beside the pairs each citizen in them, once."""
    people = part[Kind.PEOPLE]
    pairs = part[Kind.PAIRS]
    pairs = chosen(pairs, _distinct(pairs["record"], pairs["person"]))
    taken = np.isin(pairs["person"], part[Kind.TAKEN]["id"])
    met = form(Kind.MEETING, record=pairs["record"], person=pairs["person"], taken=taken)
    yield from deal(Kind.MEETING, met, pairs["part"])
    once = _distinct(pairs["part"], pairs["person"])
    citizens = chosen(people, _places(pairs["person"][once], people["id"]))
    yield from deal(Kind.MET, citizens, pairs["part"][once])


def _distinct(lefts: Ints, rights: Ints) -> Ints:
    order = np.lexsort((rights, lefts))
    lefts, rights = lefts[order], rights[order]
    first: Ints = order[np.r_[True, (lefts[1:] != lefts[:-1]) | (rights[1:] != rights[:-1])][: len(order)]]
    return first


def compare(terms: Terms, part: Part) -> Iterator[Batch]:
    """Compare the pairs of a part: candidates, and the records that they take out of the search."""
    left, people, met = part[Kind.OPEN], part[Kind.MET], part[Kind.MEETING]
    left["shared"] |= np.isin(left["old"], terms.crowded)
    rows, citizens = _places(met["record"], left["id"]), _places(met["person"], people["id"])
    taken = np.zeros(len(people), np.bool_)
    taken[citizens] = met["taken"]
    for found in weigh(left, rows, people, citizens, terms.scale):
        yield pack(part.number, Kind.FOUND, from_candidates(found, left["id"][found.records], taken[found.people]))
        gone = np.unique(left["id"][found.records[closed(found.graded)]])
        yield pack(part.number, Kind.CLOSED, form(Kind.CLOSED, record=gone))


def decide(terms: Terms, part: Part) -> Iterator[Batch]:
    """Decide the open records of a part between all their candidates."""
    identifiers = part[Kind.OPEN]["id"]
    found = part[Kind.FOUND]
    candidates = to_candidates(found, _places(found["record"], identifiers))
    yield from _conclusions(terms, conclude(candidates, found["taken"], identifiers, terms.policy, terms.scale))


def _conclusions(terms: Terms, decided: Rows) -> Iterator[Batch]:
    """Deal decided records out in order of identifier, and the claims on citizens so that rivals meet."""
    yield from deal(Kind.DECIDED, decided, part_by_identifier(decided["id"], terms.bounds))
    automatic = chosen(decided, np.flatnonzero(decided["decision"] <= CORRECTED))
    claims = form(Kind.CLAIM, person=automatic["person_id"], record=automatic["id"], net=automatic["net"])
    yield from deal(Kind.CLAIM, claims, _mixed(claims["person"], terms.parts))


def settle_claims(terms: Terms, part: Part) -> Iterator[Batch]:
    """Compare the claims on every citizen whom several records claim."""
    made = part[Kind.CLAIM]
    _, place, times = np.unique(made["person"], return_inverse=True, return_counts=True)
    several = chosen(made, np.flatnonzero(times[place] > 1))
    found = claims_among(several["record"], several["person"], several["net"], terms.policy.claims.stands_alone)
    claimed = form(Kind.CLAIMED, record=found.records, group=found.groups, weaker=found.weaker)
    yield from deal(Kind.CLAIMED, claimed, part_by_identifier(found.records, terms.bounds))


def write(terms: Terms, folder: str, part: Part) -> Iterator[Batch]:
    """Write the decided records of a span of identifiers in order, and tell what was counted; whole or not at all."""
    decided, claimed = part[Kind.DECIDED], part[Kind.CLAIMED]
    if len(decided):
        order = np.argsort(claimed["record"])
        path = Path(folder, f"part-{part.number:05d}.parquet")
        attempt = Path(folder, f".{path.name}.{uuid4().hex}")
        writer = Writer(
            attempt,
            terms.policy.version,
            Claims(*(claimed[name][order] for name in ("record", "group", "weaker"))),
        )
        writer.write(decided)
        yield tally_batch(writer.close())
        attempt.replace(path)


def _mixed(values: Array, parts: int) -> Ints:
    """Part of every value, so that values next to one another are spread."""
    return (((values.astype(np.uint64) * _MIX) >> np.uint64(40)) % np.uint64(parts)).astype(np.int64)


def _places(wanted: Ints, identifiers: Ints) -> Ints:
    """Row of every wanted identifier, each of which is there."""
    order = np.argsort(identifiers, kind="stable")
    return order[np.searchsorted(identifiers[order], wanted)] if len(wanted) else np.zeros(0, np.int64)
