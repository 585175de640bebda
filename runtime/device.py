"""Where jax computes, and in which precision."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..grammar.diagnostics import BackendError, Diagnostic
from ..grammar.parse import cache_directory
from .ownership import is_ours
from .require import require


def choose_device(wanted: str = "auto") -> Any:
    """The jax device for `auto`, `cpu`, `cuda` or `cuda:1`; float64 and the disk cache are set up.

    `auto` is the processor: NUTS on models of everyday size is a long chain of tiny steps, which an
    accelerator slows down. Precision is a setting of the whole process in jax; it is set here,
    before any array of ours is made. Raises BackendError (B404) where the device is not there.
    """
    kind, _, number = wanted.partition(":")
    if kind not in ("auto", "cpu", "cuda") or (number and not number.isdecimal()):
        raise BackendError(_no_device(wanted, "known: auto, cpu, cuda, cuda:0, cuda:1, …"))
    if kind == "auto":
        kind = "cpu"
    fresh = "jax" not in sys.modules
    jax = require("jax", extra="numpyro")
    if fresh and kind == "cpu" and "JAX_PLATFORMS" not in os.environ:
        # Else jax would also start the accelerator and take most of its memory.
        jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    _use_disk_cache(jax)
    try:
        device = jax.devices(kind)[int(number or 0)]
    except (RuntimeError, IndexError):
        found = ", ".join(str(device) for device in jax.devices())
        raise BackendError(_no_device(wanted, f"jax sees: {found}")) from None
    return device


def _use_disk_cache(jax: Any) -> None:
    """Keeps compiled programs on disk, the quick ones too; leaves a cache of the user's alone."""
    if jax.config.jax_compilation_cache_dir is not None:
        return
    where = cache_directory() / "xla"
    try:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        safe = is_ours(where)
    except OSError:
        return
    if not safe:
        return
    jax.config.update("jax_compilation_cache_dir", str(where))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def _no_device(wanted: str, remedy: str) -> Diagnostic:
    return Diagnostic("B404", f"there is no device `{wanted}`", help=remedy)
