"""Session (phiên Spark): opened on a master, or taken over from ``spark-submit``; what goes wrong is said kindly."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from ansinh.identity.linkage.refusal import LinkageRefused

_LOOPBACK = "127.0.0.1"
_CHANGED = {
    # Parts are of one size by design; a plan changed while running would deal them out anew.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    # A row is a batch of up to four megabytes.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "16",
}


@contextmanager
def session(master: str | None) -> Iterator[SparkSession]:
    """Open a session, or take over the one there is, which is then left as it was; raises `LinkageRefused`."""
    there = SparkSession.getActiveSession()
    spark = there or _open(master)
    before = {name: spark.conf.get(name) for name in (*_CHANGED, "spark.sql.shuffle.partitions")}
    try:
        for name, value in _CHANGED.items():
            spark.conf.set(name, value)
        with _kindly():
            yield spark
    finally:
        if there is None:
            spark.stop()
        else:
            for name, was in before.items():
                spark.conf.set(name, str(was))


def _open(master: str | None) -> SparkSession:
    _require_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("ansinh link").config("spark.ui.showConsoleProgress", "false")
    if master:
        builder = builder.master(master)
    if master and master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", _LOOPBACK)  # nobody else is to be listened to
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise LinkageRefused(
            f"Không mở được Spark ở «{master or 'mặc định'}». Hãy kiểm tra --master, Java 17 (java -version) và rằng "
            f"cụm đang chạy. Chi tiết kỹ thuật: {_reason(error)}"
        ) from error


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME", "")
    if shutil.which(os.path.join(home, "bin", "java") if home else "java") is None:  # noqa: PTH118 - a command's name
        raise LinkageRefused(
            "Chưa có Java nên không chạy được --engine spark. Hãy cài Java 17 (apt-get install "
            "openjdk-17-jre-headless) hoặc đặt JAVA_HOME, rồi chạy lại; bỏ --engine để chạy trên một máy."
        )


@contextmanager
def _kindly() -> Iterator[None]:
    try:
        yield
    except (PySparkException, Py4JError) as error:
        text = str(error)
        for signs, advice in _ADVICE.items():
            if any(sign in text for sign in signs):
                raise LinkageRefused(f"{advice} Chưa có kết quả nào được ghi.") from error
        raise


_ADVICE = {
    ("No space left",): (
        "Hết chỗ trên ổ đĩa của một máy trong cụm (thư mục spark.local.dir hoặc thư mục kết quả). Hãy dọn chỗ rồi "
        "chạy lại."
    ),
    ("OutOfMemoryError", "MemoryError", "SparkOutOfMemory", "exit code 137", "exit code 52"): (
        "Máy thực hiện của Spark không đủ bộ nhớ. Hãy tăng spark.executor.memory hoặc spark.executor.memoryOverhead, "
        "hoặc giảm spark.executor.cores, rồi chạy lại."
    ),
    ("No such file or directory",): (
        "Máy thực hiện của Spark không thấy thư mục kết quả. Hãy đặt hai tệp và thư mục kết quả trên ổ dùng chung, "
        "cùng một đường dẫn ở mọi máy của cụm, rồi chạy lại."
    ),
    ("No module named", "PACKAGE_NOT_INSTALLED"): (
        "Máy thực hiện của Spark chưa có gói ansinh hoặc gói nó cần. Hãy cài cùng một bản ansinh[spark] ở mọi máy, "
        "hoặc gửi kèm bằng --archives (docs/operate/linkage-on-spark.md), rồi chạy lại."
    ),
}


def _reason(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
