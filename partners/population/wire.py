"""The wire format of operation 003: a question in SOAP 1.1, and the answers to it."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from partners.population.citizens import Citizen, key_of

_REQUEST = "{http://dancuquocgia.bca}"
_ORDER = (
    "MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh",
    "GioiTinh",
)  # fmt: skip
_OPTIONAL = {"GioiTinh"}


class Unreadable(Exception):
    """The question is not what the format asks for; the text says where."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came; ``birth`` is YYYYMMDD or YYYY."""

    request_id: str
    procedure: str
    integration: str
    officer: str
    unit: str
    number: str
    name: str
    birth: str
    sex: str


def parse(body: bytes) -> Asked:
    """Read a question; its elements must stand in their order.

    :raises Unreadable: they do not, or one is empty
    """
    try:
        root = ET.fromstring(body)  # noqa: S314 - a stand-in on this machine
    except ET.ParseError as error:
        raise Unreadable(str(error)) from error
    question = root.find(f".//{_REQUEST}XacThucThongTinCongDan")
    if question is None:
        raise Unreadable("no XacThucThongTinCongDan")
    tags = [child.tag.removeprefix(_REQUEST) for child in question]
    expected = [name for name in _ORDER if name not in _OPTIONAL or name in tags]
    if len(tags) != len(expected) or any(tag not in name.split("|") for tag, name in zip(tags, expected, strict=True)):
        raise Unreadable(f"elements {tags}, expected {expected}")
    texts = dict(zip(expected, ("".join(child.itertext()).strip() for child in question), strict=True))
    if empty := [name for name, text in texts.items() if not text]:
        raise Unreadable(f"empty: {empty}")
    return Asked(*(texts.get(name, "") for name in _ORDER))


def answer(asked: Asked, citizen: Citizen | None) -> str:
    """Answer whether the number exists and which fields agree; nothing of the citizen's record."""
    compared = ""
    if citizen:
        fields = {
            "SoDinhDanh": True,
            "HoVaTen": citizen.name == key_of(asked.name),
            "NgayThangNamSinh": citizen.birth == asked.birth,
        }
        if asked.sex:
            fields["GioiTinh"] = citizen.sex == asked.sex
        inner = "".join(f"<{tag}>{str(same).lower()}</{tag}>" for tag, same in fields.items())
        compared = f"<KetQuaDoiChieu>{inner}</KetQuaDoiChieu>"
    exists = str(citizen is not None).lower()
    return _enveloped(
        f"<KetQuaXacThuc><MaYeuCau>{escape(asked.request_id)}</MaYeuCau><TonTai>{exists}</TonTai>{compared}"
        "</KetQuaXacThuc>"
    )


def refusal(code: str, text: str) -> str:
    """Answer that the agency may not ask."""
    return _enveloped(f"<Loi><MaLoi>{code}</MaLoi><MoTaLoi>{escape(text)}</MoTaLoi></Loi>")


def _enveloped(inner: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<XacThucThongTinCongDanResponse xmlns="http://www.mic.gov.vn/dancu/1.0">{inner}'
        "</XacThucThongTinCongDanResponse></s:Body></s:Envelope>"
    )
