"""Pure rules: where a case stands, and differences marked letter by letter."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.text import nfc
from ansinh.identity import rules
from ansinh.identity.rules import (
    Levels,
    Side,
    evidence_of,
    graphemes,
    likelihood,
    mark_differences,
    mark_places,
    side_by_side,
    state_of,
)

TEXTS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyếờữ 0123456789/", max_size=30)


def shown(side: Side) -> str:
    """Write a side with its marks as brackets."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in side)


@pytest.mark.parametrize(
    ("decision", "facts", "state"),
    [
        ("VERIFIED", {}, "CONFIRMED"),
        ("CORRECTED", {}, "CONFIRMED"),
        ("REVIEW", {}, "WAITING"),
        ("REVIEW", {"stands": True}, "CONFIRMED"),
        ("VERIFIED", {"rejected": True}, "REJECTED"),
        ("VERIFIED", {"obstacle": "DECEASED"}, "WAITING"),
        ("REVIEW", {"stands": True, "obstacle": "DECEASED"}, "WAITING"),
        ("NOT_FOUND", {"rejected": True}, "NOT_FOUND"),
    ],
)
def test_a_case_stands_where_decision_and_people_put_it(decision: str, facts: dict[str, object], state: str) -> None:
    given_facts = {"stands": False, "rejected": False, "obstacle": "", **facts}
    assert state_of(decision, **given_facts) == state  # type: ignore[arg-type]  # facts of one table


@pytest.mark.parametrize(
    ("left", "right", "ours", "theirs"),
    [
        ("Nguyễn Văn An", "NGUYỄN VĂN AN", "Nguyễn Văn An", "NGUYỄN VĂN AN"),
        ("Hoàng Thúy", "Hòang Thuý", "Hoàng Thúy", "Hòang Thuý"),
        ("Nguyễn Thị Lan", "Nguyễn Thị Lân", "Nguyễn Thị L[a]n", "Nguyễn Thị L[â]n"),
        ("Trần Bình", "Trần Văn Bình", "Trần Bình", "Trần [Văn] Bình"),
        ("Hàng Trống", "Đồng Nhân", "[Hàng] [Trống]", "[Đồng] [Nhân]"),
        ("Lê An", "Lê Ân", "Lê [A]n", "Lê [Â]n"),
        ("Nguyễn Bích", "Nguyễn Hạnh", "Nguyễn [Bích]", "Nguyễn [Hạnh]"),
        ("04/11/1959", "05/11/1959", "0[4]/11/1959", "0[5]/11/1959"),
        ("1950", "07/03/1950", "1950", "[07/03/]1950"),
        ("001180000045", "001180000054", "0011800000[45]", "0011800000[54]"),
        ("Lê Na", "", "Lê Na", ""),
        ("Hồ Thị Ng\u0323a", "Hồ Thị Nga", "Hồ Thị N[g\u0323]a", "Hồ Thị N[g]a"),
    ],
)
def test_it_marks_the_letters_that_differ(left: str, right: str, ours: str, theirs: str) -> None:
    found = mark_differences(left, right)
    assert (shown(found[0]), shown(found[1])) == (ours, theirs)


@given(TEXTS, TEXTS)
def test_it_never_changes_the_text_it_marks(left: str, right: str) -> None:
    ours, theirs = mark_differences(left, right)
    assert "".join(piece.text for piece in ours) == nfc(left)
    assert "".join(piece.text for piece in theirs) == nfc(right)


@given(TEXTS)
def test_equal_texts_have_no_difference(text: str) -> None:
    assert not any(
        piece.differs for side in mark_differences(text, unicodedata.normalize("NFD", text)) for piece in side
    )


@given(TEXTS, TEXTS)
def test_it_marks_the_same_either_way_round(left: str, right: str) -> None:
    there, back = mark_differences(left, right), mark_differences(right, left)
    assert any(piece.differs for side in there for piece in side) == any(p.differs for side in back for p in side)


@pytest.mark.parametrize(
    ("left", "right", "ours", "theirs"),
    [
        (
            ("Vạn Phúc", "Hà Đông", "Hà Nội"),
            ("Phường Vạn Phúc", "Quận Hà Đông", "Thành phố Hà Nội"),
            "Vạn Phúc, Hà Đông, Hà Nội",
            "Phường Vạn Phúc, Quận Hà Đông, Thành phố Hà Nội",
        ),
        (("TT. Phùng", "", "TP Hà Nội"), ("Thị trấn Phúng", "", ""), "TT. Ph[ù]ng, TP Hà Nội", "Thị trấn Ph[ú]ng"),
        (("", "", ""), ("Xã Tân Thành", "", ""), "", "Xã Tân Thành"),
        (("Xã Tân", "", ""), ("Xã Tân Thành", "", ""), "Xã Tân", "Xã Tân [Thành]"),
    ],
)
def test_the_kind_of_a_place_is_no_difference(
    left: tuple[str, ...], right: tuple[str, ...], ours: str, theirs: str
) -> None:
    found = mark_places(left, right)
    assert (shown(found[0]), shown(found[1])) == (ours, theirs)


def test_a_field_known_on_one_side_is_open_and_one_known_on_none_is_left_out() -> None:
    (pair,) = side_by_side([("Ngày mất", "", "2022"), ("Dân tộc", "", "")])
    assert pair.is_open
    assert not pair.differs


def test_letters_are_counted_as_people_see_them() -> None:
    assert graphemes("Nguyễn") == list("Nguyễn")
    assert graphemes(unicodedata.normalize("NFD", "Nguyễn")) == list("Nguyễn")


@given(st.floats(0, 1))
def test_a_likelihood_never_reads_as_certain(probability: float) -> None:
    words = likelihood(probability)
    assert "100" not in words
    assert words.endswith(" %")


def test_differences_are_told_in_few_words() -> None:
    assert Levels("EQUAL", "EQUAL", "EQUAL", "EQUAL", "COMMUNE").differences == ()
    assert Levels("MARKS", "SWAPPED", "DIFFERENT", "OTHERS", "DIFFERENT").differences == (
        "số của người khác",
        "tên khác dấu",
        "đảo ngày tháng",
        "khác giới tính",
        "khác nơi ở, quê quán",
    )


def test_evidence_is_classed_by_number_then_name_and_date() -> None:
    assert evidence_of(number="EQUAL", name="EQUAL", dob="SAME_YEAR_KNOWN") == (
        "Trùng số định danh; trùng họ tên và ngày sinh"
    )
    assert evidence_of(number="OTHERS", name="NEAR", dob="YEAR") == "Không dùng được số; lệch cả họ tên và ngày sinh"


def test_a_cards_text_is_read_with_its_residence_from_wide_to_narrow() -> None:
    read = rules.card_text(
        "001180000001|012345678|Nguyễn Thị An|05021980|Nữ|Số 1, Phường Láng Hạ, Quận Đống Đa, Hà Nội|01012022"
    )
    assert read == rules.CardText(
        "001180000001", "Nguyễn Thị An", "05/02/1980", "Nữ", ("Hà Nội", "Quận Đống Đa", "Phường Láng Hạ")
    )


@pytest.mark.parametrize("text", ["", "http://vi.du", "001180000001", "001180000001||An|5/2/1980|Nữ|Hà Nội|"])
def test_what_is_no_cards_text_is_not_read(text: str) -> None:
    assert rules.card_text(text) is None


def test_a_short_residence_leaves_the_narrow_places_empty() -> None:
    read = rules.card_text("001180000001||Nguyễn Thị An|05021980||Hà Nội|")
    assert read is not None
    assert read.place == ("Hà Nội", "", "")


def test_a_masked_number_keeps_its_last_three_digits() -> None:
    assert rules.masked("001180000123") == "•••••••••123"
    assert rules.masked("") == ""
