"""Wrong specs, each with the message that it must get.

The first line of a spec says what is expected: `# expect: CODE LINE:COLUMN FRAGMENT`, where the
fragment stands in the message, its label, its notes or its help. `messages` holds some messages to
the letter.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from bayescript import BayescriptError, load
from bayescript.compiler.lowering import later
from bayescript.compiler.tables.inference import PLANNED
from bayescript.grammar.diagnostics import Diagnostic, Suggestion
from bayescript.grammar.source import Source

HERE = Path(__file__).parent
SPECS = {path.stem: path for path in sorted((HERE / "specs").iterdir())}
_EXPECT = re.compile(r"# expect: (?P<code>[BW]\d{3}) (?P<place>\d+:\d+) (?P<fragment>.+)\n")


@dataclass(frozen=True)
class Wrong:
    source: Source
    code: str
    place: tuple[int, int]
    fragment: str


def wrong(name: str) -> Wrong:
    text = SPECS[name].read_text(encoding="utf-8")
    expected = _EXPECT.match(text)
    assert expected is not None, f"{name}: the first line says what is expected"
    line, column = map(int, expected["place"].split(":"))
    return Wrong(
        Source(text, SPECS[name].name),
        expected["code"],
        (line, column),
        expected["fragment"],
    )


def diagnostics(name: str) -> tuple[Diagnostic, ...]:
    """Everything that is said about a spec on its way to a program."""
    try:
        model = load(SPECS[name])
        model.compile()
    except BayescriptError as error:
        return error.diagnostics
    return model.warnings


@pytest.mark.parametrize("name", list(SPECS))
def test_the_message(name: str) -> None:
    expected = wrong(name)
    found = diagnostics(name)
    shown = "\n".join(d.render(expected.source) for d in found) or "it was accepted"
    fitting = [
        d
        for d in found
        if d.code == expected.code
        and d.span is not None
        and expected.source.place(d.span.start) == expected.place
        and expected.fragment in " ".join([d.message, d.label, *(n.text for n in d.notes), d.help])
    ]
    assert fitting, shown
    _excerpt_is_underlined(fitting[0], expected.source)


def _excerpt_is_underlined(diagnostic: Diagnostic, source: Source) -> None:
    assert diagnostic.span is not None
    line, column = source.place(diagnostic.span.start)
    rendered = diagnostic.render(source).splitlines()
    assert rendered[1].endswith(f"--> {source.name}:{line}:{column}")
    excerpt = next(i for i, text in enumerate(rendered) if text.startswith(f"{line} | "))
    assert rendered[excerpt].endswith(source.line(line).replace("\t", " "))
    mark = rendered[excerpt + 1].removeprefix(f"{' ' * len(str(line))} | ")
    first, length = mark.index("^"), mark.count("^")
    assert first == column - 1
    under = source.line(line)[first : first + length]
    assert under == source.excerpt(diagnostic.span)[:length] != ""


ONE = [name for name in SPECS if name not in ("role_of_two_plates", "two_in_one_statement")]


@pytest.mark.parametrize("name", ONE)
def test_one_mistake_gives_one_message(name: str) -> None:
    found = diagnostics(name)
    assert len(found) == 1, [d.message for d in found]


def test_every_mistake_of_a_spec_is_reported_in_order(tmp_path: Path) -> None:
    path = tmp_path / "many.bayes"
    path.write_text(
        "plate home\ndata\n  x[hoem] : real\n  y[home] : postive\n  z[home] : real\n"
        "a ~ Nromal(0, 1)\nb ~ Normal(a + 1, 1)\nz[home] ~ Normal(qqq, -1)\n"
        "w ~ Normal(0, 1, 2)\n",
        encoding="utf-8",
    )
    with pytest.raises(BayescriptError) as caught:
        load(path)
    found = caught.value.diagnostics
    assert [d.code for d in found] == ["B204", "B303", "B211", "B201", "B212"]
    starts = [d.span.start for d in found if d.span]
    assert starts == sorted(starts) and len(starts) == 5
    assert str(caught.value).count(str(path)) == 5


# --- what every message has ---------------------------------------------------------------

# A name that the language itself has taken, and one that no quantity can have.
ONE_PLACE = {"def_distribution", "primed_name"}


@pytest.mark.parametrize("name", list(SPECS))
def test_every_message_says_what_to_do(name: str) -> None:
    for found in diagnostics(name):
        assert found.help and found.help not in found.message
        assert not found.label or found.label not in found.message


@pytest.mark.parametrize("name", list(SPECS))
def test_second_places_are_places_of_the_spec(name: str) -> None:
    text = wrong(name).source.text
    for found in diagnostics(name):
        spans = [note.span for note in found.notes]
        assert len(set(spans)) == len(spans) and found.span not in spans
        assert all(text[span.start : span.end].strip() for span in spans)
        assert all(note.text for note in found.notes)


@pytest.mark.parametrize("name", [n for n in SPECS if wrong(n).code == "B202"])
def test_what_is_said_twice_is_shown_twice(name: str) -> None:
    (found,) = diagnostics(name)
    assert bool(found.notes) == (name not in ONE_PLACE)


@pytest.mark.parametrize("name", list(SPECS))
def test_a_suggested_word_takes_the_place_of_the_wrong_one(name: str) -> None:
    source = wrong(name).source
    for found in diagnostics(name):
        for fix in found.fixes:
            assert source.excerpt(fix.span) != fix.text
        if isinstance(found.help, Suggestion):
            assert source.excerpt(found.fixes[-1].span) == found.help.wrong


def test_every_planned_method_has_something_in_its_place() -> None:
    assert set(later.METHODS) == PLANNED


# --- to the letter -------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((HERE / "messages").glob("*.txt")), ids=lambda p: p.stem)
def test_messages_to_the_letter(path: Path) -> None:
    name = path.stem
    source = wrong(name).source
    found = "\n\n".join(d.render(source) for d in diagnostics(name)) + "\n"
    assert found == path.read_text(encoding="utf-8"), f"if it is better so, write it to {path}"


def test_the_codes_of_the_compiler_are_all_here() -> None:
    """Every code that the compiler can raise has a spec that gets it; lints are elsewhere."""
    rooms = HERE.parents[1] / "compiler"
    raised = {
        code
        for path in rooms.rglob("*.py")
        if path.parent.name != "lints"
        for code in re.findall(r'"([BW][234]\d\d)"', path.read_text(encoding="utf-8"))
    }
    seen = {wrong(name).code for name in SPECS}
    # No back-end and no stage of that name: these are calls that are wrong, not specs.
    assert raised - seen == {"B403", "B407", "B412", "B413"}
