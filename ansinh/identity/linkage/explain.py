"""Explaining (giải thích): one decision in Vietnamese sentences that an official can read, years later too."""

import math
from dataclasses import dataclass

from ansinh.identity.linkage.levels import CAPPED, MISTYPED, SLIPS
from ansinh.identity.linkage.policy import Policy

_NAME = {
    "EQUAL": "Họ tên giống nhau.",
    "UNMARKED": "Họ tên giống nhau; một bên viết không dấu.",
    "MARKS": "Họ tên cùng chữ cái nhưng khác dấu.",
    "ORDER": "Họ tên cùng các tiếng nhưng khác thứ tự.",
    "MIDDLE_MISSING": "Cùng họ và tên; một bên thiếu chữ đệm.",
    "MIDDLE_DIFFERENT": "Cùng họ và tên; chữ đệm khác nhau.",
    "NEAR": "Họ tên lệch một hai chữ cái, có thể do gõ nhầm.",
    "GIVEN": "Chỉ trùng tên, khác họ.",
    "DIFFERENT": "Họ tên khác nhau.",
    "MISSING": "Không có họ tên để so sánh.",
}
_DOB = {
    "EQUAL": "Ngày sinh giống nhau.",
    "SAME_YEAR_KNOWN": "Ngày sinh giống nhau ở mức đã khai (cả hai bên đều không có đủ ngày).",
    "MONTH_ONLY": "Cùng tháng và năm sinh; một bên không có ngày.",
    "YEAR_ONLY": "Cùng năm sinh; một bên chỉ có năm.",
    "SWAPPED": "Cùng năm sinh; ngày và tháng bị đảo cho nhau.",
    "HEAPED": "Cùng năm sinh; một bên ghi 01/01, thường là khi không rõ ngày.",
    "NEAR": "Cùng năm sinh; lệch ngày hoặc lệch tháng.",
    "YEAR_OFF": "Cùng ngày và tháng sinh; lệch năm.",
    "YEAR": "Cùng năm sinh, khác cả ngày và tháng.",
    "DIFFERENT": "Ngày sinh khác nhau.",
    "MISSING": "Không có ngày sinh để so sánh.",
}
_SEX = {
    "EQUAL": "Giới tính giống nhau.",
    "DIFFERENT": "Giới tính khác nhau.",
    "MISSING": "Không có giới tính để so sánh.",
}
_NUMBER = {
    "EQUAL": "Số định danh giống nhau.",
    "OLD": "Số chứng minh nhân dân 9 số cũ giống nhau.",
    "NEAR": "Số đã khai lệch một chữ số so với số của công dân này.",
    "TWO_EDITS": "Số đã khai lệch hai chữ số hoặc đảo hai chữ số so với số của công dân này.",
    "SHARED": "Số đã khai dùng chung cho quá nhiều bản ghi nên không được tính là bằng chứng.",
    "OLD_DIFFERENT": "Số chứng minh nhân dân 9 số đã khai khác số cũ của công dân này.",
    "MALFORMED": "Số đã khai không đúng cấu trúc (độ dài, năm sinh hoặc giới tính), có thể do gõ nhầm.",
    "OTHERS": "Số đã khai là số của một công dân khác.",
    "DIFFERENT": "Số đã khai khác số của công dân này và không thuộc về ai trong dữ liệu dân cư.",
    "MISSING": "Không có số để so sánh.",
}
_PLACES = {
    "COMMUNE": "Quê quán hoặc nơi ở trùng đến cấp xã.",
    "DISTRICT": "Quê quán hoặc nơi ở trùng đến cấp huyện.",
    "CROSSED": "Quê quán bên này trùng nơi ở bên kia đến cấp xã.",
    "PROVINCE": "Quê quán hoặc nơi ở trùng cấp tỉnh.",
    "DIFFERENT": "Quê quán và nơi ở đều khác.",
    "MISSING": "Không có địa chỉ để so sánh.",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement (mức khớp) of one decision, field by field: the codes of the decisions file."""

    name: str
    dob: str
    sex: str
    number: str
    places: str


def explain(
    agreement: Agreement,
    weight: float,
    probability: float,
    policy: Policy,
    *,
    second_best_weight: float | None = None,
    same_person: bool = False,
) -> list[str]:
    """Explanation (lời giải thích) of a decision: one sentence a field, then the weight, the rival and the threshold.

    Weights are net bits, as in the decisions file; `same_person` says that the decision has a same_person_group. Raises
    `KeyError` for a code the engine never writes.
    """
    weights = policy.weights
    chance = "sau khi trừ khả năng trùng hợp ngẫu nhiên trong toàn bộ dân cư"
    most = "tối đa " if agreement.number in CAPPED else ""
    said = [
        f"{_NUMBER[agreement.number]} {_bits(weights['number'][agreement.number], most)}",
        f"{_NAME[agreement.name]} {_name_bits(policy, agreement.name)}",
        f"{_DOB[agreement.dob]} {_date_bits(policy, agreement.dob)}",
        f"{_SEX[agreement.sex]} {_bits(weights['sex'][agreement.sex])}",
        f"{_PLACES[agreement.places]} {_bits(weights['places'][agreement.places])}",
        f"Cộng lại, {chance}, bằng chứng là {_figure(weight)} điểm, tức là {_odds(weight)}.",
        _rival(weight, second_best_weight, policy.decision.margin),
        _conclusion(probability, policy),
    ]
    said += _two_slips(agreement, policy)
    if _is_doubted(agreement):
        said.append("Họ tên không khớp nên máy không tự kết luận, dù các thông tin khác trùng.")
    if same_person:
        said.append("Bản ghi khác cũng khớp với công dân này: có thể một người có nhiều mã số, cần xem xét để gộp.")
    return said


def _two_slips(agreement: Agreement, policy: Policy) -> list[str]:
    """What a second slip beside a mistyped number costs."""
    if agreement.number not in MISTYPED:
        return []
    lost = (("ngày sinh", agreement.dob in SLIPS["dob"], policy.two_slips.dob),
            ("họ tên", agreement.name in SLIPS["name"], policy.two_slips.name))  # fmt: skip
    return [
        f"Số sai và {field} cũng khác, có thể là người khác. {_bits(-bits)}" for field, slips, bits in lost if slips
    ]


def _is_doubted(agreement: Agreement) -> bool:
    certain = agreement.number == agreement.dob == "EQUAL"
    return agreement.name in {"DIFFERENT", "MISSING"} or (agreement.name == "GIVEN" and not certain)


def _conclusion(probability: float, policy: Policy) -> str:
    threshold = policy.decision.automatic
    side = "đạt" if probability >= threshold else "dưới"
    shown = math.floor(probability * 10000) / 100
    return (
        f"Xác suất đúng người là {_figure(shown)} %, {side} ngưỡng {_figure(threshold * 100)} % để máy tự kết luận "
        f"(chính sách {policy.version})."
    )


def _rival(weight: float, second_best_weight: float | None, margin: float) -> str:
    if second_best_weight is None:
        return "Không có công dân nào khác đáng so sánh."
    lead = weight - second_best_weight
    if lead >= margin:
        return f"Công dân đứng thứ hai kém {_figure(lead)} điểm, đủ xa (cần ít nhất {_figure(margin)})."
    return (
        f"Có công dân khác chỉ kém {_figure(lead)} điểm (cần cách ít nhất {_figure(margin)}): "
        f"phải có người xem xét để tránh nhầm hai người."
    )


def _odds(weight: float) -> str:
    if weight < 0:
        return "khả năng không phải cùng một người lớn hơn"
    times = 2 ** min(weight, 30)
    return f"khả năng cùng một người lớn gấp khoảng {times:,.0f} lần khả năng trùng hợp".replace(",", ".")


def _name_bits(policy: Policy, code: str) -> str:
    weight = policy.name[code]
    return _rarity_bits(weight.bits, weight.name, "tên", policy)


def _date_bits(policy: Policy, code: str) -> str:
    weight = policy.dob[code]
    return _rarity_bits(weight.bits, weight.day + weight.year, "ngày", policy)


def _rarity_bits(bits: float, share: float, what: str, policy: Policy) -> str:
    if not share:
        return _bits(bits)
    most = bits + share * policy.rarity_limit
    return f"({what} càng hiếm càng nặng: từ {_signed(bits)} đến {_signed(most)} điểm)"


def _bits(bits: float, most: str = "") -> str:
    return f"({most}{_signed(bits)} điểm)" if bits else "(không tính điểm)"


def _signed(value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + _figure(abs(value))


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
