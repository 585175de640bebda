"""Tree → typed model: which axes are joined, looked up, indexed and reduced, and how."""

import re
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript import BayescriptError, Model, load, loads
from bayescript.compiler import ir
from bayescript.compiler.show import STAGES

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(ROOT.glob("specs/*/*.bayes"))
PRINTED = sorted(ROOT.glob("tests/compiler/printed/*.bayes"))

NAMES = """
plate region
plate county within region
plate home within county
plate edu = [school, college]
plate age = 1..3
plate person within (age, edu)
plate team
plate match within (host: team, guest: team, region)
plate state = 2
plate day ordered
plate visit within home ordered
plate lag = 1..2

data
  given_home[home]    : real
  given_county[county] : real
  given_day[day]      : real
  given_visit[visit]  : real
  kind[home]          : state
  grid[age, edu]      : real
  flag[home]          : binary
  weight              : positive

r[region]    ~ Normal(0, 1)
c[county]    ~ Normal(0, 1)
h[home]      ~ Normal(0, 1)
s            ~ Normal(0, 1)
ae[age, edu] ~ Normal(0, 1)
a[age]       ~ Normal(0, 1)
e[edu]       ~ Normal(0, 1)
t[team]      ~ Normal(0, 1)
P[state, state'] ~ Normal(0, 1)
v[state]     ~ Normal(0, 1)
d[day]       ~ Normal(0, 1)
cs[county, state] ~ Normal(0, 1)
hs[home, state]   ~ Normal(0, 1)
b[lag]       ~ Normal(0, 1)
tt[team, team'] ~ Normal(0, 1)
"""


def spec(*statements: str) -> str:
    """A spec of these statements, with the data that they leave over used by a factor."""
    used = [f"factor sum({n})" for n in ("given_home", "given_county", "given_day", "flag")]
    used += ["factor sum(given_visit) * weight * sum(grid, over (age, edu)) * sum(v[kind])"]
    return "\n".join([NAMES, *statements, *used]) + "\n"


def shown(statement: str) -> str:
    """The last statement of a spec as `show model` prints its right side."""
    model = loads(spec("let z = 0", statement))
    name = re.split(r"[\[\s]", statement.removeprefix("let ").removeprefix("factor "))[0]
    for line in model.show("model").splitlines():
        found = re.match(rf"(?:record|let|term|sample|observe)(?: \[\w+\])? {name}\b(.*)", line)
        if found:
            return found[1].strip()
    raise AssertionError(f"`{name}` is not shown")


# --- joins and lookups ---------------------------------------------------------------------

EXPRESSIONS = {
    # joins: the union of axes, an ancestor dropped where its descendant is
    "let q = s + s": "= s + s",
    "let q = c + s": "[county] = c + s",
    "let q = c + h": "[home] = c[county <- home.county] + h",
    "let q = h + c": "[home] = h + c[county <- home.county]",
    "let q = r * h": "[home] = r[region <- county.region[county <- home.county]] * h",
    "let q = c + d": "[county, day] = c + d",
    "let q = v + P": "[state, state'] = v + P",
    "q[home] = c": "[home] = c[county <- home.county]",
    "q[home] = r": "[home] = r[region <- county.region[county <- home.county]]",
    "q[home] = c + r": "[home] = (c + r[region <- county.region])[county <- home.county]",
    "q[person] = ae": "[person] = ae[age <- person.age][edu <- person.edu]",
    "q[edu, age] = ae": "[edu, age] = ae",
    "q[day, county] = 2 * r": "[day, county] = (2 * r)[region <- county.region][+day]",
    "q[match] = r": "[match] = r[region <- match.region]",
    # crossed effects are looked up apart, so that no table of all pairs is made
    "q[person] = exp(a * e)": "[person] = exp(a[age <- person.age] * e[edu <- person.edu])",
    # what varies over one axis is looked up as a whole
    "q[visit] = exp(c * s)": "[visit] = exp(c * s)[county <- home.county[home <- visit.home]]",
    # roles
    "q[match] = t[host] - t[guest]": "[match] = t[team <- match.host] - t[team <- match.guest]",
    "q[match] = tt[host, guest]": "[match] = tt[team <- match.host][team' <- match.guest]",
    "q[match] = tt[guest, host]": "[match] = tt[team <- match.guest][team' <- match.host]",
    # index by data, labels, positions, names
    "q[home] = v[kind]": "[home] = v[state <- kind]",
    "q[home] = cs[kind]": "[home] = cs[state <- kind][county <- home.county]",
    "q[home] = hs[kind]": "[home] = hs[state <- kind]",
    "q[home, state'] = P[kind]": "[home, state'] = P[state <- kind]",
    'q[age] = ae["college"]': "[age] = ae[edu <- edu:'college']",
    "q[edu] = ae[3]": "[edu] = ae[age <- age:3]",
    'q = ae[1, "school"]': "= ae[age <- age:1][edu <- edu:'school']",
    'q = ae["school", 1]': "= ae[edu <- edu:'school'][age <- age:1]",
    "q[edu] = ae[age = 2]": "[edu] = ae[age <- age:2]",
    "q = P[0, 1]": "= P[state <- state:0][state' <- state:1]",
    "q = P[state' = 0, state = 1]": "= P[state' <- state:0][state <- state:1]",
    'q = c["Cook"]': "= c[county <- county:'Cook']",
    # another axis of the same plate
    "q[state'] = v[state']": "[state'] = v[state -> state']",
    "q[state, state'] = v[state'] * P": "[state, state'] = v[state -> state'] * P",
    # labels of a plate, sizes
    "q[age] = age - 1": "[age] = labels(age) - 1",
    "q = size(age) + size(home)": "= 3 + size(home)",
    # comparisons with labels
    "q[home] = kind == 1": "[home] = kind == state:1",
    'let q = edu == "school"': "[edu] = positions(edu) == edu:'school'",
    'let q = host == "Ajax"': "[match] = match.host == team:'Ajax'",
}


@pytest.mark.parametrize("statement", EXPRESSIONS)
def test_expressions(statement: str) -> None:
    assert shown(statement) == EXPRESSIONS[statement]


ALONG = {
    "q = sum(h)": "= sum(h, over home)",
    "q = mean(c + h, over home)": "= mean(c[county <- home.county] + h, over home)",
    "q[home] = h - mean(c)": "[home] = h - mean(c, over county)",
    "q[home] = mean(c, over county)": "[home] = mean(c, over county)[+home]",
    "q[age] = sum(ae, over edu)": "[age] = sum(ae, over edu)",
    "q = sum(ae, over (age, edu))": "= sum(ae, over age, edu)",
    "q[county] = sum(h, by county)": "[county] = sum(h, over home by home.county)",
    "q[region] = sd(h, by region)": "[region] = "
    "sd(h, over home by county.region[county <- home.county])",
    "q[region, state] = max(hs, by region)": "[region, state] = "
    "max(hs, over home by county.region[county <- home.county])",
    "q[home] = min(h, 0)": "[home] = minimum(h, 0)",
    "q[age, edu] = softmax(ae, over edu)": "[age, edu] = softmax(ae, over edu)",
    "q[day] = cumsum(given_day)": "[day] = cumsum(given_day, over day)",
    "q = v @ v": "= v @state v",
    "q[state] = P @ v": "[state] = P @state' v",
    "q[state'] = v @ P": "[state'] = v @state P",
    "q[home] = hs @ v": "[home] = hs @state v",
    "q[home] = hs @ cs": "[home] = hs @state cs[county <- home.county]",
    "q[day] = prev(given_day, initially = 0)": "[day] = prev(given_day, 1, over day)",
    "q[day] = prev(given_day^2, 2, initially = s)": "[day] = prev(given_day ^ 2, 2, over day)",
    "q[day] = prev(given_day, lag, initially = 0) @ b": "[day] = "
    "prev(given_day, lag, over day) @lag b",
    "q[visit] = prev(given_visit, initially = h)": "[visit] = prev(given_visit, 1, over visit)",
}


@pytest.mark.parametrize("statement", ALONG)
def test_along_axes(statement: str) -> None:
    assert shown(statement) == ALONG[statement]


DISTRIBUTIONS = {
    "q ~ Normal(0, 1)": ": real ~ Normal(loc = 0, scale = 1)",
    "q ~ Normal(scale = 2, loc = 1)": ": real ~ Normal(loc = 1, scale = 2)",
    "q[home] ~ Normal(c, exp(s))": "[home] : real ~ "
    "Normal(loc = c[county <- home.county], scale = exp(s))",
    "q[edu] ~ Dirichlet(1)": "[edu] : simplex ~ Dirichlet(concentration = 1[+edu])",
    "q[edu] ~ Normal([0, s], 1)": "[edu] : real ~ Normal(loc = [0, s], scale = 1)",
    "q : positive ~ Normal(0, 1)": ": positive ~ Restricted(Normal(loc = 0, scale = 1), lower = 0)",
    "q : positive ~ HalfNormal(1)": ": positive ~ HalfNormal(scale = 1)",
    "q : positive ~ Flat()": ": positive ~ Flat(lower = 0)",
    "q ~ Truncated(Normal(0, 1), upper = s)": ": less_than(upper = s) ~ "
    "Truncated(Normal(loc = 0, scale = 1), upper = s)",
    "q ~ 3 - 2 * Beta(2, 2)": ": interval(lower = 1, upper = 3) ~ "
    "3 + -2 * Beta(concentration1 = 2, concentration0 = 2)",
    'q[edu] ~ Pinned(Normal(0, 1), at = "college")': "[edu] : pinned ~ "
    "Pinned(Normal(loc = 0, scale = 1), at = edu:'college', value = 0)",
    "q[state] ~ SumToZero(Normal(0, 1))": "[state] : sum_to_zero ~ "
    "SumToZero(Normal(loc = 0, scale = 1))",
    "q[state] ~ MultivariateNormal(0, scale_tril = P)": "[state] : real_vector ~ "
    "MultivariateNormal(loc = 0[+state], scale_tril = P)",
    "factor q[home] = c * h": "[home] = c[county <- home.county] * h",
}


@pytest.mark.parametrize("statement", DISTRIBUTIONS)
def test_distributions(statement: str) -> None:
    assert shown(statement) == DISTRIBUTIONS[statement]


# --- stages, kinds, roles of names ---------------------------------------------------------


def named(model: Model, name: str) -> ir.Statement:
    return next(s for s in model.ir.statements if s.name == name)


@pytest.mark.parametrize(
    ("value", "stage", "kind"),
    [
        ("given_home + 1", "data", "real"),
        ("flag + 1", "data", "int"),
        ("flag / 2", "data", "real"),
        ("flag == 1", "data", "bool"),
        ("not flag", "data", "bool"),
        ("kind", "data", "index"),
        ("home", "data", "int"),
        ("size(home)", "data", "int"),
        ("2^3", "data", "int"),
        ("2^-1", "data", "real"),
        ("h", "density", "real"),
        ("given_home + s", "density", "real"),
        ("where(flag, 1, 0)", "data", "int"),
        ("where(flag, h, 0)", "density", "real"),
        ("floor(given_home)", "data", "int"),
        ("sum(flag)", "data", "int"),
        ("mean(flag)", "data", "real"),
    ],
)
def test_stage_and_kind_of_a_definition(value: str, stage: str, kind: str) -> None:
    found = named(loads(spec(f"let q = {value}")), "q")
    assert isinstance(found, ir.Define)
    assert (found.stage, found.kind, found.recorded) == (stage, kind, False)


def test_what_is_declared_as_data_is_observed() -> None:
    model = loads("data\n  y : real\nm ~ Normal(0, 1)\ny ~ Normal(m, 1)\n")
    latent, outcome = model.ir.statements
    assert isinstance(latent, ir.Sample) and isinstance(outcome, ir.Sample)
    assert not latent.observed and outcome.observed


def test_a_let_on_data_can_be_an_outcome() -> None:
    text = "plate home\ndata\n  y[home] : positive\nlet z[home] = log(y)\nz[home] ~ Normal(0, 1)\n"
    model = loads(text)
    assert [type(s).__name__ for s in model.ir.statements] == ["Define", "Sample"]
    outcome = model.ir.statements[1]
    assert isinstance(outcome, ir.Sample) and outcome.observed and outcome.name == "z"


def test_a_def_is_put_in_where_it_is_called() -> None:
    text = "def f(x, k) = x^k + g(x)\ndef g(x) = 2 * x\n"
    assert "[home] = (h ^ 2) + (2 * h)" in loads(text + spec("q[home] = f(h, 2)")).show("model")


def test_the_arguments_of_a_def_hide_quantities() -> None:
    text = "def f(s) = s + c\n"
    model = loads(text + spec("q[home] = f(h)"))
    assert "q[home] = h + c[county <- home.county]" in model.show("model")


def test_settings_of_a_spec() -> None:
    text = "x ~ Normal(0, 1)\ninfer nuts\n  chains = 2\n  target_accept = 0.9\n"
    text += "  noncentered = [x]\n  dense_mass = true\n  device = cuda(1)\n"
    text += '  chain_method = "vectorized"\n'
    inference = loads(text).ir.inference
    assert inference.method == "nuts"
    assert dict(inference.settings) == {
        "chains": 2,
        "target_accept": 0.9,
        "noncentered": ["x"],
        "dense_mass": True,
        "device": "cuda:1",
        "chain_method": "vectorized",
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b/radon.bayes", "radon"),
        ("a b.bayes", "model"),
        ("<spec>", "model"),
        ("7.bayes", "model"),
    ],
)
def test_a_model_without_a_name_has_that_of_its_file(name: str, expected: str) -> None:
    assert loads("x ~ Normal(0, 1)\n", name).name == expected


# --- stages as text ------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*SPECS, *PRINTED], ids=lambda p: p.stem)
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_shown(path: Path, stage: str) -> None:
    model = load(path)
    text = model.show(stage)
    assert text.strip() and " object at 0x" not in text and "Span(" not in text
    every = (*model.ir.statements, *model.ir.generated, *model.ir.guide)
    for statement in every:
        if stage in ("model", "program") and not statement.name.startswith("factor_"):
            assert statement.name in text
    if stage == "model":
        assert text.splitlines()[0] == f"model {model.name}"
        assert len(text.splitlines()) == 1 + sum(map(len, (model.ir.plates, model.ir.data, every)))


@pytest.mark.parametrize("path", [*SPECS, *PRINTED], ids=lambda path: path.stem)
def test_the_model_is_readable(path: Path) -> None:
    text = load(path).show("model")
    assert "'''''" not in text
    assert max(map(len, text.splitlines())) < 1000


def test_the_filter_of_a_factor_is_shown() -> None:
    text = "plate a\ndata\n  x[a] : real\nfactor f[a] = x, where x > 2\n"
    assert ", where x > 2" in loads(text).show("model")


def test_the_bounds_of_a_quantity_are_shown() -> None:
    text = "data\n  x : real(0, 7)\nparam p : real(x, 9)\nx ~ Normal(p, 1)\n"
    shown = loads(text).show("model")
    assert "7" in shown and "9" in shown


# --- anything at all -----------------------------------------------------------------------

_LINES = """
plate a
plate b = 3
plate b within a
plate c = [u, v]
plate c within (b: a, a)
plate a ordered
data\n  y[a] : real
data\n  y[b, c] : count
data\n  z[a] : b
data\n  y : positive(0, 3)
x ~ Normal(0, 1)
x[a] ~ Normal(y, 1)
x[a, a'] ~ LKJCholesky(2)
x[b] ~ Dirichlet(y)
x[c] ~ Pinned(Normal(y, 1), at = "u")
x[c] ~ SumToZero(Normal(x, 1))
y[a] ~ Normal(x, 1)
y[a] ~ Normal(prev(y) + x, 1), initially given
y[a] ~ Normal(x[z], w), where y > 2
y ~ Poisson(x)
y[b, c] ~ Poisson(exp(x))
z[a] ~ Categorical(x)
w = x @ x
w = sum(x)
w[a] = sum(x, by a)
let w = x[a'] * x
let w[a] = y[z]
w = x["u"] + x[1]
w ~ Truncated(Normal(x, 1), lower = y)
w : positive ~ 2 * Normal(0, 1) - x
param w[a] : real(x, 1)
factor x = w
factor w[a] ~ Normal(x, 1)
factor x * w
def f(x) = x + w
v = f(x) + f(w)
infer nuts\n  chains = x
infer hmc\n  noncentered = [x]
kernel k = x
generate\n  x = 1
"""
LINES = [part.replace("\\n", "\n") for part in re.split(r"\n(?=\S)", _LINES.strip())]


@given(st.lists(st.sampled_from(LINES), max_size=9, unique=True))
@settings(max_examples=300, deadline=None)
def test_any_statements_give_a_program_or_an_error(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    try:
        model = loads(text)
        program = model.compile()
    except BayescriptError as error:
        assert error.diagnostics
        assert all(d.code != "B599" and d.message for d in error.diagnostics)
    else:
        compile(program.source, "program", "exec")
        assert textwrap.dedent(model.show("passes"))


@pytest.mark.parametrize(
    "value",
    ["1" + " + 1" * 3000, "-" * 3000 + "1", "(" + "1 + (" * 150 + "1" + ")" * 151 + "^1" * 900],
)
def test_long_expressions_are_compiled_or_refused(value: str) -> None:
    try:
        loads(f"x = {value}\n").compile()
    except BayescriptError as error:
        assert error.diagnostics
