"""Columns (cột) an import file may have: their headings in English and Vietnamese, and which must be there."""

import difflib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ansinh.core.text import fold
from ansinh.registry.intake.faults import FileUnreadable

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "si_no": ("Mã số BHXH", "Số BHXH", "Mã BHXH", "Mã số bảo hiểm xã hội"),
        "full_name": ("Họ và tên", "Họ tên", "Họ, chữ đệm và tên"),
        "dob": ("Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh"),
        "sex": ("Giới tính",),
        "id_no": ("Số CCCD", "Số định danh cá nhân", "Số CMND", "Số CCCD/CMND", "Số CMND/CCCD", "Số căn cước", "CCCD"),
        "home_province": ("Tỉnh quê quán", "Quê quán - tỉnh"),
        "home_district": ("Huyện quê quán", "Quê quán - huyện"),
        "home_commune": ("Xã quê quán", "Quê quán - xã"),
        "res_province": ("Tỉnh cư trú", "Nơi cư trú - tỉnh"),
        "res_district": ("Huyện cư trú", "Nơi cư trú - huyện"),
        "res_commune": ("Xã cư trú", "Nơi cư trú - xã"),
        "ethnicity": ("Dân tộc",),
        "phone": ("Điện thoại", "Số điện thoại"),
        "household_code": ("Mã hộ gia đình", "Mã hộ"),
        "household_role": ("Quan hệ với chủ hộ", "Mối quan hệ với chủ hộ"),
        "employer_code": ("Mã đơn vị",),
        "employer_name": ("Tên đơn vị",),
        "scheme": ("Loại hình", "Loại hình tham gia"),
        "object_code": ("Mã đối tượng",),
        "from_date": ("Từ ngày", "Tham gia từ ngày"),
        "to_date": ("Đến ngày", "Tham gia đến ngày"),
        "card_code": ("Mã thẻ BHYT", "Mã thẻ", "Số thẻ BHYT"),
        "facility_code": ("Mã nơi KCB ban đầu", "Nơi KCB ban đầu", "Mã KCB"),
        "card_from": ("Thẻ có giá trị từ", "Thẻ từ ngày"),
        "card_to": ("Thẻ có giá trị đến", "Thẻ đến ngày"),
        "benefit_kind": ("Chế độ đang hưởng", "Loại chế độ"),
        "benefit_from": ("Hưởng từ ngày",),
        "benefit_monthly_vnd": ("Mức hưởng hằng tháng", "Mức hưởng hàng tháng", "Số tiền hằng tháng"),
        "payment_method": ("Hình thức chi trả", "Hình thức nhận tiền"),
    }
)
REQUIRED = ("si_no", "full_name")
ADDED = ("dòng", "cột", "lý do")
"""What a file of rejected rows has besides the original columns; once put right, it can be imported as it is."""

LABELS = {name: headings[0] for name, headings in HEADINGS.items()}
_KNOWN = {fold(heading): name for name, headings in HEADINGS.items() for heading in (name, *headings)}
_IGNORED = {fold(heading) for heading in ADDED}


def known(headings: Sequence[str]) -> int:
    """Return how many headings name a column."""
    return sum(fold(heading) in _KNOWN for heading in headings)


def recognise(headings: Sequence[str]) -> dict[str, int]:
    """Return where each column stands (from 0), whatever the letter case, marks and order of the headings.

    :raises FileUnreadable: an unknown, repeated or missing column; the message names each and the nearest known one
    """
    found: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings):
        name = _KNOWN.get(fold(heading))
        if name:
            found.setdefault(name, []).append(heading)
            places[name] = place
        elif fold(heading) not in _IGNORED:
            unknown.append(heading)
    repeated = [headings for headings in found.values() if len(headings) > 1]
    problems = [_unknown(heading) for heading in unknown]
    problems += [
        f"Các cột {', '.join(f'“{one}”' for one in ones)} cùng chỉ một nội dung; hãy giữ một cột." for ones in repeated
    ]
    problems += [f"Thiếu cột bắt buộc “{LABELS[name]}” ({name})." for name in REQUIRED if name not in found]
    if problems:
        raise FileUnreadable(" ".join(["Hàng đầu tiên của tệp phải là tên các cột.", *problems]))
    return places


def _unknown(heading: str) -> str:
    if not heading.strip():
        return "Có một cột không có tên; hãy đặt tên hoặc xoá cột đó."
    near = difflib.get_close_matches(fold(heading), _KNOWN, n=1, cutoff=0.5)
    hint = f" Có phải là “{LABELS[_KNOWN[near[0]]]}” ({_KNOWN[near[0]]})?" if near else ""
    return f"Không nhận ra cột “{heading[:60]}”.{hint}"
