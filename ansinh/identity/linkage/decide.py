"""Deciding (quyết định): competition between candidates, probability, and one claim per citizen.

A record goes to the citizen of the greatest weight. A machine decides alone when the probability and the lead over the
second best are high enough and no other citizen explains name, date and place better; a person decides the rest.
"""

import math
from pathlib import Path
from string import Template

import duckdb

from ansinh.identity.linkage.levels import DOUBTED, VERIFIED
from ansinh.identity.linkage.policy import Policy

_RANK = """
CREATE TABLE ranked AS
WITH taken AS (SELECT DISTINCT person_id FROM settled),
competing AS (
    SELECT c.* REPLACE (c.weight - if(t.person_id IS NULL, 0, $taken) AS weight)
    FROM (
        SELECT * FROM (FROM first ANTI JOIN settled USING (record_id)) UNION SELECT * FROM scored
    ) c LEFT JOIN taken t USING (person_id)
    WHERE NOT vetoed
)
SELECT *, lead(weight) OVER best AS second_best_weight, row_number() OVER best AS place,
    name NOT IN ('EQUAL', 'UNMARKED') AND bool_or(
        name IN ('EQUAL', 'UNMARKED') AND dob = 'EQUAL' AND places = 'COMMUNE'
    ) OVER (PARTITION BY record_id) AS contested
FROM competing
WINDOW best AS (PARTITION BY record_id ORDER BY weight DESC, person_id)
QUALIFY place = 1;
"""
_JUDGE = """
CREATE TABLE judged AS
WITH best AS (
    SELECT * EXCLUDE (vetoed), NULL::DOUBLE AS second_best_weight, FALSE AS contested
    FROM first SEMI JOIN settled USING (record_id, person_id)
    UNION ALL BY NAME
    SELECT * EXCLUDE (vetoed, place) FROM ranked
), weighed AS (
    SELECT *, weight - $prior AS net, weight - second_best_weight AS ahead FROM best
), evident AS (
    SELECT *, greatest(-$evidence_limit, least($evidence_limit,
        CASE WHEN ahead IS NULL THEN net ELSE -log2(pow(2, -net) + pow(2, -ahead)) END)) AS evidence
    FROM weighed
), likely AS (
    SELECT *, round(1 / (1 + exp(-($intercept + $slope * evidence))), 6) AS probability FROM evident
)
SELECT *, CASE
    WHEN probability >= $automatic AND coalesce(ahead, $margin) >= $margin AND NOT contested AND name NOT IN ($doubted)
        THEN CASE WHEN $verified THEN 'VERIFIED' ELSE 'CORRECTED' END
    WHEN probability >= $review THEN 'REVIEW' ELSE 'NOT_FOUND' END AS decision
FROM likely;
"""
_CLAIM = """
CREATE TABLE claims AS
WITH several AS (
    SELECT person_id FROM judged WHERE decision IN ('VERIFIED', 'CORRECTED') GROUP BY person_id HAVING count(*) > 1
)
SELECT record_id, min(record_id) OVER (PARTITION BY person_id) AS same_person_group,
    row_number() OVER (PARTITION BY person_id ORDER BY weight DESC, record_id) > 1 AND net < $stands_alone AS weaker
FROM judged SEMI JOIN several USING (person_id) WHERE decision IN ('VERIFIED', 'CORRECTED');
"""
_WRITE = """
COPY (
    SELECT r.record_id,
        CASE WHEN c.weaker THEN 'REVIEW' ELSE coalesce(j.decision, 'NOT_FOUND') END AS decision,
        CASE WHEN j.decision <> 'NOT_FOUND' THEN j.person_id END AS person_id,
        coalesce(j.probability, 0)::DOUBLE AS probability, round(j.net, 2) AS weight,
        j.name AS agree_name, j.dob AS agree_dob, j.sex AS agree_sex, j.number AS agree_number,
        j.places AS agree_places, round(j.second_best_weight - $prior, 2) AS second_best_weight, c.same_person_group,
        '$version' AS policy
    FROM (SELECT record_id FROM record) r LEFT JOIN judged j USING (record_id) LEFT JOIN claims c USING (record_id)
    ORDER BY record_id
) TO '$out' (FORMAT parquet, COMPRESSION zstd);
"""


def decide(con: duckdb.DuckDBPyConnection, policy: Policy, citizens: int, out: Path) -> None:
    """Write the decisions file: one row per record, ordered by record_id. `citizens` is the size of the population."""
    values = {
        "taken": policy.claims.taken,
        "stands_alone": policy.claims.stands_alone,
        "prior": math.log2(citizens),
        "automatic": policy.decision.automatic,
        "margin": policy.decision.margin,
        "review": policy.decision.review,
        "intercept": policy.calibration.intercept,
        "slope": policy.calibration.slope,
        "evidence_limit": policy.calibration.evidence_limit,
        "verified": VERIFIED,
        "doubted": ", ".join(f"'{code}'" for code in sorted(DOUBTED)),
        "version": policy.version.replace("'", "''"),
        "out": str(out).replace("'", "''"),
    }
    for step in (_RANK, _JUDGE, _CLAIM, _WRITE):
        con.execute(Template(step).substitute(values))
