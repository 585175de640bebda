"""What becomes of the wrong programs: each tool is run on them, and what it says is kept."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bayescript import BayescriptError, load

from .programs import Mistake

TEXT, DATA, START, AFTER, NEVER = "text", "data", "start", "after", "never"
"""When a tool speaks: from the text alone, from the data, before the first draw, after the last."""

LONGEST = 16
"""Lines of a message that are shown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tool says of one mistake, when, and what it draws if it draws."""

    stage: str
    message: str = ""
    means: dict[str, float] = field(default_factory=dict)


def bayescript(mistake: Mistake) -> Outcome:
    """What `bayescript check --data` says, and for a mistake of Python calls, what `bind` says."""
    with _programs(mistake):
        try:
            model = load(mistake.file("bayes"))
        except BayescriptError as error:
            return Outcome(TEXT, str(error))
        source = model._compilation.source
        if model.warnings:
            return Outcome(TEXT, "\n\n".join(w.render(source) for w in model.warnings))
        try:
            if mistake.bayes_python:
                _call(mistake, model)
            else:
                model.bind(mistake.file("csv"))
        except BayescriptError as error:
            return Outcome(DATA, str(error))
    return Outcome(NEVER)


def _call(mistake: Mistake, model: object) -> None:
    import pandas as pd

    exec(mistake.bayes_python, {"model": model, "homes": pd.read_csv(mistake.file("csv"))})


def bayescript_run(mistake: Mistake) -> Outcome:
    """A fit of what `check` lets pass: the codes of its warnings, and the means."""
    with _programs(mistake):
        fit = load(mistake.file("bayes")).fit(mistake.file("csv"), progress=False, seed=1)
        means = {name: _bayes_mean(fit.posterior, name) for name in mistake.watch}
        first = [f"warning[{w.code}]: {w.message}" for w in fit.warnings]
    return Outcome(AFTER if first else NEVER, _without_counts("\n".join(first)), means)


def _bayes_mean(posterior: Any, watched: str) -> float:
    name, *index = re.findall(r"\w+", watched)
    draws = posterior[name].to_numpy()
    return round(float(draws[(..., *map(int, index))].mean()), 1)


def stan(mistake: Mistake) -> Outcome:
    """What stanc3 says, and where it says nothing, Stan's library through the interpreter."""
    import stanli

    try:
        stanli.stan_to_mir(mistake.wrong("stan"))
    except RuntimeError as error:
        return Outcome(TEXT, _cut(str(error).splitlines()))
    done = _script(mistake, "stan_py")
    if done.returncode:
        said = done.stderr.rpartition("\nRuntimeError: ")[2]
        stage = START if ".sample(" in done.stderr else DATA
        return Outcome(stage, _cut(said.splitlines()))
    warned = [line for line in done.stdout.splitlines() if line.startswith("Warning:")]
    rows = (line.split() for line in done.stdout.splitlines())
    means = {row[0]: row[1] for row in rows if len(row) == 10}
    watched = {name: round(float(means[_from_one(name)]), 1) for name in mistake.watch}
    return Outcome(AFTER if warned else NEVER, _without_counts("\n".join(warned)), watched)


def _from_one(name: str) -> str:
    return re.sub(r"\d+(?=[],])", lambda match: str(int(match[0]) + 1), name)


def numpyro(mistake: Mistake) -> Outcome:
    """What Python, JAX and NumPyro print on standard error, without the libraries' own frames."""
    name = mistake.file("numpyro")
    done = _script(mistake, "numpyro")
    said = _own(done.stderr, name)
    if done.returncode:
        try:
            compile(mistake.wrong("numpyro"), name, "exec")
        except SyntaxError:
            return Outcome(TEXT, said)
        return Outcome(START, said)
    rows = (line.split() for line in done.stdout.splitlines())
    means = {row[0]: row[1] for row in rows if len(row) == 8}
    watched = {name: round(float(means[name]), 1) for name in mistake.watch}
    count = re.search(r"Number of divergences: (\d+)", done.stdout)
    if count is not None and int(count[1]):
        said += "\nNumber of divergences: …"
    stage = START if "UserWarning" in said else AFTER if said.strip() else NEVER
    return Outcome(stage, said.strip(), watched)


def _own(stderr: str, name: str) -> str:
    """A traceback with the frames of the user's file only; what is cut is counted."""
    shown: list[str] = []
    cut, own = 0, True
    # JAX says below the last line that it has cut frames of its own.
    for line in stderr.partition("\n--------------------\n")[0].splitlines():
        if re.match(r"  File |\S+?:\d+: \w*Warning", line):
            own = name in line
        elif not line.startswith(" "):
            own = True
        if own:
            if cut:
                shown.append(f"  … ({cut} lines)")
                cut = 0
            shown.append(re.sub(r"[^\s\"]*/(?=" + re.escape(name) + ")", "", line).rstrip())
        else:
            cut += 1
    return "\n".join(shown)


def _cut(lines: list[str]) -> str:
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > LONGEST:
        lines = [*lines[:LONGEST], f"… ({len(lines) - LONGEST} lines)"]
    # The digits of a draw differ between machines.
    return re.sub(r"\b\d+\.\d*[1-9]\d{4,}", "…", "\n".join(lines))


def _without_counts(text: str) -> str:
    """How many draws diverged differs between machines."""
    return re.sub(r"\b\d+(\.\d+)?%?(?= of | divergences| draws|\))", "…", text)


@contextlib.contextmanager
def _programs(mistake: Mistake) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        mistake.write(Path(folder))
        with contextlib.chdir(folder):
            yield


def _script(mistake: Mistake, key: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "COLUMNS": "100", "NO_COLOR": "1"}
    with _programs(mistake):
        return subprocess.run(
            [sys.executable, mistake.file(key)],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
