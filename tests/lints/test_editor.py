"""Lints in an editor: below the warnings, and faded where something could as well not be there."""

from collections.abc import Iterator

import pytest

from tests.lints.test_faces import GAMMA, UNUSED
from tests.lsp.client import Client, ends, open_


@pytest.fixture(scope="module")
def server() -> Iterator[Client]:
    with Client() as client:
        yield client


def test_a_definition_that_nothing_uses_is_faded(server: Client) -> None:
    file = open_(server, UNUSED)
    (problem,) = file.problems()
    assert (problem["code"], problem["severity"], problem["tags"]) == ("W209", 4, [1])
    (action,) = file.actions((4, 2), (4, 2))
    assert action["title"] == "remove `let k = m / 2`"
    (edit,) = action["edit"]["changes"][file.uri]
    assert ends(edit["range"]) == ((4, 0), (4, 13)) and edit["newText"] == ""


def test_others_are_information(server: Client) -> None:
    (problem,) = open_(server, GAMMA).problems()
    assert (problem["code"], problem["severity"]) == ("W213", 3)
    assert "tags" not in problem and "help: give the standard deviation" in problem["message"]


def test_warnings_stay_warnings_and_errors_hide_lints(server: Client) -> None:
    file = open_(server, UNUSED.replace("m ~", "w ~ Normal(0, 1)\nm ~"))
    assert [(p["code"], p["severity"]) for p in file.problems()] == [("W202", 2), ("W209", 4)]
    broken = open_(server, UNUSED.replace("Normal(m, 1)", "Nromal(m, 1)"))
    assert [p["code"] for p in broken.problems()] == ["B211"]


def test_they_go_when_what_they_are_about_goes(server: Client) -> None:
    file = open_(server, UNUSED)
    assert file.problems()
    file.change(UNUSED.replace("(m, 1)\n", "(k, 1)\n"))
    assert file.problems() == []
