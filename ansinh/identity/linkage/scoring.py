"""Scoring (chấm điểm): the levels of every pair and their weight in bits, as one SQL query built from the rules."""

from string import Template

from ansinh.identity.linkage.levels import FIELDS, VETOED, Level
from ansinh.identity.linkage.policy import FIELDS_WEIGHED, Policy

_SCORED = Template("""
WITH compared AS (
    SELECT r.record_id, p.person_id, coalesce(rarity.bits, $rarity_limit) AS rarity, $levels
    FROM $pairs LEFT JOIN rarity ON rarity.folded = p.folded
), placed AS (
    SELECT *, if(home_first, home, res) AS places, if(home_first, res, home) AS other
    FROM (
        SELECT *, res = 'MISSING' OR (home <> 'MISSING' AND $home_weight >= $res_weight) AS home_first FROM compared
    )
)
SELECT record_id, person_id, name, dob, sex, number, places,
    round($name_weight + $sum + $places_weight + $share * $other_weight, 2)::DOUBLE AS weight, ($vetoed) AS vetoed
FROM placed
""")


def scored(pairs: str, policy: Policy) -> str:
    """Query of scored pairs (cặp đã chấm) from a FROM clause with a record `r` and a citizen `p`.

    Gives record_id, person_id, a level for each of name, dob, sex, number and places, weight (bits) and vetoed. Needs a
    table `rarity` (folded, bits).
    """
    weights = policy.weights
    return _SCORED.substitute(
        pairs=pairs,
        rarity_limit=policy.rarity_limit,
        levels=", ".join(f"{_level(levels)} AS {field}" for field, levels in FIELDS.items()),
        home_weight=_weight("home", weights["places"]),
        res_weight=_weight("res", weights["places"]),
        name_weight=_name_weight(policy),
        sum=" + ".join(_weight(field, weights[field]) for field in FIELDS_WEIGHED if field != "places"),
        places_weight=_weight("places", weights["places"]),
        other_weight=_weight("other", weights["places"]),
        share=policy.second_place_share,
        vetoed=VETOED,
    )


def _level(levels: tuple[Level, ...]) -> str:
    return " ".join(["CASE", *(f"WHEN {level.when} THEN '{level.code}'" for level in levels), "END"])


def _weight(field: str, weights: dict[str, float]) -> str:
    return " ".join([f"CASE {field}", *(f"WHEN '{code}' THEN {bits}" for code, bits in weights.items()), "END"])


def _name_weight(policy: Policy) -> str:
    cases = (f"WHEN '{code}' THEN {weight.bits} + {weight.share} * rarity" for code, weight in policy.name.items())
    return " ".join(["CASE name", *cases, "END"])
