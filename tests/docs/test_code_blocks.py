"""Every code block of the README and of the documentation does what the page says.

HTML comments on the line above a block steer the test:

- `<!-- no-run: reason -->`: the block is not run;
- `<!-- fragment -->`: a `bayes` block that is no whole model, and is not checked;
- `<!-- output -->`: a `text` block is what the block before it prints; on a `console` block, the
  output shown below each command is what it prints. `...` stands for anything;
- `<!-- exits 1 -->`: the commands of a `bash` or `console` block end with this status, not 0.

A page says of itself `<!-- page: slow -->` or `<!-- page: needs posteriordb -->`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import Page, read_page

ROOT = Path(__file__).resolve().parents[2]
MARKS = frozenset({"slow", "needs posteriordb"})
TIMEOUT_SECONDS = 900


def _pages() -> list[Page]:
    readme = ROOT / "README.md"
    files = [readme] if readme.exists() else []
    return [read_page(path) for path in files + sorted((ROOT / "docs").rglob("*.md"))]


def _parameter(page: Page) -> object:
    marks = [pytest.mark.slow] if "slow" in page.marks else []
    return pytest.param(page, id=page.path.relative_to(ROOT).as_posix(), marks=marks)


@pytest.mark.parametrize("page", [_parameter(page) for page in _pages()])
def test_code_blocks(page: Page, tmp_path: Path) -> None:
    assert page.marks <= MARKS, f"unknown page marks: {sorted(page.marks - MARKS)}"
    if "needs posteriordb" in page.marks and not os.environ.get("BAYESCRIPT_POSTERIORDB"):
        pytest.skip("BAYESCRIPT_POSTERIORDB is not set")
    if not page.blocks:
        return
    if (ROOT / "specs").is_dir():
        shutil.copytree(ROOT / "specs", tmp_path / "specs")
    programs = tmp_path / ".programs"
    programs.mkdir()
    _write_command(programs / "bayescript")
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs.run_page", str(page.path)],
        cwd=tmp_path,
        env=_environment(programs),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _write_command(path: Path) -> None:
    """The command `bayescript` of this tree, also where another one is installed, or none."""
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bayescript "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _environment(programs: Path) -> dict[str, str]:
    """The tests' environment with its own programs first, and plain terminal output."""
    path = [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {
        **os.environ,
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
