"""Take the pictures of this folder from a running demo: `make demo` in one terminal, `make pictures` in another."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from ansinh.demo.people import PASSWORD

SITE = "http://127.0.0.1:8000"
FOLDER = Path(__file__).parent
PAGES = {
    "cockpit": ("lanhdao", "/dieu-hanh/"),
    "measure": ("lanhdao", "/dieu-hanh/chi-tieu/identity.verified_share/"),
    "verification": ("phutrach", "/xac-minh/"),
    "queue": ("hanoi", "/xac-minh/cho-xet/"),
}
LOOKS = {"": (1360, "light"), "-dark": (1360, "dark"), "-phone": (390, "light")}


def sign_in(page: Page, username: str) -> None:
    """Sign in as one of the demo's people."""
    page.goto(f"{SITE}/tai-khoan/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_load_state()


def take(browser: Browser) -> None:
    """Take every page in every look; the cockpit also as one sheet of A4."""
    for look, (width, scheme) in LOOKS.items():
        for name, (username, path) in PAGES.items():
            window = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
            page = window.new_page()
            sign_in(page, username)
            page.goto(SITE + path)
            page.screenshot(path=FOLDER / f"{name}{look}.png", full_page=False)
            if name == "cockpit" and not look:
                page.pdf(path=FOLDER / "cockpit.pdf", prefer_css_page_size=True)
            window.close()


def main() -> int:
    """Start Chromium and take the pictures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Cần Chromium: chạy `make system`.\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        take(browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
