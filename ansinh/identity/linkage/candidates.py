"""Candidates (ứng viên): from two tables of integers to scored pairs, round by round, with pairs bounded per key.

Tables left behind: `first` (pairs with the number itself), `scored` (pairs of the later rounds), `settled` (records
whose number, name and date tell one story), `bounded` (keys that too many share).
"""

from collections.abc import Callable
from string import Template

import duckdb

from ansinh.identity.linkage.keys import ROUNDS, Key
from ansinh.identity.linkage.levels import CLOSED, SETTLED
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.scoring import rarity, scored

_PREPARE = """
CREATE TABLE shared AS
    SELECT number, NULL::BIGINT AS old_number, count(*) AS records FROM record WHERE number IS NOT NULL
    GROUP BY number HAVING count(*) > $per_number
    UNION ALL
    SELECT NULL, old_number, count(*) FROM record WHERE old_number IS NOT NULL
    GROUP BY old_number HAVING count(*) > $per_number;
CREATE TABLE bounded (key VARCHAR, keys BIGINT, records BIGINT);
INSERT INTO bounded SELECT 'number', count(*), sum(records) FROM shared HAVING count(*) > 0;
"""
_BY_NUMBER = """(
    SELECT *, FALSE AS shared, FALSE AS owned FROM record
    WHERE number IS NOT NULL AND number NOT IN (SELECT number FROM shared WHERE number IS NOT NULL)
) r JOIN person p ON r.number = p.number"""
_SETTLE = """
CREATE TABLE settled AS
    SELECT record_id, min(person_id) AS person_id FROM first WHERE $settled GROUP BY record_id HAVING count(*) = 1;
CREATE TABLE open AS
    SELECT *, record_id IN (SELECT record_id FROM first) AS owned,
        coalesce(number IN (SELECT number FROM shared WHERE number IS NOT NULL), FALSE)
            OR coalesce(old_number IN (SELECT old_number FROM shared WHERE old_number IS NOT NULL), FALSE) AS shared
    FROM record WHERE record_id NOT IN (SELECT record_id FROM settled);
"""
_FIND = """
CREATE OR REPLACE TEMP TABLE wanted AS
    SELECT $columns, count(*) AS records FROM open WHERE $where AND $record_where GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE hits AS
    FROM (SELECT $columns, person_id FROM person WHERE $where AND $person_where) SEMI JOIN wanted USING ($names);
CREATE OR REPLACE TEMP TABLE crowded AS
    SELECT $names FROM hits GROUP BY ALL HAVING count(*) > $per_key;
INSERT INTO bounded
    SELECT '$key', count(*), sum(records) FROM crowded JOIN wanted USING ($names) HAVING count(*) > 0;
INSERT INTO pairs
    SELECT record_id, person_id
    FROM (SELECT record_id, $columns FROM open WHERE $where AND $record_where)
    JOIN (FROM hits ANTI JOIN crowded USING ($names)) USING ($names);
"""
_PAIRED = """(SELECT DISTINCT record_id, person_id FROM pairs)
    JOIN open r USING (record_id) JOIN person p USING (person_id)"""
_CLOSE = """
DELETE FROM open WHERE record_id IN (SELECT record_id FROM scored WHERE $closed);
DELETE FROM pairs;
"""


def find(con: duckdb.DuckDBPyConnection, policy: Policy, citizens: int, progress: Callable[[float], None]) -> None:
    """Find and score the candidates of every record in table `record` among the citizens in table `person`."""
    limits = policy.limits
    con.execute(rarity(policy, citizens))
    con.execute(Template(_PREPARE).substitute(per_number=limits.per_number))
    con.execute(f"CREATE TABLE first AS {scored(_BY_NUMBER, policy, citizens)}")
    con.execute(Template(_SETTLE).substitute(settled=SETTLED))
    con.execute("CREATE TABLE pairs (record_id BIGINT, person_id BIGINT)")
    con.execute("CREATE TABLE scored AS FROM first LIMIT 0")
    steps = sum(len(keys) + 1 for keys in ROUNDS)
    done = 0
    for keys in ROUNDS:
        for key in keys:
            con.execute(_find(key, limits.per_key))
            done += 1
            progress(done / steps)
        con.execute(f"INSERT INTO scored {scored(_PAIRED, policy, citizens)}")
        con.execute(Template(_CLOSE).substitute(closed=CLOSED))
        done += 1
        progress(done / steps)


def _find(key: Key, per_key: int) -> str:
    names = [f"k{place}" for place in range(len(key.columns))]
    return Template(_FIND).substitute(
        key=key.name,
        columns=", ".join(f"{column} AS {name}" for column, name in zip(key.columns, names, strict=True)),
        names=", ".join(names),
        where=key.where,
        record_where=key.record_where,
        person_where=key.person_where,
        per_key=per_key,
    )
