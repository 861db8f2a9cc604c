"""A live An Sinh in a process of its own, and a browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1360, height=900)
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small country, told by the demo's own story, at a free port; yield its address."""
    var = tmp_path_factory.mktemp("journeys")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ANSINH_VAR": str(var),
        "CLOCK_FILE": str(var / "clock"),
        "DATABASE_URL": f"sqlite:///{var}/ansinh.sqlite3",
        "DEMO_CITIZENS": "6000",
        "DEMO_INSURED": "5000",
    }
    command = [sys.executable, "-m", "ansinh", "demo", "--listen", f"127.0.0.1:{port}"]
    with (var / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/suc-khoe/", process, var / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=120)


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server answers; fail with its own words when it ends instead."""
    for _ in range(3000):
        if process.poll() is not None:
            pytest.fail(f"the demo ended: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"no answer: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; its absence is a failure, told with the way to get it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing: run `make system` as root, or apt-get install chromium.")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def sign_in(browser: Browser, server: str, username: str, password: str, *, phone: bool = False) -> Page:
    """Open a fresh window and sign in as a person would."""
    window = browser.new_context(viewport=PHONE if phone else DESKTOP, locale="vi-VN")
    page = window.new_page()
    page.set_default_navigation_timeout(120_000)  # a loaded machine is slow, not wrong
    page.goto(f"{server}/tai-khoan/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_load_state()
    return page


def violations(page: Page) -> list[str]:
    """Return what breaks WCAG 2.2 AA on a page."""
    result = Axe().run(page, options=WCAG)
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result.response["violations"]]
