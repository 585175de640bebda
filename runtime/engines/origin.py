"""What a checkpoint belongs to, and what tells another run from it.

With the spec, the data and the settings of the call in the file, a run can go on from it alone.
Nothing of the file is run: the program in it is only compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from ..device import choose_device
from ..execute import Binding
from . import kept
from .settings import Chains, Common

_HARMLESS = ("python",)  # what draws do not depend on


@dataclass(frozen=True)
class Origin:
    """A run, as JSON, and its data.

    `settings` are those that may not change, `given` the digests of the model's arguments, and
    `recipe` how the program was made of `spec`, where it was.
    """

    program: str
    spec: str
    method: str
    settings: dict[str, Any]
    given: dict[str, Any]
    versions: dict[str, str]
    code: str
    machine: dict[str, Any]
    recipe: dict[str, Any]
    sizes: dict[str, int]
    data: dict[str, np.ndarray]
    indices: dict[tuple[str, str], np.ndarray]
    coords: dict[str, np.ndarray]
    named: list[str]

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it as arrays."""
        about = {name: getattr(self, name) for name in _JSON}
        text = json.dumps(about).encode()
        found = {"about": np.frombuffer(text, np.uint8)}
        found |= {f"data/{name}": one for name, one in self.data.items()}
        found |= {f"index/{child}/{role}": at for (child, role), at in self.indices.items()}
        return found | {f"labels/{name}": one for name, one in self.coords.items()}

    def strange(self, now: Origin) -> Iterator[tuple[str, str]]:
        """Why another run is not this one: what is said, and what helps."""
        yours = "go on with what the run was begun with, or begin another in another file"
        if self.method != now.method:
            yield f"another method: it was `{self.method}` and is now `{now.method}`", yours
            return
        if self.program != now.program:
            yield f"another program{_first_change(self.spec, now.spec)}", yours
        shared = [name for name in now.given if name in self.given]
        others = [f"`{name}`" for name in shared if self.given[name] != now.given[name]]
        if others:
            yield f"other data: {', '.join(others)} differ{'s' * (len(others) == 1)}", yours
        changes = _changes(self.settings, now.settings)
        if changes:
            yield f"other settings: {changes}", yours
        changes = _changes(self.versions, now.versions)
        if changes or self.code != now.code:
            changes = changes or "Bayescript itself has changed"
            help = "other versions give other draws: install those, or begin anew in another file"
            yield f"other versions: {changes}", help

    def elsewhere(self, now: Origin) -> bool:
        """Whether it ran on a machine whose arithmetic may differ in the last digits."""
        return self.machine != now.machine


_JSON = (
    "program",
    "spec",
    "method",
    "settings",
    "given",
    "versions",
    "code",
    "machine",
    "recipe",
    "sizes",
    "named",
)


def origin(
    program: str,
    spec: str,
    bound: Binding,
    given: Mapping[str, Any],
    method: str,
    settings: Common,
    recipe: Mapping[str, Any],
) -> Origin:
    """What a run is, before it begins."""
    device = choose_device(settings.device)
    fixed = {n: v for n, v in asdict(settings).items() if n not in _free(settings)}
    versions = {n: v for n, v in kept.versions().items() if n not in _HARMLESS}
    return Origin(
        program=program,
        spec=spec,
        method=method,
        settings=fixed | {"device": str(device.platform)},
        given={name: _digest(value) for name, value in given.items()},
        versions=versions,
        code=kept.code(),
        machine=kept.machine(device),
        recipe=dict(recipe),
        sizes={name: int(size) for name, size in bound.sizes.items()},
        data={name: np.asarray(one) for name, one in bound.data.items()},
        indices={pair: np.asarray(one) for pair, one in bound.indices.items()},
        coords={name: np.asarray(one) for name, one in bound.coords.items()},
        named=sorted(bound.named),
    )


def recalled(arrays: Mapping[str, np.ndarray]) -> Origin:
    """The origin that `Origin.arrays` gave. Raises ValueError and KeyError where it is none."""
    about = json.loads(arrays["about"].tobytes())
    indices = {}
    for name, at in _below("index", arrays).items():
        child, _, role = name.partition("/")
        indices[child, role] = at
    return Origin(
        **{name: about[name] for name in _JSON},
        data=_below("data", arrays),
        indices=indices,
        coords=_below("labels", arrays),
    )


def _below(group: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    head = f"{group}/"
    return {n.removeprefix(head): one for n, one in arrays.items() if n.startswith(head)}


def _free(settings: Common) -> set[str]:
    """Settings that change how much is drawn, and nothing of what is drawn before."""
    alone = isinstance(settings, Chains) and not settings.vectorized
    return {"draws", "chains"} if alone else {"draws"}


def _digest(value: Any) -> Any:
    if isinstance(value, int):
        return value
    array = np.ascontiguousarray(value)
    form = f"{array.dtype.str}{array.shape}".encode()
    return hashlib.sha256(form + array.tobytes()).hexdigest()


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    told = [f"`{n}` was {before.get(n, 'absent')} and is now {now.get(n, 'absent')}" for n in names]
    return ", ".join(told)


def _first_change(before: str, now: str) -> str:
    """Where two specs begin to differ."""
    lines = enumerate(zip_longest(before.splitlines(), now.splitlines(), fillvalue=""), start=1)
    for number, (old, new) in lines:
        if old.strip() != new.strip():
            was = f"line {number} of the spec was `{old.strip()}`"
            return f": {was} and is now `{new.strip()}`"
    return ""
