"""The national population database (CSDLQG về dân cư), asked through NDXP whether what somebody declared agrees.

Operation XacThucThongTinCongDan, integration code 003, SOAP 1.1: number, name, birth and sex go out; which of them
agree comes back. Every question names the officer and the unit (MaCanBo, MaDonVi) and the procedure under which the
agency may ask (MaDVC). Of the answer nothing else is read, even if more were sent.

Seen in public code: the elements of the request and their order, the headers and the signature, the codes 004 and 005,
KetQuaXacThuc/TonTai. Assumed until the partner's document is at hand: GioiTinh at the end of the request, and
KetQuaDoiChieu with one boolean a field; without it TonTai says that all that was sent agrees.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import urllib3
from django.conf import settings

from ansinh.core import config
from ansinh.identity.ports import Answer, Question, ServiceRefuses, ServiceSilent

PROCEDURE = config.text(
    "POPULATION_PROCEDURE", "", "Mã dịch vụ công (MaDVC) mà cơ quan được phép khai thác dữ liệu dân cư."
)
CLIENT = config.text("POPULATION_CLIENT", "", "Mã hệ thống trên NDXP, gửi trong X-Road-Client.")
API_KEY = config.text("POPULATION_API_KEY", "", "Khoá API được cấp cho dịch vụ dân cư.")
USER = config.text("POPULATION_USER", "", "Tài khoản của cơ quan ở dịch vụ dân cư.")
SECRET = config.text("POPULATION_SECRET", "", "Khoá bí mật của tài khoản ở dịch vụ dân cư.")
TIMEOUT = float(config.text("POPULATION_TIMEOUT", "15", "Số giây chờ dịch vụ dân cư trả lời một yêu cầu."))

INTEGRATION = "003"
ENVELOPE, REQUEST, RESPONSE = (
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://dancuquocgia.bca",
    "http://www.mic.gov.vn/dancu/1.0",
)
_TAGS = {"number": "SoDinhDanh", "name": "HoVaTen", "dob": "NgayThangNamSinh", "sex": "GioiTinh"}
_SEXES = {"M": "1", "F": "2"}
_LARGEST = 65_536
_MOST_PATIENT = timedelta(hours=1)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_REFUSALS = {
    "004": "Thủ tục (MaDVC) của cơ quan chưa được cấp quyền khai thác cơ sở dữ liệu dân cư. Hãy kiểm tra thỏa thuận và "
    "POPULATION_PROCEDURE rồi bấm “Chạy tiếp”.",
    "005": "Tài khoản cán bộ yêu cầu đợt này chưa được cấp quyền ở cơ sở dữ liệu dân cư. Hãy đăng ký tài khoản với cơ "
    "quan quản lý căn cước rồi bấm “Chạy tiếp”, hoặc để cán bộ đã có quyền chạy đợt mới.",
}


class Ndxp:
    """The service on the security server of NDXP, one connection pool for all threads."""

    def __init__(self) -> None:
        """Read address and pace from the settings."""
        self.url: str = settings.POPULATION_URL
        self.rate = float(settings.POPULATION_RATE)
        self.pool = urllib3.PoolManager(maxsize=8, retries=False, timeout=urllib3.Timeout(total=TIMEOUT))

    def authenticate(self, question: Question, *, at: datetime) -> Answer:
        """Ask whether what somebody declared agrees.

        :raises ServiceSilent: no answer, or none that can be understood
        :raises ServiceRefuses: the agency, its procedure or the officer may not ask
        """
        try:
            answer = self.pool.request("POST", self.url, body=envelope(question), headers=self._headers(at))
        except urllib3.exceptions.HTTPError as error:
            raise ServiceSilent("không kết nối được hoặc quá thời gian chờ.") from error
        _require_success(answer.status, answer.headers.get("Retry-After", ""))
        return read(answer.data, question)

    def _headers(self, at: datetime) -> dict[str, str]:
        stamp = str(int(at.timestamp() * 1000))
        signed = hashlib.sha256(f"{self.url}{USER}{stamp}{SECRET}".encode()).hexdigest()
        return {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": '""',
            "X-Road-Client": CLIENT,
            "ApiKey": API_KEY,
            "Timestamp": stamp,
            "Authorization": "Basic " + base64.b64encode(f"{USER}:{signed}".encode()).decode(),
        }


def _require_success(status: int, retry_after: str) -> None:
    if status in {401, 403}:
        raise ServiceRefuses(
            "Dịch vụ dân cư từ chối tài khoản của cơ quan. Hãy kiểm tra POPULATION_USER, POPULATION_SECRET, "
            "POPULATION_API_KEY và POPULATION_CLIENT rồi bấm “Chạy tiếp”.",
            status=status,
        )
    if status == 429:  # noqa: PLR2004 - Too Many Requests, RFC 6585
        seconds = int(retry_after) if retry_after.isdigit() else 1
        raise ServiceSilent("đang hạn chế tần suất.", wait=min(timedelta(seconds=seconds), _MOST_PATIENT))
    if status != 200:  # noqa: PLR2004 - OK
        raise ServiceSilent(f"báo lỗi {status}.")


def envelope(question: Question) -> bytes:
    """Write a question as the partner reads it; the order of the elements is part of the format."""
    number = ("SoDinhDanh", question.personal_id) if question.personal_id else ("SoCMND", question.old_id)
    elements = [
        ("MaYeuCau", question.request_id),
        ("MaDVC", PROCEDURE),
        ("MaTichHop", INTEGRATION),
        ("MaCanBo", question.officer),
        ("MaDonVi", question.unit),
        number,
        ("HoVaTen", question.full_name.upper()),
    ]
    body = "".join(f"<d:{tag}>{escape(text)}</d:{tag}>" for tag, text in elements)
    sex = f"<d:GioiTinh>{_SEXES[question.sex]}</d:GioiTinh>" if question.sex in _SEXES else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{ENVELOPE}" xmlns:d="{REQUEST}"><s:Body>'
        f"<d:XacThucThongTinCongDan>{body}{_birth(question.birth)}{sex}</d:XacThucThongTinCongDan>"
        "</s:Body></s:Envelope>"
    ).encode()


def _birth(birth: str) -> str:
    """Write a birth date as far as it is known; the format knows days and years, so a month alone goes as its year."""
    year, _, rest = birth.partition("-")
    day = birth.replace("-", "") if "-" in rest else ""
    inner = f"<d:NgayThangNam>{day}</d:NgayThangNam>" if day else f"<d:Nam>{year}</d:Nam>"
    return f"<d:NgayThangNamSinh>{inner}</d:NgayThangNamSinh>"


def read(content: bytes, question: Question) -> Answer:
    """Read an answer; all that is looked at is whether the number exists and which fields agree.

    :raises ServiceSilent: it is not an answer to this question
    :raises ServiceRefuses: it says that the agency may not ask
    """
    root = _parsed(content)
    code = (root.findtext(f".//{{{RESPONSE}}}MaLoi") or "").strip()
    if code in _REFUSALS:
        raise ServiceRefuses(_REFUSALS[code], partner_code=code)
    result = root.find(f".//{{{RESPONSE}}}KetQuaXacThuc")
    if code or result is None:
        raise ServiceSilent(f"báo lỗi {code}." if code else "trả lời không đúng định dạng.")
    if (result.findtext(f"{{{RESPONSE}}}MaYeuCau") or question.request_id) != question.request_id:
        raise ServiceSilent("trả lời cho một yêu cầu khác.")
    exists = _truth(result.findtext(f"{{{RESPONSE}}}TonTai"))
    compared = result.find(f"{{{RESPONSE}}}KetQuaDoiChieu")
    sent = [field for field in _TAGS if field != "sex" or question.sex in _SEXES]
    if compared is None or not exists:
        return Answer(question.request_id, exists, frozenset(sent if exists else ()), frozenset())
    agree = {field: _truth(compared.findtext(f"{{{RESPONSE}}}{_TAGS[field]}")) for field in sent}
    matched = frozenset(field for field, same in agree.items() if same)
    return Answer(question.request_id, exists, matched, frozenset(sent) - matched)


def _parsed(content: bytes) -> ET.Element:
    if len(content) > _LARGEST or b"<!" in content:
        raise ServiceSilent("trả lời không đúng định dạng.")
    try:
        return ET.fromstring(content)  # noqa: S314 - no declarations, bounded above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise ServiceSilent("trả lời không đúng định dạng.") from error


def _truth(text: str | None) -> bool:
    value = _TRUTH.get((text or "").strip().lower())
    if value is None:
        raise ServiceSilent("trả lời không đúng định dạng.")
    return value
