"""What the tables say of distributions, functions, types and settings, as short Markdown."""

from __future__ import annotations

from ..compiler.tables.constraints import CONSTRAINTS, DATA_TYPES
from ..compiler.tables.families import FAMILIES
from ..compiler.tables.family import Family, Parameter, shape
from ..compiler.tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS
from ..compiler.tables.inference import METHODS, PLANNED
from ..compiler.tables.matrix_functions import MATRIX_FUNCTIONS

COMPOSED_TEXTS = {
    "Truncated": (
        "Truncated(distribution, lower = …, upper = …)",
        "restricted to a range and renormalised; either bound or both",
    ),
    "Censored": (
        "Censored(distribution, lower = …, upper = …)\nCensored(distribution, right = flag)\n"
        "Censored(distribution, left = flag)",
        "data of which some values tell no more than on which side of them the truth lies",
    ),
    "IntervalCensored": (
        "IntervalCensored(distribution, low, high)",
        "data of which some values are known to lie between two ends only",
    ),
    "Flat": ("Flat(lower = …, upper = …)", "density 1 between the bounds, or everywhere"),
    "HalfFlat": ("HalfFlat()", "density 1 above 0"),
    "Pinned": (
        'Pinned(distribution, at = "label", value = 0)',
        "one element of the last axis is fixed: a reference level",
    ),
    "SumToZero": (
        "SumToZero(distribution)",
        "the density on the vectors that sum to 0 over the last axis",
    ),
    "Ordered": (
        "Ordered(distribution)",
        "the density on the vectors that increase along the last axis",
    ),
    "Mixture": (
        "Mixture(w, distribution)\nMixture(w, [distribution, distribution])\n"
        "Mixture(distribution, logits = …)",
        "one of several distributions by chance, along an axis of the weights or listed",
    ),
    "ZeroInflated": (
        "ZeroInflated(distribution, prob)\nZeroInflated(distribution, logits = …)",
        "0 with a chance, else a count from the distribution, which may be 0 too",
    ),
    "Hurdle": (
        "Hurdle(distribution, prob)\nHurdle(distribution, logits = …)",
        "0 with a chance, else a number from the distribution that is not 0",
    ),
    "Folded": ("Folded(distribution)", "the absolute value of what the distribution gives"),
    "Transformed": (
        "Transformed(distribution, exp)",
        "a function that only rises or only falls, of what the distribution gives",
    ),
}

COMPOSED_ARGUMENTS = {
    "Truncated": ("lower", "upper"),
    "Censored": ("lower", "upper", "left", "right", "interval"),
    "Flat": ("lower", "upper"),
    "Pinned": ("at", "value"),
    "Mixture": ("logits",),
    "ZeroInflated": ("prob", "logits"),
    "Hurdle": ("prob", "logits"),
}

_SPECIAL = {
    "where": ("where(condition, a, b)", "`a` where the condition holds, else `b`"),
    "prev": (
        "prev(x, 1, initially = …)",
        "the value some places earlier along an ordered plate",
    ),
    "size": ("size(plate)", "how many elements a plate has"),
}

KEYWORDS = {
    "model": ('model name "text"', "The name of the model, and what it is for."),
    "plate": (
        "plate name = 3\nplate name within (parent, other)",
        "A set of things over which quantities vary; its size and labels come from the data "
        "where they are not written here.",
    ),
    "data": ("data\n  name[plate] : type", "The columns and arrays that a call hands over."),
    "let": ("let name = expression", "A defined quantity that is not recorded."),
    "param": ("param name : positive", "A quantity without a prior, learned as one number."),
    "factor": (
        "factor expression\nfactor name[plate] = expression",
        "Adds to the log density, summed over its axes.",
    ),
    "def": ("def name(x, y) = expression", "A function, put in where it is called."),
    "kernel": ("kernel name = expression", "A covariance function with a name."),
    "network": ("network name = MLP(input -> output)", "A neural network with a name."),
    "generate": (
        "generate\n  y_new[plate] ~ distribution",
        "Quantities drawn or computed after the fit.",
    ),
    "guide": ("guide\n  z ~ distribution", "The family in which variational inference looks."),
    "infer": ("infer nuts\n  chains = 4", "How to infer; a call may override each setting."),
    "ode": ("ode t\n  d(u) = rate, initially u0", "Differential equations and their start."),
    "within": ("plate home within county", "Each element of the plate has one parent."),
    "ordered": ("plate day ordered by time", "A sequence: `prev` works along it."),
    "over": ("sum(x, over plate)", "The axes along which a function works."),
    "by": ("mean(x, by group)", "One value for each element of a coarser plate."),
    "on": ("GP(kernel, on x)", "The inputs at which a process is evaluated."),
    "initially": (
        "x[day] = a * prev(x), initially 0",
        "What stands before the start of a sequence; `given` conditions on the first elements.",
    ),
    "given": (", initially given", "The first elements are conditioned on, not explained."),
    "where": (", where condition", "The rows that count; the condition is of data alone."),
    "for": ("initially 0 for 6", "How many first elements the start is for."),
    "and": ("a and b", "Both hold."),
    "or": ("a or b", "At least one holds."),
    "not": ("not a", "The opposite."),
}


def code(text: str, language: str = "bayes") -> str:
    return f"```{language}\n{text}\n```"


def constraint(name: str) -> str:
    """A row of the constraint table in words."""
    return CONSTRAINTS[name].summary if name in CONSTRAINTS else name.replace("_", " ")


def _parameter(parameter: Parameter) -> str:
    event = shape(parameter)
    default = f" = {parameter.default:g}" if parameter.default is not None else ""
    return f"{parameter.name} : {parameter.constraint.replace('_', ' ')}{event}{default}"


def signatures(row: Family) -> list[str]:
    inside = (form.edges or ", ".join(map(_parameter, form.parameters)) for form in row.forms)
    return [f"{row.name}({one})" for one in inside]


def support(row: Family) -> str:
    """Where the values of a distribution lie."""
    low, high = row.bounds
    match row.support:
        case "interval":
            return f"from `{low}` to `{high}`"
        case "greater_than":
            return f"above `{low}`"
        case "less_than":
            return f"below `{high}`"
        case "up_to":
            return f"a whole number from 0 to `{high}`"
        case "int_interval":
            return f"a whole number from `{low}` to `{high}`"
    return constraint(row.support)


_BACKENDS = ("numpyro", "pyro")


def _backends(row: Family) -> str:
    """How each back-end spells a distribution: its own class, or ours in terms of others."""
    found: dict[str, list[str]] = {}
    for form in row.forms:
        for backend in _BACKENDS:
            target = row.target(form, backend)
            if target is None:
                continue
            names = found.setdefault(backend, [])
            name = f"`{target.name or row.name}`" + ", printed" * target.helper
            if name not in names:
                names.append(name)
    said = [f"{name} ({', '.join(targets)})" for name, targets in sorted(found.items())]
    return ", ".join(said)


def distribution(name: str) -> str:
    row = FAMILIES.get(name)
    if row is None:
        signature, summary = COMPOSED_TEXTS.get(name, (f"{name}(…)", "made of distributions"))
        return f"{code(signature)}\n{summary}"
    summary = row.summary[:1].upper() + row.summary[1:]
    lines = [code("\n".join(signatures(row))), f"{summary}. Values: {support(row)}."]
    if row.event:
        axes = "axis" if row.event == 1 else f"{row.event} axes"
        lines.append(f"A value takes up the last {axes} of the left side.")
    few = {0: "Arguments go by name.", 1: "The first argument may go by position."}
    lines.append(
        few.get(row.positional, f"The first {row.positional} arguments may go by position.")
    )
    backends = _backends(row)
    written = [f"`{form.lowering}`" for form in row.forms if form.lowering]
    if backends:
        lines.append(f"Back-ends: {backends}.")
    if written:
        lines.append(f"Where a back-end lacks it, it is written as {', '.join(written)}.")
    return "\n\n".join(lines)


def argument(owner: str, name: str) -> str:
    """A named argument of a distribution."""
    row = FAMILIES.get(owner)
    if row is None:
        signature, _ = COMPOSED_TEXTS.get(owner, (owner, ""))
        return f"{code(signature)}\n`{name}` of `{owner}`"
    rows = {p.name: p for form in row.forms for p in form.parameters}
    if name not in rows:
        return ""
    parameter = rows[name]
    event = {0: "", 1: ", a vector", 2: ", a matrix"}[parameter.event]
    return f"{code(_parameter(parameter))}\n`{name}` of `{owner}`: " + (
        f"{constraint(parameter.constraint)}{event}"
    )


def function(name: str) -> str:
    """A function that is built in."""
    if name in _SPECIAL:
        signature, summary = _SPECIAL[name]
        return f"{code(signature)}\n{summary}"
    if name in FUNCTIONS:
        row = FUNCTIONS[name]
        called = f"{name}({', '.join('xyzw'[: row.arity])})"
        same = f" Another name of `{row.name}`." if row.name != name else ""
        return f"{code(called)}\n{row.summary}.{same}"
    if name in MATRIX_FUNCTIONS:
        matrix = MATRIX_FUNCTIONS[name]
        letters = {"matrix": "M", "vector": "b", "scalar": "x"}
        called = f"{name}({', '.join(letters[t] for t in matrix.takes)})"
        return f"{code(called)}\n{matrix.summary} ({matrix.gives}); the matrix is `M[p, p']`."
    if name in REDUCTIONS:
        forms = [f"{name}(x)", f"{name}(x, over plate)"]
        if REDUCTIONS[name].grouped:
            forms.append(f"{name}(x, by group)")
        return code("\n".join(forms)) + f"\n{REDUCTIONS[name].summary}."
    if name in AXIS_MAPS:
        called = f"{name}(x, over plate)"
        return f"{code(called)}\n{AXIS_MAPS[name].summary}; the axis stays."
    return ""


def type_(name: str) -> str:
    kind, row = DATA_TYPES[name]
    of = {"real": "", "int": ", whole", "bool": ", a truth value"}.get(kind, "")
    return f"{code(f'x[plate] : {name}')}\n{constraint(row)}{of}"


def method(name: str) -> str:
    if name in METHODS:
        row = METHODS[name]
        return f"{code(f'infer {name}')}\n{row.summary}\n\nSettings: " + (
            ", ".join(f"`{s}`" for s in row.settings)
        )
    return f"`{name}`: part of the language, but not of this version" if name in PLANNED else ""


def default(value: object) -> str:
    """A default of a setting as a spec would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(str, value))}]"
    return "" if value is None else str(value)


def setting(owner: str, name: str) -> str:
    row = METHODS[owner].settings[name]
    chosen = default(row.default)
    shown = f"{name} = {chosen}" if chosen else name
    return f"{code(shown)}\n{row.summary} ({row.kind}, a setting of `{owner}`)"


def keyword(name: str) -> str:
    if name not in KEYWORDS:
        return ""
    form, text = KEYWORDS[name]
    return f"{code(form)}\n{text}"
