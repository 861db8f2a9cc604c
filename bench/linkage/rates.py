"""How often clerks err: the share of all insured rows on which each slip is tried, by field.

Errors come together: a row's share is multiplied by its carelessness (``CARELESSNESS``, mean 1). Slips of one field
exclude each other, except that ``SECOND_SLIP`` of the rows with a slip in the name have another there. Where a slip
cannot happen (no d with stroke in the name, no old number) it shows on fewer rows than tried. The rates are
assumptions, set so that about 83 rows in a hundred agree with the truth in number, folded name and date, and a plain
join on number and lower-cased name finds 75 to 80 in a hundred pairs; no register was counted for them.
"""

CARELESSNESS = ((0.70, 0.35), (0.20, 1.5), (0.10, 4.55))
SECOND_SLIP = 0.12

NAME = {
    "tone_placement": 0.060,  # hoà for hòa; few names have such a vowel
    "i_for_y": 0.020,
    "stroke_lost": 0.006,
    "folded": 0.022,
    "telex": 0.0012,
    "vni": 0.0006,
    "marked": 0.010,  # one diacritic wrong
    "mistyped": 0.011,
    "scanned": 0.003,
    "cluster": 0.003,  # Ng. Văn Hòa
    "letter": 0.002,  # N.V. Hòa
    "middle_letter": 0.003,  # Nguyễn T. Hoa
    "middle_missing": 0.007,
    "middle_other": 0.004,
    "swapped": 0.0015,  # given name first
    "other_given": 0.003,  # a name used at home, a name since changed
    "relative": 0.0007,  # the name of another member of the family
    "spaces": 0.018,
    "joined": 0.001,  # NguyễnVăn Hòa
    "decomposed": 0.020,  # NFD
    "garbled": 0.003,  # UTF-8 read as Windows-1252
    "cut": 0.0005,  # a field of 15 letters
}
DATE = {
    "missing": 0.008,
    "year_only": 0.007,
    "month_only": 0.001,
    "new_year": 0.006,  # 01/01 filled in
    "swapped": 0.005,
    "digit": 0.006,
    "year_near": 0.004,
    "decade": 0.0015,
    "day_near": 0.003,
    "moon": 0.0015,  # the day of the lunar calendar
    "relative": 0.0007,
    "century": 0.0004,  # 23 read as 2023
    "short": 0.0015,  # 3/5/57
}
FILLED_FOR_YEAR = 0.4  # of those known by year only: written as 01/01
SEX = {"missing": 0.02, "wrong": 0.006}
NUMBER = {
    "missing": 0.054,
    "old": 0.046,
    "old_mistyped": 0.002,
    "digit": 0.012,
    "exchanged": 0.005,
    "zero_lost": 0.012,
    "grouped": 0.010,  # 001 085 012345, 001.085.012.345
    "cut": 0.002,
    "relative": 0.008,
    "stranger": 0.0015,
    "cancelled": 0.004,  # given before the sex or year was corrected
    "filler": 0.002,
    "doubled": 0.0005,  # 13 digits
}
PLACES = {
    "all_missing": 0.03,
    "commune_missing": 0.04,
    "district_missing": 0.01,
    "exchanged": 0.012,  # origin where residence should stand
    "same": 0.06,  # residence written twice
    "neighbour": 0.03,
    "former": 0.11,  # moved since
    "elsewhere": 0.008,
}
PLACE_STYLES = {
    "full": 0.46,
    "bare": 0.19,
    "short": 0.15,
    "tight": 0.06,
    "folded": 0.03,
    "upper": 0.05,
    "old": 0.03,
    "merged": 0.03,
}
UPPER_OFFICES = 0.3  # of issuing offices write names in capitals
NO_COUNTERPART = 0.03  # insured people whom the population file does not have: died, abroad, never registered
LOOKALIKE = 0.15  # of those: same name and a near date as somebody who is there
SECOND_RECORD, THIRD_RECORD = 0.004, 0.0003
STATE = {"name": 0.003, "date": 0.002, "sex": 0.0005, "merged": 0.06, "no_old_number": 0.40, "other_tone": 0.03}
