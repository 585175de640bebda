"""The page of the twenty mistakes says what the tools say, and the programs are wrong by one edit.

Bayescript's words are asked for each time; those of Stan and NumPyro are kept in a file, which the
slow test holds against the tools.
"""

import re
from pathlib import Path

import pytest

from docs.mistakes import record
from docs.mistakes.judged import judged
from docs.mistakes.outcomes import AFTER, NEVER, TEXT, Outcome, bayescript, numpyro, stan
from docs.mistakes.page import TOOLS, twenty_mistakes
from docs.mistakes.programs import Mistake, TableError, mistakes

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/twenty-mistakes.md"
TABLE = mistakes()
RIGHT = record.rights(TABLE)


def _names(table: list[Mistake]) -> list[str]:
    return [mistake.name for mistake in table]


def test_there_are_twenty_of_different_names() -> None:
    assert len(set(_names(TABLE))) == len(TABLE) == 20


def test_the_page_is_up_to_date() -> None:
    committed = PAGE.read_text(encoding="utf-8")
    assert committed == twenty_mistakes(), "run `python -m docs.mistakes`"


def test_the_page_names_no_path_and_no_address() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|usr|work|lib)\b|site-packages|0x[0-9a-f]{6}", text)


@pytest.mark.parametrize("right", RIGHT, ids=_names(RIGHT))
def test_bayescript_says_nothing_of_a_right_program(right: Mistake) -> None:
    assert bayescript(right) == Outcome(NEVER)


@pytest.mark.parametrize("mistake", TABLE, ids=_names(TABLE))
def test_every_language_has_the_mistake(mistake: Mistake) -> None:
    everywhere = mistake.changed("csv")
    assert everywhere or mistake.changed("stan") or mistake.changed("stan_py")
    assert everywhere or mistake.changed("numpyro")
    assert everywhere or mistake.changed("bayes") or mistake.bayes_python


def test_an_edit_that_fits_nowhere_is_an_error() -> None:
    wrong = Mistake("x", "votes", "", "", {"stan": [("no such line", "")]})
    with pytest.raises(TableError, match="no such line"):
        wrong.wrong("stan")


def test_a_message_is_judged_by_its_own_words() -> None:
    mistake = next(m for m in TABLE if m.name == "A misspelt quantity")
    ((line, _),) = mistake.changed("bayes")
    poor = judged(mistake, "bayes", Outcome(TEXT, "a name is not known"))
    placed = judged(mistake, "bayes", Outcome(TEXT, f"x\n --> radon.bayes:{line}:3"))
    good = judged(mistake, "bayes", Outcome(TEXT, "did you mean `beta`?"))
    late = judged(mistake, "bayes", Outcome(AFTER, f"radon.bayes:{line}:3"))
    assert [(j.place, j.remedy) for j in (poor, placed, good, late)] == [
        (False, False),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert poor.caught and not late.caught


@pytest.mark.parametrize("tool", TOOLS)
def test_every_outcome_is_kept(tool: str) -> None:
    kept = record.read()
    asked = [m for m in TABLE if tool not in m.fine]
    known = [m.name for m in asked if tool in kept[m.name] or bayescript(m).stage != NEVER]
    assert known == _names(asked)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", TABLE + RIGHT, ids=_names(TABLE + RIGHT))
def test_stan_and_numpyro_say_what_is_kept(mistake: Mistake) -> None:
    kept = record.read()[mistake.name]
    assert {"stan": stan(mistake), "numpyro": numpyro(mistake)} == {
        tool: kept[tool] for tool in ("stan", "numpyro")
    }
