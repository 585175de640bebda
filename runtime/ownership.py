"""Whether files are safe from others: the check before compiled code is read from disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def is_ours(path: Path) -> bool:
    """Whether `path` belongs to the user of this process, is no link, and no one else may write it.

    False where the system has no owners to ask about. Raises OSError where there is no such file.
    """
    if not hasattr(os, "getuid"):
        return False
    found = path.lstat()
    others = bool(found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return not stat.S_ISLNK(found.st_mode) and found.st_uid == os.getuid() and not others
