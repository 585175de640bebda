"""Whole processes and what they cost."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.models import ROOT

# Settings of the caller that would make one side's run not the plain one.
UNSET = ("BAYESCRIPT_CACHE", "JAX_COMPILATION_CACHE_DIR", "JAX_ENABLE_X64", "XLA_FLAGS")


@dataclass(frozen=True)
class Cost:
    """What a process cost: CPU-seconds (user and system, all threads) and seconds on the clock."""

    cpu: float
    wall: float


class ChildError(Exception):
    """A benchmarked process failed."""


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None, code: int = 0
) -> Cost:
    """Runs a command to its end, its output thrown away unless it ends with another code."""
    inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != code:
            output.seek(0)
            tail = output.read().decode(errors="replace")[-2000:]
            raise ChildError(f"{' '.join(command)} ended with {child.returncode}:\n{tail}")
    return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=wall)
