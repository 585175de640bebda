"""The page `twenty-mistakes.md`, written from the table, the record, and what Bayescript says."""

from __future__ import annotations

from collections.abc import Iterable

from . import record
from .judged import Judged, judged
from .outcomes import AFTER, NEVER, Outcome, bayescript
from .programs import Mistake, mistakes

TOOLS = {"stan": "Stan", "numpyro": "NumPyro", "bayes": "Bayescript"}
KEYS = {"stan": ("stan", "stan_py"), "numpyro": ("numpyro",), "bayes": ("bayes",)}
NOTE = "<!-- Written by docs/mistakes: do not edit. -->\n"

HEAD = """
# Twenty mistakes

Twenty mistakes that people make, each in three languages, and what is said of each. Everything
shown comes from running it: a right program in each language, a small edit that makes it wrong,
and the words of the tool. The programs are in `docs/mistakes`; `python -m docs.mistakes --peers`
runs them again. Versions are those of `constraints.txt`.

- **Stan** is stanc3 and Stan's library, run through stanli, an interpreter of Stan programs. What
  is said of the text is stanc3's. What is said while data is read or a start is looked for, is
  Stan's library or the interpreter, and CmdStan says it in other words; it adds the line of the
  program, so such cells of the table have *(place)*. stanli does not show stanc3's warnings, nor
  those of `--warn-pedantic`; where these would help, we say so.
- **NumPyro** is the standard error of a script, run as it stands; frames of the libraries are cut.
- **Bayescript** is `bayescript check SPEC --data FILE`, which samples nothing.

## The table

When it is told, and whether the message names the place and the remedy.

"""

LEGEND = """
- *text*: from the program alone. *data*: when the data is there. *start*: when the run begins,
  before the first draw; for NumPyro that is when the model is traced. *after*: in a warning about
  the draws, which says that something is wrong and not what. *nothing*: never, and the posterior
  is of another model.
- *place*: the message names a line that was edited (a parser may name the next), the row of the
  data, or the expression. By rule, from the message.
- *remedy*: the message holds the word or phrase that mends it. Which words count is our
  judgement; they are under `remedy` in `docs/mistakes/mistakes.toml`, the same for all three.
- *1 of 2*: how many of several mistakes are told at once.

We chose the mistakes, and we make one of the three tools: read the table with that in mind.
Bayescript was asked for its plain check; a run may find more.
"""


def twenty_mistakes() -> str:
    """The page."""
    table, kept = mistakes(), record.read()
    outcomes = [{**kept[m.name], "bayes": _bayes(m, kept)} for m in table]
    rows = [
        {tool: judged(m, tool, row[tool]) for tool in TOOLS}
        for m, row in zip(table, outcomes, strict=True)
    ]
    parts = [NOTE + HEAD.strip(), _table(table, rows), LEGEND.strip()]
    for number, (mistake, row) in enumerate(zip(table, outcomes, strict=True), 1):
        parts.append(_section(number, mistake, row, kept[f"right {mistake.base}"]))
    return "\n\n".join(parts) + "\n"


def _bayes(mistake: Mistake, kept: record.Record) -> Outcome:
    """Asked anew; where the check passes, what the kept run warned of."""
    now = bayescript(mistake)
    return kept[mistake.name].get("bayes", now) if now.stage == NEVER else now


def _table(table: list[Mistake], rows: list[dict[str, Judged]]) -> str:
    lines = ["| | mistake | " + " | ".join(TOOLS.values()) + " |", "| --- " * 5 + "|"]
    for number, (mistake, row) in enumerate(zip(table, rows, strict=True), 1):
        cells = [row[tool].cell(mistake.faults) for tool in TOOLS]
        link = f"[{mistake.name}](#{anchor(number)})"
        lines.append(f"| {number} | {link} | " + " | ".join(cells) + " |")
    sums = [_sum([row[tool] for row in rows]) for tool in TOOLS]
    lines.append("| | told before the first draw | " + " | ".join(sums) + " |")
    return "\n".join(lines)


def _sum(column: list[Judged]) -> str:
    real = [j for j in column if not j.fine]
    caught = sum(j.caught for j in real)
    remedy = sum(j.caught and j.remedy for j in real)
    place = sum(j.place for j in real)
    also = sum(j.by_cmdstan for j in real)
    places = f"{place} (+{also})" if also else str(place)
    return f"{caught} of {len(real)}; place {places}, remedy {remedy}"


def anchor(number: int) -> str:
    """The anchor of a mistake's section."""
    return f"mistake-{number}"


def _section(
    number: int, mistake: Mistake, row: dict[str, Outcome], right: dict[str, Outcome]
) -> str:
    parts = [f"## {number}. {mistake.name} {{: #{anchor(number)} }}", f"Meant: {mistake.meant}"]
    if cells := mistake.changed("csv"):
        shown = [mistake.right("csv").splitlines()[0], *_few([text for _, text in cells])]
        parts.append("The data:\n\n" + _fence("csv", shown))
    for tool, name in TOOLS.items():
        parts.append(f"**{name}**")
        parts += _program(mistake, tool)
        parts += _said(mistake, tool, row[tool], right[tool])
    silent = mistake.silent if row["bayes"].stage in (NEVER, AFTER) else ""
    return "\n\n".join([*parts, f"*{f'{mistake.verdict} {silent}'.strip()}*"])


def _program(mistake: Mistake, tool: str) -> list[str]:
    """The lines in which the mistake is."""
    if tool == "bayes" and mistake.bayes_python:
        return [_python(mistake.bayes_python.strip().splitlines())]
    shown = []
    for key in KEYS[tool]:
        lines = mistake.excerpt(key)
        if lines and key in ("numpyro", "stan_py"):
            shown.append(_python(lines))
        elif lines and key == "bayes":
            shown.append("<!-- fragment -->\n" + _fence("bayes", lines))
        elif lines:
            shown.append(_fence("stan", lines))
    return shown


def _said(mistake: Mistake, tool: str, outcome: Outcome, right: Outcome) -> list[str]:
    shown = [_fence("text", outcome.message.splitlines())] if outcome.message else []
    if outcome.means:
        means = ", ".join(
            f"`{name}` {mean:.1f} instead of {right.means[name]:.1f}"
            for name, mean in outcome.means.items()
        )
        begin = "It samples." if outcome.message else "Nothing is said; it samples."
        shown.append(f"{begin} Posterior means: {means}.")
    elif outcome.stage in (NEVER, AFTER):
        shown.append(
            "Nothing is said, and rightly." if tool in mistake.fine else "Nothing is said."
        )
    return shown


def _few(lines: list[str]) -> list[str]:
    return lines if len(lines) < 6 else [*lines[:2], "…", lines[-1]]


def _python(lines: Iterable[str]) -> str:
    return "<!-- no-run: part of a wrong program -->\n" + _fence("python", lines)


def _fence(language: str, lines: Iterable[str]) -> str:
    return f"```{language}\n" + "\n".join(lines) + "\n```"
