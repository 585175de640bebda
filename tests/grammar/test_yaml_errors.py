"""What is wrong with a YAML spec: each mistake once, at its place, and the rest is read."""

import time

import pytest
import yaml

from bayescript.grammar import tree
from bayescript.grammar.diagnostics import Diagnostic
from bayescript.grammar.reading import Reading
from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read


def reading(text: str) -> Reading:
    return read(Source(text, "s.yaml", "yaml"))


def said(text: str) -> list[tuple[str, str]]:
    """The codes of all errors, with the characters at which they point."""
    source = Source(text, "s.yaml", "yaml")
    return [(d.code, source.excerpt(d.span)) for d in read(source).errors if d.span is not None]


def only(text: str) -> Diagnostic:
    (error,) = reading(text).errors
    return error


def declared(text: str) -> dict[str, str]:
    """The names of the statements, with their kinds."""
    found: dict[str, str] = {}
    for statement in reading(text).spec.statements:
        match statement:
            case tree.Broken(word, names):
                found |= {name.name: f"Broken {word}".strip() for name in names}
            case tree.Plate(name) | tree.Def(name):
                found[name.name] = type(statement).__name__
            case tree.Draw(target) | tree.Define(target):
                found[target.name.name] = type(statement).__name__
            case tree.DataBlock(lines):
                found |= {line.target.name.name: "Data" for line in lines}
    return found


# --- recovery ------------------------------------------------------------------------------


def test_one_broken_entry_does_not_hide_the_next() -> None:
    text = (
        "plates:\n  a:\n  b: [\n  c: 3 +\ndata:\n  x[a]: real(\n  y: reel = = 2\n  z: real\n"
        "priors:\n  t: Normal(0, 1\n  u[: Normal(0, 1)\n  v: @b\n  w: Normal(0, 1)\n"
        "functions:\n  f(x: x\n  g(x): x +\n  h(x): x\n"
    )
    assert [code for code, _ in said(text)] == [
        *("B107", "B101", "B102", "B101", "B102", "B102", "B107", "B102", "B101"),
    ]
    assert declared(text) == {
        "a": "Plate",
        "b": "Broken PLATE",
        "c": "Broken PLATE",
        "x": "Broken DATA",
        "y": "Broken DATA",
        "z": "Data",
        "t": "Broken",
        "u": "Broken",
        "v": "Broken",
        "w": "Draw",
        "f": "Broken DEF",
        "g": "Broken DEF",
        "h": "Def",
    }


@pytest.mark.parametrize(
    "line",
    [
        "a Normal(0, 1)",
        "a:Normal(0, 1)",
        "a: 1: 2",
        'a: "x',
        "a: 'x",
        'a: "x" == y',
        "a: @b",
        "a: `b`",
        "a: % b",
        "a: * b",
        "a: *b",
        "a: & b",
        "a: !b c",
        "a: != b",
        "a: > b",
        "a: | b",
        "a: - b",
        "a: ? b",
        "a: ]",
        "a: }",
        "a: , b",
        "a: [1, 2",
        "a: {b",
        "a: [1] @ b",
        "a: {y[b]: 1}",
        'a: "\\d"',
        "a: {value: Normal(0, 1), where: c}",
        'a: u["x #1"]',
        "a: Normal(0, #1)",
        "a: {vlaue: b}",
        "a: [b]",
        "a:",
        "a: b\x01",
        "a: &x [*x, *x",
    ],
)
def test_lines_around_a_mistake_are_read(line: str) -> None:
    text = f"priors:\n  before: Normal(0, 1)\n  {line}\n  behind: Normal(0, 1)\nlets: {{d: 1}}\n"
    errors = reading(text).errors
    assert len(errors) == 1 or line.startswith("a: &x"), [d.message for d in errors]
    assert reading(text).source.place(errors[0].span.start)[0] == 3  # type: ignore[union-attr]
    names = declared(text)
    assert names["before"] == names["behind"] == "Draw" and names["d"] == "Define"
    assert names["a"].startswith("Broken") or "\x01" in line or "&x" in line


def test_a_quote_closed_by_the_next() -> None:
    text = 'lets:\n  a: "x\n  b: "y"\n  c: 2\n'
    assert said(text) == [("B107", '"')]
    assert reading(text).source.place(only(text).span.start) == (2, 6)  # type: ignore[union-attr]
    assert declared(text)["c"] == "Define"


def test_tabs_are_one_mistake() -> None:
    text = "priors:\n\ta: U(1)\n\tb: U(1)\nlets:\n  c: 1\n"
    assert said(text) == [("B107", "\t")]
    assert declared(text) == {"a": "Draw", "b": "Draw", "c": "Define"}


def test_what_a_second_section_declares_is_known() -> None:
    text = "plates:\n  a:\ndata: {x: real}\nplates:\n  b:\n  c: 2\n"
    error = only(text)
    assert error.code == "B202" and error.notes[0].span.start == 0
    assert declared(text) == {
        "a": "Plate",
        "x": "Data",
        "b": "Broken PLATE",
        "c": "Broken PLATE",
    }


def test_no_words_of_the_library() -> None:
    texts = ["a: b: c", "\ta", "%", "a: !!x", "[", "a\nb: c", "- a\nb: c", 'a: "\\q"', "...\n{"]
    for text in texts:
        for error in reading(text).errors:
            shown = f"{error.message} {error.label} {error.help}".lower()
            assert "scanning" not in shown and "token" not in shown and "expected" not in shown


def test_many_mistakes_are_reported_up_to_a_number() -> None:
    assert len(reading("lets:\n" + "".join(f"  a{i}: @b\n" for i in range(100))).errors) == 20
    many = reading("lets:\n" + "".join(f"  a{i}: b +\n" for i in range(2000))).errors
    assert len(many) < 600 and many[-1].code == "B104"


# --- what specs do not use -------------------------------------------------------------------


def test_anchors_aliases_tags_and_merge_keys_are_refused_all_at_once() -> None:
    text = "lets:\n  a: &x 1\n  <<: *x\n  b: *x\n  c: !!int 3\n  d: !t {value: f}\n---\nmodel: m\n"
    assert said(text) == [
        ("B107", "&x"),
        ("B107", "<<"),
        ("B107", "*x"),
        ("B107", "*x"),
        ("B107", "!!int"),
        ("B107", "!t"),
        ("B107", "---"),
    ]


def test_a_billion_laughs() -> None:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    began = time.perf_counter()
    errors = reading("\n".join(lines)).errors
    assert time.perf_counter() - began < 1
    assert sum(d.code == "B107" for d in errors) == 122


HOSTILE = {
    "brackets": "[" * 10_000,
    "braces": "lets: " + "{" * 10_000,
    "brackets_in_pairs": "lets: {a: " + "[" * 10_000 + "]" * 10_000 + "}",
    "braces_over_lines": "{\n" * 10_000,
    "dashes": "- " * 10_000,
    "steps": "".join(" " * i + "a:\n" for i in range(1000)),
    "questions": "? " * 10_000,
    "brackets_in_a_value": "priors:\n  a: " + "(" * 10_000,
    "colons": "a: " * 10_000,
    "quotes": '"' * 10_001,
    "backslashes": '"' + "\\" * 10_001,
    "hashes": "a: b " + "#" * 100_000,
    "long_text": "description: " + "x " * 500_000 + "\nmodel: m",
    "long_value": "lets:\n  a: " + "x + " * 200_000 + "x",
    "long_key": "lets:\n  " + "x" * 100_000 + ": 1",
    "items": "lets:\n  a: [" + "1," * 20_000 + "]",
    "entries": "lets: {" + ", ".join(f"a{i}: 1" for i in range(5_000)) + "}",
    "aliases": "lets: [" + "*a , " * 20_000 + "]",
    "blanks": " " * 1_000_000 + "x: 1\n y: 2",
    "tabs": "\t" * 100_000,
    "nothing": "\x00" * 100_000,
    "carriage_returns": "a: b\r" * 10_000,
    "documents": "---\n" * 10_000,
    "twice": "lets:\n" + "  a: b\n" * 10_000,
    "lone_surrogate": "lets: {a: '\ud83d'}",
    "marks": "\ufeff" * 100,
    "unclosed_texts": 'a: "x\n' * 5_000,
    "cut_values": "lets: {" + "a: f(x, " * 5_000 + "}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_end_soon(name: str) -> None:
    source = Source(HOSTILE[name], "s.yaml", "yaml")
    began = time.process_time()
    found = read(source)
    assert time.process_time() - began < 2
    assert found.errors or name in ("hashes", "long_text", "entries", "items")
    for error in found.errors[:20]:
        assert error.span is None or 0 <= error.span.start < error.span.end
        assert error.span is None or error.span.start <= len(source.text)
        assert len(error.render(source)) < 5_000


def test_ten_thousand_lines_of_yaml_take_less_than_a_second() -> None:
    from bayescript.grammar.yaml.compose import compose

    text = "priors:\n" + "".join(f"  a{i}[county]: Normal(g + u * x, tau)\n" for i in range(10_000))
    source = Source(text, "s.yaml", "yaml")
    began = time.process_time()
    assert not compose(source).errors
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text",
    ["x", "'x'", "- a\n- b\n", "[]", "|\n  text\n"],
)
def test_a_document_that_is_no_map(text: str) -> None:
    assert [code for code, _ in said(text)] == ["B108"]


def test_control_characters_have_their_places() -> None:
    text = "lets:\n  a: b\x00 + \x07c\n  d\x1b: 1\n"
    assert said(text) == [("B105", "\x00"), ("B105", "\x07"), ("B105", "\x1b")]


def test_numbers_of_sixty_are_no_expression() -> None:
    assert said("lets: {a: '1:30'}") == [("B101", ":")]


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        'priors:\n  a: "x\n  b: U(1)\n  c: d: e\n',
        "lets:\n  a: [1, 2\n  b: @x\n  c:\n\td: 1\n",
        "\ufefflets: {a: é😀}\n# c\nz: &a 1\n",
        "a: > 1\nb: \"\\d\"\nc: 'x' y\nd e\nf: 1\n",
    ]
    fast = [reading(text) for text in texts]
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    for text, expected in zip(texts, fast, strict=True):
        found = reading(text)
        assert found.spec == expected.spec and found.comments == expected.comments
        assert [(d.code, d.span) for d in found.errors] == [
            (d.code, d.span) for d in expected.errors
        ]


@pytest.mark.parametrize(
    "text",
    [
        "lets:\n  w: [1, a + b, [2, ?\r\n",
        "lets:\n  w:\n    value:\n      - 1\n      - <<: rs:\n  v: 1\n - a: b\n",
        "plates:\n  d: ['1:30', [? #\"1:30\"\n",
        "a: b\x00\ufeff: c\n...\nd",
        "priors:\n  y: Norma\x00, sigma)\n",
        "inference: nuts\n  chains\n",
        "lets: {f(x, y: 1, b: 2}\n",
        "lets: {'a: 1, b: 2}\n",
    ],
)
def test_odd_texts(text: str) -> None:
    found = reading(text)
    assert found.errors
    for error in found.errors:
        assert error.span is not None and 0 <= error.span.start <= len(text)
        assert error.render(found.source)


def test_states_of_broken_equations_are_known() -> None:
    text = "odes:\n  time: t\n  rates:\n    u: -u, initially 1\n    v: u +, initially 1\n"
    (broken,) = reading(text).spec.statements
    assert isinstance(broken, tree.Broken)
    assert [name.name for name in broken.names] == ["u", "v"]


def test_a_misspelt_section_declares_all_the_same() -> None:
    text = "plate:\n  a:\nprior:\n  mu: U(1)\nfunction:\n  f(x): x\n"
    assert declared(text) == {"a": "Broken PLATE", "mu": "Broken", "f": "Broken DEF"}
    assert [d.help for d in reading(text).errors] == [
        "did you mean `plates`?",
        "did you mean `priors`?",
        "did you mean `functions`?",
    ]


def test_a_fix_puts_the_value_in_quotes() -> None:
    text = "lets:\n  a: where(b == c: d)\n"
    (fix,) = only(text).fixes
    fixed = text[: fix.span.start] + fix.text + text[fix.span.end :]
    assert fixed == 'lets:\n  a: "where(b == c: d)"\n'
