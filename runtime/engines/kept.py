"""Compiled programs kept on disk, so that a second process neither traces nor compiles.

The file of a compiled program is read with pickle and holds machine code: whoever can write it can
run anything as you. So nothing is read or written unless both the directory and the file belong to
the user who runs this process and no one else may write to them; else the program is compiled anew.
A file is found under a hash of all that it depends on, the processor's features included.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import platform
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from ...grammar.parse import cache_directory
from ..ownership import is_ours
from ..require import require

_LIBRARIES = {
    "numpyro": ("bayescript", "jax", "jaxlib", "numpyro", "numpy", "optax"),
    "pyro": ("bayescript", "torch", "pyro-ppl", "numpy"),
}
_CODE = (  # what the compiled form is made by
    "ascent.py",
    "coordinates.py",
    "density.py",
    "flows.py",
    "guides.py",
    "kernel.py",
    "lower.py",
    "mh.py",
    "moved.py",
    "optimisers.py",
    "points.py",
    "summit.py",
    "written.py",
)
_CALL = re.compile(r'custom_call_target="([^"]+)"')
_MOST = 100  # files kept, about a megabyte each
_FEATURES = ("flags", "Features", "model name", "cpu family", "model", "stepping")


def versions(backend: str = "numpyro") -> dict[str, str]:
    """Versions of Python and of the libraries a run depends on; none of them is imported."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES[backend]:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def key_of(what: dict[str, Any], device: Any) -> str:
    """The name under which the compiled form of `what` (JSON) is kept for this device."""
    full = {"what": what, "code": code(), "versions": versions(), **machine(device)}
    return hashlib.sha256(json.dumps(full, sort_keys=True).encode()).hexdigest()


def code() -> str:
    """A hash of the code that makes the compiled form."""
    texts = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _CODE]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def machine(device: Any) -> dict[str, Any]:
    """What machine code depends on beside what it is compiled from, as JSON."""
    return {
        "device": [device.platform, device.device_kind, _processor()],
        "flags": os.environ.get("XLA_FLAGS", ""),
    }


@contextmanager
def without_jax_cache() -> Iterator[None]:
    """Compiles anew, past jax's own cache on disk.

    An executable that jax read from its cache can be serialised, but what comes back does not run.
    """
    jax = require("jax", extra="numpyro")
    cache = require("jax.experimental.compilation_cache.compilation_cache", extra="numpyro")
    before = jax.config.jax_enable_compilation_cache
    jax.config.update("jax_enable_compilation_cache", False)
    cache.reset_cache()  # jax looks at the setting once, unless it is reset
    try:
        yield
    finally:
        jax.config.update("jax_enable_compilation_cache", before)
        cache.reset_cache()


def load(key: str, device: Any) -> tuple[list[Any], dict[str, Any]] | None:
    """The compiled programs kept under `key` and what was noted with them, or None."""
    from jax.experimental.serialize_executable import deserialize_and_load

    path = _directory() / f"{key}.xla"
    try:
        if not (is_ours(path.parent) and is_ours(path)):
            return None
        programs, notes = pickle.loads(path.read_bytes())
        if notes.pop("lapack"):
            _initialise_lapack()
        path.touch()
        options = {"backend": device.client, "execution_devices": [device]}
        return [deserialize_and_load(*one, **options) for one in programs], notes
    except Exception:  # a cache: whatever is wrong with it, compiling anew puts it right
        return None


def store(key: str, programs: Sequence[Any], notes: dict[str, Any]) -> bool:
    """Keeps compiled programs under `key`; says whether that worked."""
    from jax.experimental.serialize_executable import serialize

    try:
        directory = _directory()
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not is_ours(directory):
            return False
        calls = {call for one in programs for call in _CALL.findall(one.as_text())}
        if not all(call.startswith("lapack_") for call in calls):
            return False  # what else the machine code would call may not be there when it is loaded
        kept = [serialize(one) for one in programs]
        content = pickle.dumps((kept, {**notes, "lapack": bool(calls)}))
        handle, name = tempfile.mkstemp(dir=directory)  # made for us alone to read and write
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, directory / f"{key}.xla")  # never a file half written
        _prune(directory)
    except Exception:  # keeping is a convenience, and must not cost a finished compilation
        return False
    return True


def _initialise_lapack() -> None:
    """Sets the addresses of LAPACK's routines, which machine code calls unasked.

    Tracing a program that uses them does it; a program that comes from disk is not traced, and
    would jump to nowhere.
    """
    lapack = require("jaxlib.lapack", extra="numpyro")
    lapack.prepare_lapack_call("potrf_ffi", np.dtype("float64"))


def _directory() -> Path:
    return cache_directory() / "compiled"


def _prune(directory: Path) -> None:
    """Removes what was not used for longest, beyond the `_MOST` last used."""
    files = sorted(directory.glob("*.xla"), key=lambda path: path.stat().st_mtime)
    for path in files[:-_MOST]:
        path.unlink(missing_ok=True)


def _processor() -> list[str]:
    """What tells processors apart whose machine code may differ."""
    about = [platform.machine(), platform.processor(), platform.system()]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return about
    first = lines[: lines.index("")] if "" in lines else lines
    return about + [line for line in first if line.partition(":")[0].strip() in _FEATURES]
