"""Wrong data, each with the message that it must get: code, place, value, remedy.

`data` holds the cases; `data/messages` holds what is said of some of them to the letter.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from bayescript import DataError, loads
from bayescript.grammar.diagnostics import Diagnostic
from bayescript.grammar.source import Source
from bayescript.runtime.binding.data import CODES
from tests.bad.data import formats, labels, sources, values
from tests.bad.data.wrong import HOMES, Wrong

CASES: dict[str, Wrong] = {**values.CASES, **labels.CASES, **sources.CASES, **formats.CASES}
MESSAGES = Path(__file__).parent / "data" / "messages"


def source_of(case: Wrong) -> Source:
    return Source(case.spec, "model.bayes")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def diagnostics(case: Wrong, folder: Path) -> tuple[Diagnostic, ...]:
    """Everything that is said when the data of a case is bound."""
    for name, content in case.files.items():
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        bound = loads(case.spec, "model.bayes").bind(case.given(), **case.more)
    except DataError as error:
        assert error.source is not None and error.source.text == case.spec
        return error.diagnostics
    return bound.warnings


@pytest.mark.parametrize("name", list(CASES))
def test_the_message(name: str, here: Path) -> None:
    case = CASES[name]
    found = diagnostics(case, here)
    source = source_of(case)
    shown = "\n\n".join(d.render(source) for d in found) or "it was accepted"
    fitting = [d for d in found if d.code == case.code and case.message in d.message]
    assert fitting, shown
    assert case.remedy in fitting[0].render(source), shown
    as_json: Any = fitting[0].as_json(source)
    if case.place is None:
        assert "cell" not in as_json, shown
    else:
        cell = as_json["cell"]
        place = cell["table"], cell["column"], cell["row"], cell["line"], cell["value"]
        assert place == case.place, shown
        assert _underlined(fitting[0], case), shown


def _underlined(diagnostic: Diagnostic, case: Wrong) -> bool:
    """Whether the value at fault is what the first mark of the message stands under."""
    assert diagnostic.excerpt is not None and case.place is not None
    table, column, row, line, value = case.place
    rendered = diagnostic.render(source_of(case)).splitlines()
    where = rendered[1].split("--> ")[1]
    assert line is None or where.startswith(f"{table}:{line}")
    assert row is None or where.endswith(f"row {row}")
    if row is None or value is None:
        return True
    marks = next(i for i, text in enumerate(rendered) if re.match(r" *\| +\^", text))
    first, last = rendered[marks].index("^"), rendered[marks].rindex("^")
    marked = rendered[marks - 1][first : last + 1]
    return marked in (str(value), f'"{value}"', f"{column} =")


# What is missing as a whole is missing in all its parts; swapped axes are wrong on both sides.
SEVERAL = {
    "table_misspelt",
    "table_of_no_plate",
    "size_of_a_misspelt_plate",
    "wrong_separator",
    "axes_in_another_order",
}


@pytest.mark.parametrize("name", [name for name in CASES if name not in SEVERAL])
def test_one_mistake_gives_one_message(name: str, here: Path) -> None:
    found = diagnostics(CASES[name], here)
    assert len(found) == 1, [d.message for d in found]


def test_every_code_has_its_case() -> None:
    assert {case.code for case in CASES.values()} == set(CODES)


def test_labels_may_stand_between_blanks(here: Path) -> None:
    text = "county,uranium,floor,radon,rooms\nCook ,1,0,1.5,3\n Cook,1,1,2.5,4\n"
    (here / "t.csv").write_text(text)
    bound = loads(HOMES).bind("t.csv")
    assert bound.coords["county"].tolist() == ["Cook"]


@pytest.mark.parametrize("path", sorted(MESSAGES.glob("*.txt")), ids=lambda p: p.stem)
def test_messages_to_the_letter(path: Path, here: Path) -> None:
    case = CASES[path.stem]
    found = "\n\n".join(d.render(source_of(case)) for d in diagnostics(case, here)) + "\n"
    assert found == path.read_text(encoding="utf-8"), f"if it is better so, write it to {path}"
