"""What is installed is what lies in the tree, and importing it is light."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("grammar", "compiler", "runtime")
HEAVY = ("arviz", "jax", "numpyro", "pandas", "torch", "xarray")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PROJECT["tool"]["setuptools"]


def test_the_list_of_packages_is_the_tree() -> None:
    folders = {file.parent for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    names = {"bayescript." + ".".join(folder.relative_to(ROOT).parts) for folder in folders}
    names.add("bayescript.lsp")
    templates = {name for name in names if name.endswith(".templates")}
    assert set(SETUPTOOLS["packages"]) == {"bayescript"} | names - templates


@pytest.mark.parametrize("name", SETUPTOOLS["packages"])
def test_every_package_says_what_lives_in_it(name: str) -> None:
    init = ROOT.joinpath("bayescript", *name.split(".")[1:], "__init__.py")
    assert init.read_text(encoding="utf-8").startswith('"""')


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_a_relative_link_in_the_face(room: str) -> None:
    link = ROOT / "bayescript" / room
    assert link.is_symlink()
    assert os.readlink(link) == f"../{room}"
    assert SETUPTOOLS["package-dir"][f"bayescript.{room}"] == room


def test_every_data_file_is_packaged() -> None:
    packaged = {
        file
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        for file in ROOT.joinpath("bayescript", *package.split(".")[1:]).resolve().glob(pattern)
    }
    present = {
        file
        for room in ROOMS
        for pattern in ("*.lark", "*.j2", "*.json", "*.toml", "*.yaml", "*.bayes")
        for file in (ROOT / room).rglob(pattern)
    }
    assert present <= packaged
    assert ROOT / "bayescript" / "py.typed" in packaged


@pytest.mark.parametrize(
    "module", ["bayescript", "bayescript.grammar", "bayescript.compiler", "bayescript.runtime"]
)
def test_importing_it_loads_no_heavy_library(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
