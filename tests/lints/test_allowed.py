"""Lints that a spec allows in a comment, or that a caller ignores; and comments for nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import bayescript as bs
from bayescript.compiler.lints.allow import OF_DATA
from bayescript.grammar.codes import CODES
from bayescript.grammar.diagnostics import BayescriptError
from bayescript.grammar.format import convert, format_spec
from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read
from tests.lints.test_groups import EIGHT, SCHOOLS
from tests.lsp.client import Client, open_

HEAD = "plate r\ndata\n  y[r] : real\n"
TAIL = "m ~ Normal(0, 1)\ny[r] ~ Normal(m, 1 / sqrt(t))\n"
GAMMA = "t ~ Gamma(0.001, 0.001)\n"


def codes(spec: str, data: object = None, name: str = "s.bayes") -> list[str]:
    """The codes of all warnings and lints."""
    model = bs.loads(spec, name)
    return [one.code for one in (*model.warnings, *model.lint(data))]


ALLOWED = {
    "at_the_end": "t ~ Gamma(0.001, 0.001)  # allow W213: as in BUGS\n",
    "without_a_reason": "t ~ Gamma(0.001, 0.001)  # allow W213\n",
    "above": "# allow W213: as in BUGS\nt ~ Gamma(0.001, 0.001)\n",
    "above_another_comment": "# allow W213\n# the precision\nt ~ Gamma(0.001, 0.001)\n",
    "below_another_comment": "# the precision\n#allow W213 as in BUGS\nt ~ Gamma(0.001, 0.001)\n",
    "several": "t ~ Gamma(0.001, 0.001)  # allow W207, W213: as in BUGS\n",
    "statement_of_two_lines": "t ~ Gamma(0.001,\n    0.001)  # allow W213\n",
    "at_its_first_line": "t ~ Gamma(  # allow W213\n    0.001, 0.001)\n",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_comment_allows_a_lint_of_its_statement(name: str) -> None:
    spec = HEAD + ALLOWED[name] + TAIL
    assert codes(spec) == []
    assert codes(spec.replace("allow", "about")) == ["W213"]


def test_both_surfaces_and_the_canonical_form_keep_it() -> None:
    for lines in ALLOWED.values():
        reading = read(Source(HEAD + lines + TAIL, "s.bayes"))
        for text, name in ((format_spec(reading), "s.bayes"), (convert(reading, "yaml"), "s.yaml")):
            assert "allow" in text and "W213" not in codes(text, name=name), text


def test_yaml() -> None:
    spec = "plates: {r: }\ndata:\n  y[r]: real\npriors:\n  m: Normal(0, 1)\n"
    end = "likelihoods:\n  y[r]: Normal(m, 1 / sqrt(t))\n"
    field = "  t:\n    distribution: Gamma(0.001, 0.001)  # allow W213\n"
    above = "  # allow W213: as in BUGS\n  t: Gamma(0.001, 0.001)\n"
    for lines in (field, above, "  t: Gamma(0.001, 0.001)  # allow W213: as in BUGS\n"):
        assert codes(spec + lines + end, name="s.yaml") == []
        assert "W213" in codes(spec + lines.replace("allow", "for") + end, name="s.yaml")


def test_it_is_about_no_other_statement_and_no_other_code() -> None:
    twice = GAMMA + "u ~ Gamma(0.001, 0.001)\nfactor u\n" + TAIL
    one = bs.loads(HEAD + twice.replace("u ~", "# allow W213\nu ~")).lint()
    assert [(d.code, d.span and d.span.start) for d in one] == [("W213", len(HEAD) + 4)]
    assert sorted(codes(HEAD + GAMMA.replace("\n", "  # allow W209\n") + TAIL)) == ["W213", "W220"]
    apart = HEAD + "# allow W213\n\n" + GAMMA + TAIL
    assert sorted(codes(apart)) == ["W213", "W220"]  # a blank line is between them


def test_a_line_of_a_block() -> None:
    spec = HEAD + GAMMA + TAIL + "generate\n  let k = m / 2{0}\n  let q = m / 3{1}\n  z = m\n"
    head = spec.replace(GAMMA, "t ~ HalfNormal(1)\n")
    assert codes(head.format("", "")) == ["W209", "W209"]
    (left,) = bs.loads(head.format("  # allow W209", "")).lint()
    assert left.code == "W209" and "`q`" in left.message
    assert codes(head.replace("generate", "# allow W209\ngenerate").format("", ""))[-1] == "W209"


def test_warnings_of_the_spec_are_allowed_as_well() -> None:
    spec = (
        "plate r\ndata\n  y[r] : real\nm ~ Normal(0, 1)\nw ~ Normal(0, 1){}\ny[r] ~ Normal(m, 1)\n"
    )
    assert codes(spec.format("")) == ["W202"]
    assert codes(spec.format("  # allow W202: for show")) == []


def test_comments_that_say_something_else() -> None:
    for text in ("# allow outliers", "# allowed W209", "# to allow W209", "# Allow W209 here"):
        assert codes(HEAD + text + "\n" + TAIL.replace(" / sqrt(t)", "")) == []


@pytest.mark.parametrize(
    ("code", "message", "help"),
    [
        ("W2133", "there is no code `W2133`", "did you mean `W213`?"),
        ("W999", "there is no code `W999`", "lists all codes"),
        ("B203", "`B203` is an error", "the codes that begin with W2"),
        ("W601", "`W601` is no warning about a line", "the codes that begin with W2"),
        ("W209", "`W209` is not said here", "remove the comment"),
        ("W213", "`W213` is not said here", "it is said of line 4: put the comment above"),
    ],
)
def test_a_comment_that_allows_nothing(code: str, message: str, help: str) -> None:
    spec = HEAD + GAMMA + TAIL.replace("m ~", f"# allow {code}: no\nm ~")
    (found,) = [d for d in bs.loads(spec, "s.bayes").lint() if d.code == "W220"]
    assert message in found.message and help in found.help
    assert found.span is not None and spec[found.span.start : found.span.end] == code


def test_the_change_removes_the_comment() -> None:
    spec = HEAD + TAIL.replace(" / sqrt(t)", "").replace(", 1)\ny", ", 1)  # allow W209\ny")
    (found,) = bs.loads(spec, "s.bayes").lint()
    (fix,) = found.remedies
    assert spec[fix.span.start : fix.span.end] == "# allow W209"
    several = bs.loads(spec.replace("W209", "W209, W213"), "s.bayes").lint()
    assert [d.remedies for d in several] == [(), ()]


def test_what_data_decide_is_told_with_data_only() -> None:
    asked = SCHOOLS + "# allow W218\nfactor 0\n"
    assert codes(asked) == []
    assert sorted(codes(asked, EIGHT)) == ["W215", "W220"]
    (line,) = [x for x in SCHOOLS.splitlines() if x.startswith("theta")]
    allowed = SCHOOLS.replace(line, f"{line}  # allow W215: few")
    assert codes(allowed) == [] and codes(allowed, EIGHT) == []
    examples = [row.wrong for row in CODES.values() if row.wrong and row.wrong.step == "lint"]
    of_data = {c for c, r in CODES.items() if r.wrong in examples and r.wrong and r.wrong.tables}
    assert of_data <= OF_DATA <= set(CODES)


def test_codes_that_the_caller_ignores() -> None:
    model = bs.loads(HEAD + GAMMA + TAIL + "let k = m\n")
    assert {d.code for d in model.lint()} == {"W213", "W209"}
    assert [d.code for d in model.lint(ignore=["W209"])] == ["W213"]
    assert model.lint(ignore=["W209", "W213"]) == ()
    assert [d.code for d in model.lint(ignore="W213")] == ["W209"]
    for code, said in (("W2133", "there is no code"), ("B203", "is an error, which cannot")):
        with pytest.raises(BayescriptError, match=said) as caught:
            model.lint(ignore=[code])
        assert caught.value.diagnostics[0].code == "B411"


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "s.bayes"
    path.write_text(HEAD + GAMMA + TAIL + "let k = m\n", encoding="utf-8")
    check = [sys.executable, "-m", "bayescript", "check", "--strict", str(path)]

    def said(*more: str) -> tuple[int, str]:
        done = subprocess.run([*check, *more], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert said("--ignore", "W209")[1].count("warning[") == 1
    assert said("--ignore", "W209", "--ignore", "W213") == (0, f"{path}: ok\n")
    code, text = said("--ignore", "W2O9")
    assert code == 1 and "error[B411]: there is no code `W2O9`" in text


def test_an_editor() -> None:
    with Client() as client:
        file = open_(client, HEAD + GAMMA + TAIL)
        assert [p["code"] for p in file.problems()] == ["W213"]
        file.change(HEAD + "# allow W213\n" + GAMMA + TAIL)
        assert file.problems() == []
        file.change(HEAD + "# allow W209\n" + TAIL.replace(" / sqrt(t)", ""))
        (problem,) = file.problems()
        assert (problem["code"], problem["tags"]) == ("W220", [1])
        (action,) = file.actions((3, 9), (3, 9))
        assert action["title"] == "remove `# allow W209`"
