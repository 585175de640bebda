"""Where a run keeps how far it has come, so that another process can go on with it.

A run has parts, numbered from 0, such as its chains. Of each it keeps what it is `now` (the state
of a kernel or an optimiser: arrays in tuples) and, along their first axes, `more` rows of what it
has made.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from .journal import Journal, Record, packed, read, unpacked
from .origin import Origin, recalled

_EVERY = 1.0  # seconds between two writes, at least
_HEAD = -1  # the part of the record that holds the origin


@dataclass(frozen=True)
class Past:
    """How far a part has come: its last state, and all of its rows."""

    now: Any
    more: dict[str, np.ndarray]


class Keeper(Protocol):
    """What engines know of checkpoints."""

    @property
    def remedy(self) -> str:
        """How to go on with a run that was cut short; empty where nothing is kept."""

    def load(self, part: int) -> Past | None:
        """How far a part had come when the run ended before, or None."""

    def save(self, part: int, now: Any, more: Mapping[str, np.ndarray]) -> None:
        """Notes how far a part has come; it is written in a while."""

    def flush(self) -> None:
        """Writes what is noted."""


class _Nowhere:
    remedy = ""

    def load(self, part: int) -> Past | None:
        return None

    def save(self, part: int, now: Any, more: Mapping[str, np.ndarray]) -> None:
        """Nothing is kept."""

    def flush(self) -> None:
        """Nothing is kept."""


NOWHERE: Keeper = _Nowhere()
"""The keeper of runs that keep nothing."""


class Checkpoint:
    """A run that is kept in a file; where the file cannot be written, the run goes on without."""

    def __init__(self, path: Path, journal: Journal, past: Mapping[int, Past]) -> None:
        self.remedy = go_on(path)
        self._path = path
        self._journal: Journal | None = journal
        self._past = past
        self._noted: tuple[int, Any, list[Mapping[str, np.ndarray]]] | None = None
        self._written = time.monotonic()

    def load(self, part: int) -> Past | None:
        return self._past.get(part)

    def save(self, part: int, now: Any, more: Mapping[str, np.ndarray]) -> None:
        if self._noted is not None and self._noted[0] != part:
            self.flush()
        before = [] if self._noted is None else self._noted[2]
        # One assignment, so that an interrupt finds rows and state of the same moment.
        self._noted = part, now, [*before, more]
        if time.monotonic() - self._written >= _EVERY:
            self.flush()

    def flush(self) -> None:
        if self._noted is None or self._journal is None:
            return
        (part, now, more), self._noted = self._noted, None
        try:
            self._journal.append(Record(part, packed(_joined(more)), packed(_flat(now))))
        except OSError as error:
            self._journal = None  # a record that is missing would be a gap in the draws
            message = f"the run goes on, and is no longer kept in `{self._path}`: {error.strerror}"
            warnings.warn(message, stacklevel=2)
        self._written = time.monotonic()


def go_on(path: Path | str) -> str:
    """How to go on with a run that is kept in a file."""
    return f"`bayescript resume {path}`, or the same call with `resume=True`, goes on from there"


def opened(path: Path, origin: Origin, resume: bool) -> Keeper:
    """The keeper of a run, with what the file has of it where `resume`.

    Raises RunError (B606) where the file belongs to another run or is something else, where a run
    is in it that is not to go on, and where it cannot be written.
    """
    past: dict[int, Past] = {}
    if path.exists():
        before = origin_of(path)
        past = _past(path)
        if past and not resume:
            help = "`resume=True` (`--resume`) goes on with it; begin another in another file"
            raise _refused(f"`{path}` holds a run already", help)
        if past:
            _check(path, before, origin)
    head = Record(_HEAD, packed(origin.arrays()))
    try:
        journal = Journal(path, chain([head], _parts(path) if past else []))
    except OSError as error:
        help = "give a place that can be written"
        raise _refused(f"`{path}` cannot be written: {error.strerror}", help) from None
    return Checkpoint(path, journal, past)


def origin_of(path: Path) -> Origin:
    """What run a file belongs to. Raises RunError (B606) where it is no checkpoint."""
    try:
        return recalled(unpacked(next(read(path)).more))
    except (OSError, ValueError, KeyError, StopIteration) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise _unreadable(path, reason or str(error)) from None


def _check(path: Path, before: Origin, now: Origin) -> None:
    strange = list(before.strange(now))
    if strange:
        raise RunError(
            [Diagnostic("B606", f"`{path}` has {what}", help=help) for what, help in strange]
        )
    if before.elsewhere(now):
        message = (
            f"`{path}` was written on another kind of machine: what is drawn from here on may "
            "differ in the last digits from what the run would have drawn there"
        )
        warnings.warn(message, stacklevel=2)


def _parts(path: Path) -> Iterator[Record]:
    return (record for record in read(path) if record.part != _HEAD)


def _past(path: Path) -> dict[int, Past]:
    now: dict[int, bytes] = {}
    more: dict[int, list[dict[str, np.ndarray]]] = {}
    try:
        for record in _parts(path):
            now[record.part] = record.now  # the last of a part always has one
            more.setdefault(record.part, []).append(unpacked(record.more))
        return {part: Past(_tree(unpacked(now[part])), _joined(more[part])) for part in now}
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(path, str(error)) from None


def _flat(tree: Any) -> dict[str, Any]:
    """Tuples of tuples as one mapping of arrays, with their form beside them."""
    leaves: dict[str, Any] = {}

    def form(part: Any) -> Any:
        if isinstance(part, tuple):
            return [form(one) for one in part]
        leaves[f"{len(leaves)}"] = part
        return f"{len(leaves) - 1}"

    return {"form": np.frombuffer(json.dumps(form(tree)).encode(), np.uint8)} | leaves


def _tree(flat: Mapping[str, np.ndarray]) -> Any:
    """The tuples of which `_flat` gave this."""

    def grown(form: Any) -> Any:
        return tuple(grown(one) for one in form) if isinstance(form, list) else flat[form]

    return grown(json.loads(flat["form"].tobytes()))


def _joined(more: Iterable[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Rows of each name, one after the other; not every part has rows of every name."""
    found: dict[str, list[np.ndarray]] = {}
    for rows in more:
        for name, one in rows.items():
            found.setdefault(name, []).append(one)
    return {name: np.concatenate(several) for name, several in found.items()}


def _unreadable(path: Path, reason: str) -> RunError:
    help = "give a file that `checkpoint=` or `--checkpoint` wrote"
    return _refused(f"`{path}` cannot be read as a checkpoint: {reason}", help)


def _refused(message: str, help: str) -> RunError:
    return RunError(Diagnostic("B606", message, help=help))
