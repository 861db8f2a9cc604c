"""A decision said in words, and the policy that stands behind it."""

from pathlib import Path

import pytest

from ansinh.core.strict_yaml import InvalidFile
from ansinh.identity.linkage import DEFAULT_POLICY, Agreement, Policy, explain
from ansinh.identity.linkage.levels import codes

POLICY = Policy.load(DEFAULT_POLICY)


def test_it_says_each_field_the_total_and_the_threshold() -> None:
    agreement = Agreement(name="MIDDLE_MISSING", dob="SWAPPED", sex="EQUAL", number="OTHERS", places="COMMUNE")
    said = explain(agreement, 9.5, 0.99879, POLICY, second_best_weight=-3.25)
    assert said[0] == "Số đã khai là số của một công dân khác. (−4 điểm)"
    assert "thiếu chữ đệm" in said[1]
    assert "đảo cho nhau" in said[2]
    assert "9,5 điểm" in said[5]
    assert "kém 12,75 điểm, đủ xa" in said[6]
    assert "99,87 %, đạt ngưỡng 99 %" in said[7]
    assert "2024-1" in said[7]


def test_it_warns_of_a_close_rival_and_a_low_probability() -> None:
    agreement = Agreement(name="EQUAL", dob="EQUAL", sex="MISSING", number="MISSING", places="PROVINCE")
    said = explain(agreement, 9.5, 0.61, POLICY, second_best_weight=9.5)
    assert "phải có người xem xét" in said[6]
    assert "dưới ngưỡng" in said[7]


@pytest.mark.parametrize("field", ["name", "dob", "sex", "number", "places"])
def test_it_has_words_for_every_code_the_engine_writes(field: str) -> None:
    plain = {"name": "EQUAL", "dob": "EQUAL", "sex": "EQUAL", "number": "EQUAL", "places": "COMMUNE"}
    for code in codes(field):
        said = explain(Agreement(**(plain | {field: code})), 1, 0.5, POLICY)
        assert len(said) >= 8
        assert said[6] == "Không có công dân nào khác đáng so sánh."


def test_it_says_why_a_sure_looking_match_waits_for_a_person() -> None:
    agreement = Agreement(name="DIFFERENT", dob="EQUAL", sex="EQUAL", number="EQUAL", places="COMMUNE")
    said = explain(agreement, 20, 0.9999, POLICY, same_person=True)
    assert "tối đa +26 điểm" in said[0]
    assert "máy không tự kết luận" in said[8]
    assert "nhiều mã số" in said[9]


def test_it_says_what_two_slips_cost() -> None:
    agreement = Agreement(name="EQUAL", dob="NEAR", sex="EQUAL", number="NEAR", places="COMMUNE")
    said = explain(agreement, 9.5, 0.61, POLICY)
    assert said[8] == "Số sai và ngày sinh cũng khác, có thể là người khác. (−12 điểm)"


def test_a_policy_with_an_unknown_level_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "policy.yaml"
    changed.write_text(POLICY.text.replace("TWO_EDITS: 7", "THREE_EDITS: 7"), encoding="utf-8")
    with pytest.raises(InvalidFile, match="THREE_EDITS"):
        Policy.load(changed)


def test_a_policy_without_a_threshold_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "policy.yaml"
    changed.write_text(POLICY.text.replace("  margin: 6 ", "  # margin: 6 "), encoding="utf-8")
    with pytest.raises(InvalidFile, match="margin"):
        Policy.load(changed)
