"""``ansinh offices load`` and ``ansinh offices open``: reference data, and the first account of an installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ansinh.core import clock
from ansinh.core.errors import Refusal
from ansinh.core.permissions import SYSTEM
from ansinh.core.strict_yaml import InvalidFile
from ansinh.core.text import is_person_name
from ansinh.offices.actions import grant_role, load_reference, open_account
from ansinh.offices.rules import temporary_password


class Command(BaseCommand):
    """Load the organisation's reference data, safe to run again; open the first account manager."""

    help = "Nạp danh mục địa bàn và đơn vị, hoặc mở tài khoản quản trị đầu tiên."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("load", help="Nạp danh mục; chạy lại không làm thay đổi gì.")
        opening = acts.add_parser("open", help="Mở một tài khoản quản trị tài khoản toàn quốc, in ra mật khẩu tạm.")
        opening.add_argument("username", help="Tên đăng nhập")
        opening.add_argument("full_name", help="Họ và tên, đặt trong dấu nháy")

    def handle(self, **options: Any) -> None:
        try:
            if options["act"] == "load":
                self.load()
            else:
                self.open(options["username"], options["full_name"])
        except (InvalidFile, Refusal) as refusal:
            raise CommandError(str(refusal)) from refusal

    def load(self) -> None:
        """Bring areas and units up to the files shipped with this version."""
        loaded = load_reference(actor=SYSTEM, at=clock.now())
        self.stdout.write(
            f"Đã thêm {loaded.areas} địa bàn, {loaded.successions} quan hệ kế thừa, {loaded.units} đơn vị; "
            f"cập nhật {loaded.changed} dòng."
        )

    @transaction.atomic
    def open(self, username: str, full_name: str) -> None:
        """Open an account manager for the whole country, with a password to be replaced at the first sign-in."""
        if not is_person_name(full_name):
            raise CommandError("Họ tên chỉ gồm chữ cái. Ví dụ: ansinh offices open quantri 'Bùi Hải Yến'")
        at, password = clock.now(), temporary_password()
        account = open_account(
            username=username,
            full_name=full_name,
            password=password,
            unit=None,
            actor=SYSTEM,
            at=at,
            password_is_temporary=True,
        )
        grant_role(account=account, role="account_manager", area=None, from_date=at.date(), actor=SYSTEM, at=at)
        self.stdout.write(f"Đã mở tài khoản {username}. Mật khẩu tạm (chỉ hiện lần này): {password}")
