"""Sealing of extracts (niêm phong bản trích): Parquet modular encryption, AES-256-GCM, one key a file.

Every page of the file is encrypted and authenticated with a key of its own making; that key is kept in the database,
encrypted under ``EXTRACT_KEY``, which the database does not hold. Neither the file, nor the database, nor both tell
anything without it, and a file whose key is erased is lost for good, in every copy. The file is read in place: DuckDB
sees it through an Arrow dataset, so that no plain copy lies on any disk.
"""

import base64
import hashlib
import hmac
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from ansinh.core.errors import Refusal
from ansinh.identity.models import PopulationExtract

ROW_GROUP = 50_000
"""Citizens a row group: one is the least that is decrypted to read somebody."""

_NONCE = 12
_READER = 0o600
OWNER_ONLY = 0o700
"""Mode of folders that hold personal data in plain for a while."""


class ExtractChanged(Refusal):
    """The sealed copy is gone or is no longer the one that was made."""

    message = (
        "Bản trích đã niêm phong bị mất hoặc không còn giống lúc tiếp nhận. "
        "Hãy phục hồi thư mục extracts từ bản sao lưu, hoặc tiếp nhận bản trích mới rồi chạy lại."
    )


class ExtractGone(Refusal):
    """The extract was deleted on its day, or came before extracts were sealed."""

    message = "Bản trích này không còn được giữ. Hãy tiếp nhận lại bản trích, hoặc một bản trích mới hơn, rồi làm lại."

    @classmethod
    def of(cls, extract: PopulationExtract) -> "ExtractGone":
        """Say when an extract was deleted."""
        if extract.deleted_at is None:
            return cls(extract=extract.pk)
        return cls(
            f"Bản trích chốt {extract} đã được xóa theo lịch ngày {extract.deleted_at:%d/%m/%Y}. "
            "Hãy tiếp nhận một bản trích mới hơn rồi chạy lại.",
            extract=extract.pk,
        )


@dataclass(frozen=True, slots=True)
class Seal:
    """What a sealed copy is known by: its own SHA-256, and its key under the agency's."""

    digest: str
    key: str


class _Keeper(pe.KmsClient):  # type: ignore[misc]  # pyarrow ships no types
    """Hands the file's key between pyarrow, which makes it, and the database, which keeps it."""

    def __init__(self, key: bytes = b"") -> None:
        super().__init__()
        self.key = key

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        """Take the key of a file being written; what the file tells of it is only where to ask."""
        self.key = key_bytes
        return master_key_identifier

    def unwrap_key(self, wrapped_key: str, master_key_identifier: str) -> bytes:  # noqa: ARG002 - pyarrow's signature
        """Give the key of a file being read."""
        return self.key


def seal(batches: Iterator[pa.RecordBatch], schema: pa.Schema, digest: str, file: Path) -> Seal:
    """Write a sealed copy, batch by batch; nothing stands at ``file`` before it is whole.

    ``digest`` names the extract and is bound to the key: one extract's key opens no other's file.
    """
    partial, keeper = file.with_suffix(".partial"), _Keeper()
    config = pe.EncryptionConfiguration(
        footer_key="EXTRACT_KEY", uniform_encryption=True, double_wrapping=False, data_key_length_bits=256
    )
    properties = _factory(keeper).file_encryption_properties(pe.KmsConnectionConfig(), config)
    try:
        with (
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _READER), "wb") as sink,
            pq.ParquetWriter(sink, schema, encryption_properties=properties, compression="zstd") as writer,
        ):
            for batch in batches:
                writer.write_batch(batch, row_group_size=ROW_GROUP)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return Seal(_digest(file), _wrap(keeper.key, digest))


def dataset(extract: PopulationExtract) -> pads.Dataset:
    """Open a sealed copy for reading in place; it may be scanned again and again.

    :raises ExtractGone: it was deleted, or was never sealed
    :raises ExtractChanged: the file or its key is not what was made
    """
    if not extract.is_held:
        raise ExtractGone.of(extract)
    factory = _factory(_Keeper(_unwrap(extract)))
    properties = factory.file_decryption_properties(pe.KmsConnectionConfig(), pe.DecryptionConfiguration())
    options = pads.ParquetFragmentScanOptions(decryption_properties=properties)
    try:
        return pads.dataset(str(extract.file), format=pads.ParquetFileFormat(default_fragment_scan_options=options))
    except (OSError, pa.ArrowException) as error:
        raise ExtractChanged(extract=extract.pk) from error


def keys_for(extract: PopulationExtract, *purposes: str) -> list[bytes]:
    """Derive keys of 32 bytes from an extract's own, one a purpose; they are lost with it.

    :raises ExtractGone: the extract is not kept any more
    """
    if not extract.is_held:
        raise ExtractGone.of(extract)
    own = _unwrap(extract)
    return [hmac.digest(own, purpose.encode(), "sha256") for purpose in purposes]


def require_whole(extract: PopulationExtract) -> None:
    """Refuse to work on a copy other than the one that was made.

    :raises ExtractGone: it is not kept any more
    :raises ExtractChanged: it is lost or differs
    """
    if not extract.is_held:
        raise ExtractGone.of(extract)
    if not extract.file.is_file() or _digest(extract.file) != extract.sealed_digest:
        raise ExtractChanged(extract=extract.pk)


@contextmanager
def unseal(extract: PopulationExtract, folder: Path, tell: Callable[[int], None]) -> Iterator[Path]:
    """Lend a plain copy to the linkage engine, in a folder only this account may enter; it is gone afterwards.

    ``tell`` hears the rows written. What a killed worker left in the folder is removed first.
    """
    remove(folder)
    folder.mkdir(parents=True, mode=OWNER_ONLY)
    path, done = folder / "population.parquet", 0
    try:
        source = dataset(extract)
        with pq.ParquetWriter(path, source.schema, compression="lz4") as writer:
            for batch in source.to_batches(batch_size=ROW_GROUP):
                writer.write_batch(batch)
                done += batch.num_rows
                tell(done)
        yield path
    finally:
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; nothing when it is not there."""
    if folder.exists():
        shutil.rmtree(folder)


def destroy(extract: PopulationExtract) -> None:
    """Remove the sealed copy from the disk."""
    extract.file.unlink(missing_ok=True)
    extract.file.with_suffix(".partial").unlink(missing_ok=True)


def _factory(keeper: _Keeper) -> pe.CryptoFactory:
    return pe.CryptoFactory(lambda _config: keeper)


def _agency_key() -> AESGCM:
    return AESGCM(hashlib.sha256(settings.EXTRACT_KEY.encode()).digest())


def _wrap(key: bytes, digest: str) -> str:
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + _agency_key().encrypt(nonce, key, digest.encode())).decode()


def _unwrap(extract: PopulationExtract) -> bytes:
    sealed = base64.b64decode(extract.sealed_key)
    try:
        return _agency_key().decrypt(sealed[:_NONCE], sealed[_NONCE:], extract.digest.encode())
    except InvalidTag as error:
        raise ExtractChanged(
            "Khóa EXTRACT_KEY không phải khóa đã niêm phong bản trích này. Hãy đặt lại đúng khóa rồi chạy lại.",
            extract=extract.pk,
        ) from error


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
