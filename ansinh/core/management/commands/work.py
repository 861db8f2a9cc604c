"""``ansinh work``: drain every queue, for ever or once."""

import os
import signal
import socket
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ansinh.core import clock, work


class Command(BaseCommand):
    """Drain the queues; safe to start twice, safe to kill."""

    help = "Xử lý mọi dòng đang chờ (chạy nền); an toàn khi chạy nhiều bản và khi bị ngắt giữa chừng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Xử lý hết những gì đến hạn rồi dừng.")
        parser.add_argument("--pause", type=float, default=2.0, help="Số giây nghỉ khi không có việc.")

    def handle(self, **options: Any) -> None:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        if options["once"]:
            self.stdout.write(f"Đã xử lý {work.drain(worker=worker, clock=clock.now)} dòng.")
            return
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        self.stdout.write(f"Bắt đầu xử lý hàng đợi ({worker}); Ctrl-C để dừng.")
        how = {"clock": clock.now, "stop": stop, "pause": options["pause"]}
        brief = threading.Thread(
            target=work.keep_draining, kwargs={**how, "worker": f"{worker}:brief", "brief_only": True}, name="brief"
        )
        brief.start()
        work.keep_draining(worker=worker, clock=clock.now, stop=stop, pause=options["pause"])
        brief.join()
