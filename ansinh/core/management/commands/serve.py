"""``ansinh serve``: the embedded server, pages and worker in one process."""

import threading
from argparse import ArgumentParser
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.wsgi import get_wsgi_application

from ansinh.core import clock, work


class Command(BaseCommand):
    """Serve An Sinh; for a large site run several ``ansinh serve --no-worker`` and ``ansinh work`` side by side."""

    help = "Chạy An Sinh trên máy này (trang web và xử lý nền trong một tiến trình)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--listen", default="127.0.0.1:8000", help="Địa chỉ và cổng.")
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--no-worker", action="store_true", help="Không xử lý hàng đợi trong tiến trình này.")

    def handle(self, **options: Any) -> None:
        if not options["no_worker"]:
            for brief_only in (False, True):
                threading.Thread(
                    target=self.keep_working, kwargs={"brief_only": brief_only}, name="work", daemon=True
                ).start()
        self.stdout.write(f"An Sinh đang chạy tại http://{options['listen']} (Ctrl-C để dừng).")
        proxy = {}
        if settings.TRUSTED_PROXY:
            headers = {"x-forwarded-for", "x-forwarded-proto"}
            proxy = {"trusted_proxy": settings.TRUSTED_PROXY, "trusted_proxy_headers": headers}
        waitress.serve(
            get_wsgi_application(),
            listen=options["listen"],
            threads=options["threads"],
            ident=None,
            clear_untrusted_proxy_headers=True,
            _quiet=True,
            **proxy,
        )

    def keep_working(self, *, brief_only: bool) -> None:
        """Drain the queues as long as the process lives; a daemon thread, safe to be cut off."""
        worker = f"serve:{threading.get_native_id()}"
        work.keep_draining(worker=worker, clock=clock.now, stop=threading.Event(), pause=1.0, brief_only=brief_only)
