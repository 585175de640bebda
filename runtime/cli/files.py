"""The specs that a call names: files, and all that lie in folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ...grammar.diagnostics import Diagnostic, SpecError

ENDINGS = (".bayes", ".bayes.yaml", ".bayes.yml")


def each(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as they are named; of a folder, the specs in it and below, without hidden folders.

    Raises SpecError (B106) for a folder that holds none.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(p for p in path.rglob("*.bayes*") if _is_spec(p, path))
        if not found:
            endings = ", ".join(f"`{ending}`" for ending in ENDINGS)
            message = f"there is no spec in `{path}`"
            help = f"in folders, files that end in {endings} are specs; name others one by one"
            raise SpecError(Diagnostic("B106", message, help=help))
        yield from found


def _is_spec(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.name.endswith(ENDINGS) and not hidden and path.is_file()
