"""The HTTP server of the stand-in: who may ask, faults on demand, one answer a request id, and a log of questions."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from partners.population import wire
from partners.population.citizens import Citizen

FAULTS = ("500", "429", "401", "garbage", "truncated", "other", "slow", "timeout", "004", "005")


@dataclass(frozen=True, slots=True)
class Access:
    """What the partner has agreed with the agency; ``rate`` in requests a second, 0 for no limit."""

    user: str = "bhxh"
    secret: str = "bi-mat-thu"  # noqa: S105 - of a stand-in
    api_key: str = "khoa-thu"
    client: str = "VN/GOV/BHXH/ANSINH"
    procedure: str = "1.000000"
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the log."""

    request_id: str
    number: str
    officer: str
    unit: str
    at: float


@dataclass(slots=True)
class Service:
    """The partner's side: citizens, faults still to be shown, answers given, questions heard."""

    citizens: Mapping[str, Citizen]
    access: Access = field(default_factory=Access)
    faults: deque[tuple[str, float]] = field(default_factory=deque)
    answers: dict[str, str] = field(default_factory=dict)
    log: list[Line] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    delay: float = 0.0

    def fail(self, kind: str, *, times: int = 1, seconds: float = 1.0) -> None:
        """Show a fault at the next questions; ``seconds`` is how long a slow one takes, or is asked to wait.

        :raises ValueError: there is no such fault
        """
        if kind not in FAULTS:
            raise ValueError(f"{kind} is none of {', '.join(FAULTS)}")
        self.faults.extend([(kind, seconds)] * times)

    def hear(self, asked: wire.Asked) -> None:
        """Write a question into the log."""
        self.log.append(Line(asked.request_id, asked.number, asked.officer, asked.unit, time.monotonic()))

    def is_too_fast(self) -> bool:
        """Tell whether more questions came in the last second than agreed."""
        since = time.monotonic() - 1
        return bool(self.access.rate) and sum(line.at > since for line in self.log[-500:]) >= self.access.rate + 1

    def answer(self, asked: wire.Asked) -> str:
        """Answer a question; the same request id gets the same answer again."""
        if asked.procedure != self.access.procedure or asked.integration != "003":
            return wire.refusal("004", "Thủ tục chưa được cấp quyền khai thác")
        return self.answers.setdefault(asked.request_id, wire.answer(asked, self.citizens.get(asked.number)))


def serve(service: Service, *, port: int = 0) -> ThreadingHTTPServer:
    """Return a server on this machine, not yet serving; port 0 takes a free one."""

    class Handler(_Handler):
        partner = service

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


class _Handler(BaseHTTPRequestHandler):
    partner: Service
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Tell what has been asked: for the eyes of who tries the stand-in."""
        log = [{"MaYeuCau": line.request_id, "MaCanBo": line.officer} for line in self.partner.log]
        self._send(200, json.dumps({"cau_hoi": len(log), "gan_day": log[-20:]}, ensure_ascii=False), "application/json")

    def do_POST(self) -> None:
        """Answer a question, or take an order for faults at ``/faults``."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/faults":
            self._order(body)
            return
        if not self._is_signed():
            self._send(401, "")
            return
        try:
            asked = wire.parse(body)
        except wire.Unreadable as error:
            self._send(400, str(error), "text/plain")
            return
        with self.partner.lock:
            too_fast = self.partner.is_too_fast()
            self.partner.hear(asked)
            fault, seconds = self.partner.faults.popleft() if self.partner.faults else ("", 0.0)
        time.sleep(self.partner.delay)
        self._answer(asked, "429" if too_fast else fault, seconds)

    def _order(self, body: bytes) -> None:
        try:
            self.partner.fail(**json.loads(body))
        except (ValueError, TypeError) as error:
            self._send(422, str(error), "text/plain")
        else:
            self._send(204, "")

    def _answer(self, asked: wire.Asked, fault: str, seconds: float) -> None:
        if fault in {"500", "429", "401"}:
            self._send(int(fault), "", wait=seconds)
        elif fault == "garbage":
            self._send(200, "<html><body>Bảo trì hệ thống", "text/html")
        elif fault == "truncated":
            self._send(200, self.partner.answer(asked)[:200])
        elif fault == "other":
            self._send(200, wire.answer(asked, None).replace(asked.request_id, "AS-0-0-0"))
        elif fault in {"004", "005"}:
            self._send(200, wire.refusal(fault, "Chưa được cấp quyền"))
        else:
            if fault in {"slow", "timeout"}:
                time.sleep(seconds)
            self._send(200, self.partner.answer(asked))

    def _is_signed(self) -> bool:
        access, stamp = self.partner.access, self.headers.get("Timestamp", "")
        url = f"http://{self.headers.get('Host', '')}{self.path}"
        signed = hashlib.sha256(f"{url}{access.user}{stamp}{access.secret}".encode()).hexdigest()
        expected = "Basic " + base64.b64encode(f"{access.user}:{signed}".encode()).decode()
        return (
            hmac.compare_digest(self.headers.get("Authorization", ""), expected)
            and self.headers.get("ApiKey") == access.api_key
            and self.headers.get("X-Road-Client") == access.client
        )

    def _send(self, status: int, text: str, kind: str = "text/xml", *, wait: float = 0.0) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if status == 429:  # noqa: PLR2004 - Too Many Requests, RFC 6585
            self.send_header("Retry-After", str(int(wait)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except BrokenPipeError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing: the log of questions is the service's own."""
