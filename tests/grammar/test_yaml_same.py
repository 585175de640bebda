"""Every construct of the language gives one tree, in text and in YAML."""

import pytest

from bayescript.grammar import tree
from bayescript.grammar.reading import Reading
from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read


def in_yaml(text: str) -> Reading:
    source = Source(text, "spec.yaml", "yaml")
    reading = read(source)
    assert not reading.errors, "\n".join(d.render(source) for d in reading.errors)
    return reading


def in_text(text: str) -> Reading:
    source = Source(text, "spec.bayes")
    reading = read(source)
    assert not reading.errors, "\n".join(d.render(source) for d in reading.errors)
    return reading


SAME = {
    "names_that_share_a_prior": ("a, b[row] ~ Flat()", "priors:\n  a, b[row]: Flat()\n"),
    "names_that_share_a_type": (
        "a, b : positive ~ Normal(0, 1)",
        "priors:\n  a, b: {type: positive, distribution: 'Normal(0, 1)'}\n",
    ),
    "outcomes_that_share_a_likelihood": (
        "data\n  x : real\n  y : real\nx, y ~ Normal(0, 1)",
        "data:\n  x: real\n  y: real\nlikelihoods:\n  x, y: Normal(0, 1)\n",
    ),
    "header": ("model radon", "model: radon"),
    "description": (
        'model radon "Homes: with radon"',
        'model: radon\ndescription: "Homes: with radon"',
    ),
    "description_above": ('model radon "Homes"', "description: Homes\nmodel: radon"),
    "description_folded": (
        'model radon "Homes with radon"',
        "model: radon\ndescription: >\n  Homes\n  with radon\n",
    ),
    "plate": ("plate county", "plates:\n  county:\n"),
    "plate_null": ("plate county", "plates: {county: null}"),
    "plate_of_a_size": ("plate state = 3", "plates:\n  state: 3\n"),
    "plate_of_a_data_size": ("plate state = K", "plates:\n  state: K\n"),
    "plate_of_a_range": ("plate month = 1..12", "plates:\n  month: 1..12\n"),
    "plate_size_field": ("plate month = 1..12", "plates:\n  month: {size: 1..12}\n"),
    "plate_labels": (
        'plate dose = [low, mid, "high dose"]',
        "plates:\n  dose: [low, mid, high dose]\n",
    ),
    "plate_label_strings": ('plate d = ["a", b]', 'plates:\n  d: [\'"a"\', "b"]\n'),
    "plate_label_list": (
        "plate dose = [low, mid]",
        "plates:\n  dose:\n    - low\n    - mid\n",
    ),
    "plate_labels_field": (
        "plate dose = [low, mid] within county",
        "plates:\n  dose: {labels: [low, mid], within: county}\n",
    ),
    "plate_number_labels": ("plate d = [1, -2, .5]", "plates:\n  d: [1, -2, .5]\n"),
    "within": ("plate home within county", "plates:\n  home: {within: county}\n"),
    "within_two": (
        "plate answer within (student, item)",
        "plates:\n  answer: {within: [student, item]}\n",
    ),
    "within_one_in_a_list": (
        "plate home within (county)",
        "plates:\n  home: {within: [county]}\n",
    ),
    "roles": (
        "plate game within (home: team, away: team)",
        "plates:\n  game: {within: {home: team, away: team}}\n",
    ),
    "ordered": (
        "plate visit within patient ordered",
        "plates:\n  visit: {within: patient, ordered: true}\n",
    ),
    "not_ordered": (
        "plate visit within patient",
        "plates:\n  visit: {within: patient, ordered: false}\n",
    ),
    "ordered_by": ("plate day ordered by time", "plates:\n  day: {ordered: true, by: time}\n"),
    "by_orders": ("plate day ordered by time", "plates:\n  day: {by: time}\n"),
    "data": (
        "data\n  floor[home] : binary\n  T : int = 3\n  x[a, a'] : real(0, upper = 1)?\n",
        "data:\n  floor[home]: binary\n  T: int = 3\n  x[a, a']: real(0, upper = 1)?\n",
    ),
    "params": (
        "param l : positive = 1.0\nparam w[k] : real",
        "params:\n  l: positive = 1.0\n  w[k]: real\n",
    ),
    "lets": (
        "let w[home] = x - mean(x, over home)\nlet v = 2",
        "lets:\n  w[home]: x - mean(x, over home)\n  v: 2\n",
    ),
    "quantities": (
        "mu[day] = a + b * prev(mu), initially 0 for 6, where seen > 0",
        "quantities:\n  mu[day]: a + b * prev(mu), initially 0 for 6, where seen > 0\n",
    ),
    "quantity_in_parts": (
        "mu[day] = prev(mu), initially 0 for 6, where seen > 0",
        "quantities:\n  mu[day]:\n    value: prev(mu)\n    initially: 0 for 6\n"
        "    where: seen > 0\n",
    ),
    "quantity_given": (
        "mu[day] = prev(mu), initially given",
        "quantities: {'mu[day]': {value: prev(mu), initially: given}}",
    ),
    "quantity_list": ("w = [1, a + b, [2, c]]", "quantities:\n  w: [1, a + b, [2, c]]\n"),
    "quantity_list_in_parts": (
        "w = [1, b]",
        "quantities:\n  w:\n    value:\n      - 1\n      - b\n",
    ),
    "quantity_empty_list": ("w = []", "quantities:\n  w: []\n"),
    "priors": (
        "tau ~ HalfNormal(1)\nalpha[county] ~ Normal(g + u * x, tau)",
        "priors:\n  tau: HalfNormal(1)\n  alpha[county]: Normal(g + u * x, tau)\n",
    ),
    "prior_typed": (
        "k : positive ~ Normal(0, 1)\nr : real(0, 1) ~ Flat()",
        "priors:\n  k: positive ~ Normal(0, 1)\n  r: real(0, 1) ~ Flat()\n",
    ),
    "prior_tails": (
        "x[day] ~ Normal(prev(x), 1), initially Normal(0, 1), where day > 2",
        "priors:\n  x[day]: Normal(prev(x), 1), initially Normal(0, 1), where day > 2\n",
    ),
    "prior_in_parts": (
        "x[day] : positive? ~ Normal(prev(x), 1), initially Normal(0, 1), where on",
        "priors:\n  x[day]:\n    distribution: Normal(prev(x), 1)\n    type: positive?\n"
        "    initially: Normal(0, 1)\n    where: on\n",
    ),
    "prior_value": ("x ~ Normal(0, 1)", "priors: {x: {value: 'Normal(0, 1)'}}"),
    "kernels": (
        "kernel trend = s1^2 * RBF(lengthscale = l1)",
        "kernels: {trend: s1^2 * RBF(lengthscale = l1)}",
    ),
    "kernel_of_a_plate": ("kernel k[a] = RBF()", "kernels:\n  k[a]: RBF()\n"),
    "networks": (
        "network decoder = MLP(latent -> (loc = pixel, scale = pixel), w ~ Normal(0, 1))",
        'networks:\n  decoder: "MLP(latent -> (loc = pixel, scale = pixel), w ~ Normal(0, 1))"\n',
    ),
    "functions": (
        "def hill(x, k, n) = x^n / (k^n + x^n)\ndef one() = 1",
        'functions: {"hill(x, k, n)": x^n / (k^n + x^n), one(): 1}',
    ),
    "ode": (
        "ode t, start = 0, method = stiff\n"
        "  d(u) = -k * u, initially u0\n  d(C[pool]) = C, initially 1\n",
        "odes:\n  time: t\n  start: 0\n  method: stiff\n  rates:\n"
        "    u: -k * u, initially u0\n    C[pool]: C, initially 1\n",
    ),
    "odes": (
        "ode t\n  d(u) = u, initially 1\node s, start = 2\n  d(v) = v, initially 1\n",
        "odes:\n  - time: t\n    rates: {u: 'u, initially 1'}\n"
        "  - rates:\n      v: v, initially 1\n    time: s\n    start: 2\n",
    ),
    "likelihoods": (
        "y[home] ~ Normal(alpha + beta * floor, sigma)",
        "likelihoods:\n  y[home]: Normal(alpha + beta * floor, sigma)\n",
    ),
    "likelihood_in_string": (
        'y[home] ~ Normal(u[effect = "x #1: a"], 1)',
        "likelihoods:\n  y[home]: 'Normal(u[effect = \"x #1: a\"], 1)'\n",
    ),
    "factors": (
        "factor smooth[edge] = -0.5 * x^2, where on\nfactor a = b",
        "factors:\n  smooth[edge]: -0.5 * x^2, where on\n  a: b\n",
    ),
    "factor_in_parts": (
        "factor smooth[edge] = -0.5 * x^2, where on",
        "factors:\n  smooth[edge]: {value: -0.5 * x^2, where: on}\n",
    ),
    "factor_list": (
        "factor -0.5 * x^2\nfactor sum(phi, over area) ~ Normal(0, 1), where on\nfactor a[b] = c",
        "factors:\n  - -0.5 * x^2\n  - sum(phi, over area) ~ Normal(0, 1), where on\n"
        "  - a[b] = c\n",
    ),
    "generated": (
        "generate\n  y_new[home] ~ Normal(mu, 1)\n  odds = exp(beta)\n  let w[a] = 2\n"
        "  z ~ 2 * Beta(2, 2) - 1\n  q = U(3)\n  k : positive ~ Normal(0, 1)\n"
        "  e = a == b\n  n = -x\n  v = [1, 2]\n",
        "generated:\n  y_new[home]: Normal(mu, 1)\n  odds: exp(beta)\n  let w[a]: 2\n"
        "  z: ~ 2 * Beta(2, 2) - 1\n  q: = U(3)\n  k: positive ~ Normal(0, 1)\n"
        "  e: a == b\n  n: -x\n  v: [1, 2]\n",
    ),
    "generated_in_parts": (
        "generate\n  y : positive ~ Normal(prev(y), 1), initially 1\n"
        "  u[day] = prev(u), initially 0\n  let z = W(1)\n",
        "generated:\n  y: {distribution: 'Normal(prev(y), 1)', type: positive, initially: 1}\n"
        "  u[day]: {value: prev(u), initially: 0}\n  let z: {value: W(1)}\n",
    ),
    "generated_typed_with_a_mark": (
        "generate\n  k : positive ~ Normal(0, 1)\n",
        "generated:\n  k: ~ positive ~ Normal(0, 1)\n",
    ),
    "guide": (
        "guide\n  z[image] ~ Normal(q.loc, exp(q.s))\n  let q = encoder(x)\n",
        "guide:\n  z[image]: Normal(q.loc, exp(q.s))\n  let q: encoder(x)\n",
    ),
    "inference": (
        "infer svi\n  steps = 20_000\n  batch = 128 over image\n"
        '  betas = [0.9, 0.999]\n  on = "x y"\n',
        "inference:\n  method: svi\n  steps: 20_000\n  batch: 128 over image\n"
        "  betas: [0.9, 0.999]\n  on: '\"x y\"'\n",
    ),
    "inference_alone": ("infer nuts", "inference: {method: nuts}"),
    "norway": (
        "data\n  on : real\n  off : real\n  yes : real\n  no : real\n  y : real\n  n : real\n"
        "  true : real\nx ~ Normal(on + off * yes, no + y * n + true)\n",
        "data:\n  on: real\n  off: real\n  yes: real\n  no: real\n  y: real\n  n: real\n"
        "  true: real\npriors:\n  x: Normal(on + off * yes, no + y * n + true)\n",
    ),
    "norway_labels": (
        'plate d = [yes, no, on, off, true, y, "not"]',
        "plates:\n  d: [yes, no, on, off, true, y, not]\n",
    ),
    "numbers": (
        "v = [012, 1e-3, 20_000, .5, inf, 1e5]",
        "quantities:\n  v: [012, 1e-3, 20_000, .5, inf, 1e5]\n",
    ),
    "values_that_yaml_would_resolve": (
        "a = 012\nb = 1e-3\nc = 20_000\nd = .5\ne = inf\nf = 2001-01-01\ng = yes",
        "quantities:\n  a: 012\n  b: 1e-3\n  c: 20_000\n  d: .5\n  e: inf\n"
        "  f: 2001-01-01\n  g: yes\n",
    ),
    "labels_that_yaml_would_resolve": (
        'plate d = ["1:30", "2001-01-01", inf, "null", "~", 012, 1e-3, 20_000, ".inf", "1."]',
        'plates:\n  d: ["1:30", 2001-01-01, inf, \'"null"\', "~", 012, 1e-3, 20_000, .inf, 1.]\n',
    ),
    "quoted_keys": (
        "mu[a] ~ Normal(0, 1)\nt ~ Normal(0, 1)",
        '"priors":\n  \'mu[a]\': Normal(0, 1)\n  "t": Normal(0, 1)\n',
    ),
    "over_lines": (
        "mu ~ Normal(a + b, 1)\nnu ~ Normal(a + b, 1)\nrho ~ Normal(0, 1)",
        "priors:\n  mu: >-\n    Normal(a\n      + b,\n    1)\n  nu: |\n    Normal(a\n    + b, 1)\n"
        "  rho:\n    Normal(0,\n    1)\n",
    ),
    "unicode": (
        "plate ort = [café]\nμ ~ Normal(0, 1)",
        "plates: {ort: [café]}\npriors:\n  μ: Normal(0, 1)\n",
    ),
    "empty_sections": ("", "plates:\ndata: {}\npriors: null\nfactors: []\ninference: ~\n"),
    "nothing": ("", ""),
    "only_comments": ("", "# a\n\n# b\n"),
    "marked_document": ("model radon", "%YAML 1.2\n---\nmodel: radon\n...\n"),
    "byte_order_mark": ("model radon", "\ufeffmodel: radon\n"),
    "line_ends_of_windows": (
        "model radon\nx ~ Normal(0, 1)",
        "model: radon\r\npriors:\r\n  x: Normal(0, 1)\r\n",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_tree(name: str) -> None:
    text, yaml = SAME[name]
    assert in_yaml(yaml).spec == in_text(text).spec


def test_draws_know_their_section() -> None:
    spec = in_yaml("priors: {a: U(1)}\nlikelihoods: {b: U(1)}\ngenerated: {c: U(1)}\n").spec
    first, second, generate = spec.statements
    assert isinstance(first, tree.Draw) and first.section == "priors"
    assert isinstance(second, tree.Draw) and second.section == "likelihoods"
    assert isinstance(generate, tree.Generate)
    inner = generate.statements[0]
    assert isinstance(inner, tree.Draw) and inner.section is None


def test_statements_keep_the_order_of_the_document() -> None:
    spec = in_yaml("inference: {method: nuts}\npriors: {b: U(1), a: U(1)}\nplates: {c: }\n").spec
    assert [type(s).__name__ for s in spec.statements] == ["Infer", "Draw", "Draw", "Plate"]


def test_comments() -> None:
    text = (
        "# top\nmodel: radon  # name\npriors: # all\n  # alone  \n  a: 'U(1) # no'  # quoted\n"
        "  b: |  # block\n    U(\n    # no\n    1)\n  # below\nlets: [a, # inner\n  b]\n"
    )
    source = Source(text, "spec.yaml", "yaml")
    found = read(source).comments
    assert [(c.text, c.alone) for c in found] == [
        ("# top", True),
        ("# name", False),
        ("# all", False),
        ("# alone", True),
        ("# quoted", False),
        ("# block", False),
        ("# below", True),
        ("# inner", False),
    ]
    assert all(source.excerpt(c.span) == c.text for c in found)
