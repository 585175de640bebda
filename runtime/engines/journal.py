"""A file that grows by whole records; what a kill leaves half written does not count.

A record belongs to a part of a run and holds two archives of arrays (`.npz`, read without pickle):
`more` adds to those of the records before it, `now` takes the place of theirs. Its checksum goes on
from that of the record before it, so that nothing which another process wrote there slips in. The
file is written anew, without what is out of date, when that has become more than half of it, so
that all that is ever written is a small multiple of what there is to keep.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

_MAGIC = b"bayescript checkpoint 1\n"
_FRAME = struct.Struct("<qQQ")  # the record's part, the bytes of `more` and of `now`
_SUM = struct.Struct("<I")
_LITTLE = 2**20  # bytes out of date that do no harm


@dataclass(frozen=True)
class Record:
    """What is added at once, whole or not at all."""

    part: int
    more: bytes = b""
    now: bytes = b""

    @property
    def frame(self) -> bytes:
        """What stands before the archives."""
        return _FRAME.pack(self.part, len(self.more), len(self.now))

    def sum(self, before: int) -> int:
        """The checksum of the record after one with the checksum `before`."""
        return zlib.crc32(self.now, zlib.crc32(self.more, zlib.crc32(self.frame, before)))


@dataclass
class _Tally:
    """Where the file ends, and how much of it is out of date."""

    end: int = len(_MAGIC)
    sum: int = 0  # of the last record
    records: int = 0
    idle: int = 0
    latest: dict[int, tuple[int, int]] = field(default_factory=dict)  # number and bytes of `now`

    def framed(self, record: Record) -> bytes:
        """A record as it stands in the file, the next after those that were added."""
        return b"".join([record.frame, record.more, record.now, _SUM.pack(record.sum(self.sum))])

    def add(self, record: Record, framed: bytes) -> None:
        self.end += len(framed)
        (self.sum,) = _SUM.unpack(framed[-_SUM.size :])
        if record.now:
            self.idle += self.latest.get(record.part, (0, 0))[1]
            self.latest[record.part] = self.records, len(record.now)
        self.records += 1


class Journal:
    """A file that is written; no other process may write it at the same time."""

    def __init__(self, path: Path, records: Iterable[Record]) -> None:
        """Writes a file of these records, in place of any that is there. Raises OSError."""
        self._path = path
        self._write(records)

    def append(self, record: Record) -> None:
        """Adds a record. Raises OSError."""
        framed = self._tally.framed(record)
        with self._path.open("r+b") as file:
            file.seek(self._tally.end)
            file.write(framed)
            file.truncate()
        self._tally.add(record, framed)
        if self._tally.idle > max(_LITTLE, self._tally.end / 2):
            self._write(self._current())

    def _current(self) -> Iterator[Record]:
        latest = {number for number, _ in self._tally.latest.values()}
        for number, record in enumerate(read(self._path)):
            yield record if number in latest else replace(record, now=b"")

    def _write(self, records: Iterable[Record]) -> None:
        tally = _Tally()
        beside = self._path.with_name(f"{self._path.name}.part")
        try:
            with beside.open("wb") as file:
                file.write(_MAGIC)
                for record in records:
                    framed = tally.framed(record)
                    file.write(framed)
                    tally.add(record, framed)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._path)
        finally:
            beside.unlink(missing_ok=True)
        self._tally = tally


def read(path: Path) -> Iterator[Record]:
    """The whole records of a file, in order.

    Raises OSError, and ValueError where the file is not one that a journal wrote.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise ValueError("it does not begin as a checkpoint does")
        size = os.fstat(file.fileno()).st_size
        total = 0
        while len(frame := file.read(_FRAME.size)) == _FRAME.size:
            part, more, now = _FRAME.unpack(frame)
            if file.tell() + more + now + _SUM.size > size:
                return
            record = Record(part, file.read(more), file.read(now))
            total = record.sum(total)
            if file.read(_SUM.size) != _SUM.pack(total):
                return
            yield record


def packed(arrays: Mapping[str, Any]) -> bytes:
    """Arrays as one archive; no bytes at all where there are none."""
    if not arrays:
        return b""
    buffer = io.BytesIO()
    named: Any = {name: np.asarray(one) for name, one in arrays.items()}
    np.savez(buffer, **named)
    return buffer.getvalue()


def unpacked(archive: bytes) -> dict[str, np.ndarray]:
    """The arrays of an archive. Raises ValueError where it is none, or wants to be unpickled."""
    if not archive:
        return {}
    try:
        found = np.load(io.BytesIO(archive), allow_pickle=False)
        return dict(found)
    except (TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"what it holds cannot be read: {error}") from None
