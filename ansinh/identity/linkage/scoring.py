"""Scoring (chấm điểm): the levels of every pair and their weight in bits, as one SQL query built from the rules."""

from math import log2
from string import Template

from ansinh.identity.linkage.levels import CAPPED, FIELDS, VETOED, Level
from ansinh.identity.linkage.policy import Policy

_RARITY = Template("""
CREATE TABLE name_rarity AS
    SELECT folded, least($limit, log2($citizens / count(*))) AS bits FROM person GROUP BY folded;
CREATE TABLE date_rarity AS
    SELECT year, month, day, least($limit, log2($citizens / count(*))) AS day_bits,
        least($limit, log2($citizens / sum(count(*)) OVER (PARTITION BY year))) AS year_bits
    FROM person GROUP BY year, month, day;
""")
_SCORED = Template("""
WITH compared AS (
    SELECT r.record_id, p.person_id, n.bits AS name_bits, d.day_bits, d.year_bits, $levels
    FROM $pairs
    JOIN name_rarity n ON n.folded = p.folded
    JOIN date_rarity d ON d.year = p.year AND d.month = p.month AND d.day = p.day
), placed AS (
    SELECT *, if(home_first, home, res) AS places, if(home_first, res, home) AS other
    FROM (
        SELECT *, res = 'MISSING' OR (home <> 'MISSING' AND $home_weight >= $res_weight) AS home_first FROM compared
    )
)
SELECT record_id, person_id, name, dob, sex, number, places,
    round(
        $name_weight + $dob_weight + $sex_weight + $number_weight + $places_weight + $share * $other_weight, 2
    )::DOUBLE AS weight,
    ($vetoed) AS vetoed
FROM placed
""")


def rarity(policy: Policy, citizens: int) -> str:
    """Statements that make the tables of rarity (độ hiếm) from table `person`: bits by name, by date and by year."""
    return _RARITY.substitute(limit=policy.rarity_limit, citizens=citizens)


def scored(pairs: str, policy: Policy, citizens: int) -> str:
    """Query of scored pairs (cặp đã chấm) from a FROM clause with a record `r` and a citizen `p`.

    Gives record_id, person_id, a level for each of name, dob, sex, number and places, weight (bits, before the
    number of citizens is subtracted) and vetoed. Needs the tables of `rarity`.
    """
    weights = policy.weights
    chance = log2(citizens)
    number = weights["number"] | {code: min(weights["number"][code], chance) for code in CAPPED}
    return _SCORED.substitute(
        pairs=pairs,
        levels=", ".join(f"{_level(levels)} AS {field}" for field, levels in FIELDS.items()),
        home_weight=_weight("home", weights["places"]),
        res_weight=_weight("res", weights["places"]),
        name_weight=_weight("name", {code: f"{at.bits} + {at.name} * name_bits" for code, at in policy.name.items()}),
        dob_weight=_weight(
            "dob", {code: f"{at.bits} + {at.day} * day_bits + {at.year} * year_bits" for code, at in policy.dob.items()}
        ),
        sex_weight=_weight("sex", weights["sex"]),
        number_weight=_weight("number", number),
        places_weight=_weight("places", weights["places"]),
        other_weight=_weight("other", weights["places"]),
        share=policy.second_place_share,
        vetoed=VETOED,
    )


def _level(levels: tuple[Level, ...]) -> str:
    return " ".join(["CASE", *(f"WHEN {level.when} THEN '{level.code}'" for level in levels), "END"])


def _weight(field: str, weights: dict[str, float] | dict[str, str]) -> str:
    return " ".join([f"CASE {field}", *(f"WHEN '{code}' THEN {bits}" for code, bits in weights.items()), "END"])
