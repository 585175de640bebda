"""Writes the pages that follow from the code: `python -m docs.generate` after a table has changed.

`catalogue.md` is the compiler's own tables, `programs.md` two emitted programs, `errors/` a page
for each family of codes; `language.md` is written by hand but for its table of codes. A test holds
the committed pages against what this file writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from textwrap import fill

from bayescript import load
from bayescript.compiler.backends import BACKENDS
from bayescript.compiler.backends.limits import exceptions
from bayescript.compiler.lowering.distributions.reshaped import between
from bayescript.compiler.tables.bounded import BOUNDED
from bayescript.compiler.tables.constraints import CONSTRAINTS, DATA_TYPES
from bayescript.compiler.tables.discrete import DISCRETE
from bayescript.compiler.tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS
from bayescript.compiler.tables.inference import METHODS, Method
from bayescript.compiler.tables.lifetimes import LIFETIMES
from bayescript.compiler.tables.line import LINE
from bayescript.compiler.tables.matrices import MATRICES
from bayescript.compiler.tables.matrix_functions import MATRIX_FUNCTIONS
from bayescript.compiler.tables.monotone import MONOTONE
from bayescript.compiler.tables.multivariate import MULTIVARIATE
from bayescript.compiler.tables.positive import POSITIVE
from bayescript.grammar.codes import CODES, FAMILIES, Code
from bayescript.lsp.describe import COMPOSED_TEXTS
from bayescript.runtime.explain import Part, parts
from docs.curves import PICTURES
from docs.densities import NOTATION
from docs.families import DISTRIBUTIONS, backends, families
from docs.lints import lints
from docs.markdown import code, table
from docs.mistakes.page import twenty_mistakes

DOCS = Path(__file__).resolve().parent
SPECS = DOCS.parent / "specs"
_NOTE = "<!-- Written by docs/generate.py: do not edit. -->\n"


# --- the catalogue -----------------------------------------------------------------------


def catalogue() -> str:
    """The page of everything that a spec can name."""
    return "\n".join([_NOTE, _CATALOGUE.strip(), "", *_sections()]) + "\n"


_CATALOGUE = """
# Catalogue

Everything that a spec can name: distributions, functions, types and settings. The page is written
from the tables with which the compiler works, so it is complete. How the pieces combine stands in
the [language reference](language.md).
"""


def _sections() -> list[str]:
    return [
        "## Distributions\n",
        DISTRIBUTIONS.strip() + "\n" + NOTATION,
        "### Of a number that may lie anywhere\n\n" + families(LINE) + "\n",
        "### Of a number above 0\n\n" + families(POSITIVE) + "\n",
        "### Of a time, or of the largest of many numbers\n\n" + families(LIFETIMES) + "\n",
        "### Of a number between two bounds\n\n" + families(BOUNDED) + "\n",
        "### Of a truth value, a count or a category\n\n" + families(DISCRETE) + "\n",
        "### Of a vector\n\n" + families(MULTIVARIATE) + "\n",
        "### Of a matrix\n\n" + families(MATRICES) + "\n",
        "### Made of other distributions\n",
        "How they are used stands in the [language reference](language.md#distributions).\n\n"
        + _composed()
        + "\n",
        "### Functions of a distribution\n",
        "The functions that `Transformed` takes; other names of theirs, below, will do.\n\n"
        + _monotone()
        + "\n",
        "### On the back-ends\n",
        "How each parametrisation is spelt in an emitted program. Where the library lacks one,\n"
        "the compiler writes it in terms of others; where its density is not exact to the ends\n"
        "of the range, the program brings a class of its own (*printed*).\n\n" + backends() + "\n",
        "## Functions\n",
        "Element by element; arguments align by the names of their axes. The exceptions hold for\n"
        "arguments that are not data; such a spec is refused.\n\n" + _functions() + "\n",
        "## Reductions\n",
        "`sum(x)` of a quantity with one axis, `sum(x, over p)`, `sum(x, over (p, q))`, and\n"
        "`sum(x, by group)` for those so marked.\n\n" + _reductions() + "\n",
        "## Along an axis\n",
        "The axis stays: `cumsum(x, over day)`, `softmax(x)`.\n\n"
        + table(("function", "gives"), ((f"`{r.name}`", r.summary) for r in AXIS_MAPS.values()))
        + "\n",
        "## Matrices\n",
        "A matrix has two axes of one plate, `M[p, p']`.\n\n" + _matrices() + "\n",
        "## Types of data\n\n" + _types() + "\n",
        *(_method(row) for row in METHODS.values() if row.name != "auto"),
    ]


def _composed() -> str:
    rows = ((code(form.split("\n")), text) for form, text in COMPOSED_TEXTS.values())
    return table(("distribution", "what it is"), rows)


def _monotone() -> str:
    rows = ((f"`{r.name}`", between(*r.domain), between(*r.values)) for r in MONOTONE.values())
    return table(("function", "of", "gives"), rows)


def _functions() -> str:
    aliases: dict[str, list[str]] = {}
    for name, row in FUNCTIONS.items():
        if name != row.name:
            aliases.setdefault(row.name, []).append(name)
    return table(
        ("function", "gives", "also called", "except"),
        (
            (
                f"`{row.name}({_letters(row.arity)})`",
                row.summary,
                code(aliases.get(name, ())),
                "; ".join(exceptions(row, BACKENDS.values())) or "–",
            )
            for name, row in FUNCTIONS.items()
            if name == row.name and not name.startswith("_")
        ),
    )


def _letters(arity: int) -> str:
    return ", ".join("xyz"[:arity]) if arity > 1 else "x"


def _reductions() -> str:
    return table(
        ("reduction", "gives", "by group"),
        ((f"`{r.name}`", r.summary, "yes" if r.grouped else "–") for r in REDUCTIONS.values()),
    )


def _matrices() -> str:
    letters = {"matrix": "M", "vector": "b", "scalar": "x"}
    return table(
        ("function", "gives"),
        (
            (f"`{r.name}({', '.join(letters[t] for t in r.takes)})`", f"{r.summary} ({r.gives})")
            for r in MATRIX_FUNCTIONS.values()
        ),
    )


def _types() -> str:
    rows = [(f"`{word}`", CONSTRAINTS[name].summary) for word, (_, name) in DATA_TYPES.items()]
    rows.append(("`real(lower, upper)`", "the same within bounds; `int` and the others too"))
    rows.append(("the name of a plate", "one of the plate's elements, given by its label"))
    return table(("type", "values"), rows)


def _method(row: Method) -> str:
    settings = table(
        ("setting", "kind", "default", "meaning"),
        ((f"`{name}`", s.kind, _default(s.default), s.summary) for name, s in row.settings.items()),
    )
    about = f"{row.summary[0].upper()}{row.summary[1:]}."
    if row.name == "nuts":
        about += " `auto`, the method of a spec without `infer`, takes the same settings."
    return f"## Settings of `infer {row.name}`\n\n{about}\n\n{settings}\n"


def _default(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case ():
            return "none"
        case float():
            return f"{value:.6g}"
        case int():
            return str(value)
    return f"`{value}`"


# --- programs ----------------------------------------------------------------------------

_PROGRAMS = """
<!-- page: slow -->

# Emitted programs

What the compiler writes is a NumPyro program like one written by hand, and it is what runs when
you fit a model: there is no second path. (Linear regressions draw by [a faster
form](inference.md#what-the-compiler-rewrites) of it, which `--optimised` writes.) You can read it,
keep it in your project and change it; it needs NumPyro, but not Bayescript. `--backend pyro` writes
the same model for Pyro.

- `prepare` computes, in NumPy, what depends on data alone.
- `model` has one block for each statement of the spec, under the spec's own names, and quotes the
  line above it. Data are arguments. A column that nests one plate in another has become an array of
  positions, such as `record_firm`.
- `load` reads the CSV file; labels are sorted and numbered.
- `main` samples with the library's own NUTS and prints its summary. Chains, draws and seed are
  options. It samples in float64. In a Pyro program, `tensors` makes the arguments of `model`.
- `MANIFEST` says what each argument is and on which line of the spec each quantity stands. The
  runtime reads it to bind data and to give results their labels.

Writing a program and running it alone:

```console
$ bayescript compile specs/investment/investment.bayes --output investment_numpyro.py
$ python investment_numpyro.py --data specs/investment/investment.csv \\
    --chains 1 --warmup 200 --draws 100
```

A program whose data is more than one column for each row of one table reads an `.npz` file with its
arguments instead; `bayescript compile --arrays` writes that file, as shown under
[Data](data.md#data-of-a-standalone-program).

The stages before the program can be read, too: `--show tree` is the syntax, `--show model` the
typed model, `--show passes` the model after each pass.

<!-- output -->
```console
$ bayescript compile specs/eight_schools/eight_schools.bayes --show model
{eight_schools_model}
```
"""


def programs() -> str:
    """The page with two emitted programs in full."""
    model = load(SPECS / "eight_schools" / "eight_schools.bayes").show("model").strip()
    text = _PROGRAMS.strip().format(eight_schools_model=model)
    shown = [_program("Eight schools", *BACKENDS), _program("Investment", "numpyro")]
    return "\n\n".join([_NOTE + text, *shown]) + "\n"


def _program(title: str, *backends: str) -> str:
    name = title.lower().replace(" ", "_")
    file = SPECS / name / f"{name}.bayes"
    spec = file.read_text(encoding="utf-8").strip()
    parts = [f"## {title}\n\nThe spec, `specs/{name}/{name}.bayes`:\n\n```bayes\n{spec}\n```"]
    for backend in backends:
        source = load(file).compile(backend).source.strip()
        parts.append(
            f"The {BACKENDS[backend].title} program:\n\n<!-- fmt: off -->\n"
            "<!-- no-run: it asks for its data on the command line -->\n"
            f"```python\n{source}\n```\n<!-- fmt: on -->"
        )
    return "\n\n".join(parts)


# --- codes -------------------------------------------------------------------------------

_ERRORS = """
# Errors and warnings

What can be wrong, by code: why it is wrong, an example and the message that it gets, and what to
do. `bayescript explain B203` prints the same in a terminal. Codes stay the same once published.
"""

_BEGIN, _END = "<!-- codes: written by docs/generate.py -->", "<!-- end of codes -->"


def errors_index() -> str:
    """The page that lists every code."""
    sections = [
        f"## [{about}]({family}.md)\n\n" + _codes(_of(family), "") + "\n"
        for family, about in FAMILIES.items()
    ]
    return "\n".join([_NOTE, _ERRORS.strip(), "", *sections])


def errors_page(family: str) -> str:
    """The page of a family of codes."""
    rows = [_explained(row) for row in _of(family)]
    return "\n".join([_NOTE, f"# {FAMILIES[family]}: {family}", "", *rows])


def language() -> str:
    """The reference as it is, with the table of codes made anew."""
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    before, rest = page.split(_BEGIN)
    return f"{before}{_BEGIN}\n{_codes(CODES.values(), 'errors/')}\n{_END}{rest.split(_END)[1]}"


def _of(family: str) -> list[Code]:
    return [row for row in CODES.values() if row.family == family]


def _codes(rows: Iterable[Code], folder: str) -> str:
    linked = (
        (f"`{row.code}`", f"[{row.title}]({folder}{row.family}.md#{row.code.lower()})")
        for row in rows
    )
    return table(("code", "meaning"), linked)


def _explained(row: Code) -> str:
    wrong = True
    blocks = []
    for part in parts(row):
        wrong = wrong and part.text != "Right"
        blocks.append(_block(part, row, wrong))
    return "\n\n".join(blocks) + "\n"


def _block(part: Part, row: Code, wrong: bool) -> str:
    named = f"`{part.name}`:\n\n" if part.name else ""
    text = part.text.rstrip()
    match part.kind:
        case "title":
            return f"## {text} {{ #{row.code.lower()} }}"
        case "label":
            return f"**{text}**"
        case "prose":
            return fill(text, 100, break_long_words=False, break_on_hyphens=False)
        case "spec":
            example = row.wrong if wrong else row.right
            language = "yaml" if example and example.surface == "yaml" else "bayes"
            mark = "<!-- fragment -->\n" if wrong and language in ("bayes", "yaml") else ""
            return f"{named}{mark}```{language}\n{text}\n```"
        case "call" if not text.startswith("bayescript "):
            return f"<!-- no-run: it goes with the example above -->\n```python\n{text}\n```"
        case "table":
            return f"{named}```csv\n{text}\n```"
    return f"```text\n{text}\n```"


PAGES: Mapping[str, Callable[[], str]] = {
    "catalogue.md": catalogue,
    "programs.md": programs,
    "language.md": language,
    "errors/index.md": errors_index,
    **{f"errors/{family}.md": partial(errors_page, family) for family in FAMILIES},
    "lints.md": lambda: _NOTE + "\n" + lints(),
    "twenty-mistakes.md": twenty_mistakes,
    **PICTURES,
}


def main() -> None:
    """Writes every page."""
    for name, write in PAGES.items():
        page = DOCS / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
