"""Ctrl-C at a moment when nothing breaks: between imports, compilation and chunks of draws."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """A context in which the first Ctrl-C waits for the next `check`, and the second does not.

    JAX ends the whole process with a segmentation fault where an interrupt meets its import or its
    compiler. Outside the main thread, or where a program has a handler of its own, nothing changes.
    `remedy` is how to go on later, where the run is kept.
    """

    def __init__(self, remedy: str = "") -> None:
        self.asked = False
        self._remedy = remedy
        self._before: Any = None

    def __enter__(self) -> Interrupts:
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def check(self) -> None:
        """Raises KeyboardInterrupt where Ctrl-C was pressed."""
        if self.asked:
            self.asked = False
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        print("\nstopping at the next safe moment; Ctrl-C again stops at once", file=sys.stderr)
        if self._remedy:
            print(self._remedy, file=sys.stderr)
