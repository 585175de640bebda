"""What notebooks show: whole HTML, escaped, short, and coloured where something is bad."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.grammar.diagnostics import Diagnostic
from bayescript.runtime.fit import Fit
from bayescript.runtime.notebook import elements
from bayescript.runtime.results.summary import summarise
from bayescript.runtime.verify import Agreement, Row, Verification

VOID = {"br"}
SPEC = """\
model shops "Prices in <shops> & markets"

plate shop
plate sale within shop

data
  price[sale] : positive  # in "cents" <b>

# It is </pre><img src=x onerror=alert(1)>
level[shop] ~ Normal(0, 1)
price[sale] ~ LogNormal(level, 1)
"""
DATA = {"shop": ["<script>", "a&b", "<script>"], "price": [3.5, 1.0, 2.0]}


class Page(HTMLParser):
    """Fails where tags are not closed in order; keeps text, and the classes of cells."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.classes: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.classes += [value or "" for name, value in attrs if name == "class"]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page(shown: Any) -> Page:
    html = shown._repr_html_()
    assert html.count("<style>") == 1 and "script" not in re.findall(r"<(\w+)", html)
    return Page(html)


def made(model: bs.Model, bound: Any, draws: dict[str, np.ndarray], **more: Any) -> Fit:
    """A fit without a run."""
    program = model.compile()
    chains, length = next(iter(draws.values())).shape[:2]
    rng = np.random.default_rng(1)
    stats = {
        "lp": rng.normal(size=(chains, length)),
        "energy": rng.normal(size=(chains, length)),
        "diverging": np.zeros((chains, length), bool),
        "acceptance_rate": np.full((chains, length), 0.85),
        "step_size": np.full((chains, length), 0.25),
        "n_steps": np.full((chains, length), 7),
    }
    given: dict[str, Any] = {
        "source": program.source,
        "name": model.name,
        "bound": bound,
        "draws": draws,
        "stats": stats,
        "sampled": tuple(draws),
        "method": "nuts",
        "settings": {"seed": 1, "chains": chains},
        "versions": {"numpyro": "0.1<2>"},
        "spec": model.source,
    }
    return Fit(**given | more)


@pytest.fixture
def shops() -> Fit:
    model = bs.loads(SPEC, "shops.bayes")
    draws = {"level": np.random.default_rng(0).normal(size=(2, 400, 2))}
    return made(model, model.bind(DATA), draws)


def test_a_fit(shops: Fit) -> None:
    found = page(shops)
    assert "Fit of shops.bayes by NUTS: 2 chains of 400 draws, 2 scalars" in found.text
    assert "level[<script>]" in found.text and "level[a&b]" in found.text
    folded = re.findall(r"<details><summary>([^<]*)</summary>", shops._repr_html_())
    assert folded == ["Chains", "Method and settings", "Data", "Versions", "Spec"]
    assert "shop 2: <script>, a&b" in found.text and "0.1<2>" in found.text
    assert "acceptance step size steps a draw divergences E-BFMI" in found.text
    assert "</pre><img src=x onerror=alert(1)>" in found.text and "img" not in found.tags
    assert "bad" not in found.classes and "warnings" not in found.classes


def test_what_is_bad_is_marked(shops: Fit) -> None:
    apart = shops.draws["level"].copy()
    apart[0, :, 1] += 3.0
    stats = shops.stats | {"diverging": np.ones((2, 400), bool)}
    bad = replace(shops, draws={"level": apart}, stats=stats)
    found = page(bad)
    assert found.classes.count("warnings") == 1
    assert re.findall(r"<b>(W\d+)</b>", bad._repr_html_()) == ["W601", "W602", "W603"]
    rows = re.findall(r'<tr><th class="name">(.*?)</tr>', bad._repr_html_())
    marks = {row.partition("</th>")[0]: row.count('class="bad"') for row in rows}
    assert marks["level[&lt;script&gt;]"] == 0
    assert marks["level[a&amp;b]"] == 3  # both effective draws, and R-hat


def test_few_draws_are_marked_by_the_number_of_chains() -> None:
    draws = {"x": np.random.default_rng(0).normal(size=(4, 75))}
    dims: dict[str, tuple[str, ...]] = {"x": ()}
    four = summarise(draws, dims, {})
    few = re.findall(r'class="bad">(\d+)</td>', four._repr_html_())
    assert four.chains == 4 and len(few) == 2  # about 300, where 400 are wanted
    one = summarise({"x": draws["x"].reshape(1, -1)}, dims, {})
    assert one.chains == 1 and not re.findall(r'class="bad">(\d+)</td>', one._repr_html_())


def test_long_tables_are_cut_with_a_count() -> None:
    rng = np.random.default_rng(0)
    draws = {f"v{i}": rng.normal(size=(1, 50, 1000)) for i in range(20)}
    draws["last"] = rng.normal(size=(1, 50))
    summary = summarise(draws, {}, {})
    found = page(summary)
    assert len(summary) == 20_001 and len(summary._repr_html_()) < 20_000
    assert "… 990 more of v0" in found.text
    shown = found.tags.count("tr") - 1
    assert shown == 61 and "more rows" in found.text
    left = int(re.findall(r"… ([\d,]+) more rows", found.text)[0].replace(",", ""))
    assert left == 20_001 - 1000 * 5 - 5  # five vectors, and the first five entries of the next
    assert "All rows: summary().columns" in found.text
    short = page(summarise({"x": draws["last"]}, {}, {}))
    assert "more" not in short.classes and "All rows" not in short.text


def test_a_point_and_independent_draws(shops: Fit) -> None:
    details = {"log_density": -3.0, "agreeing": 4, "starts": 4, "converged": True}
    one = {"level": shops.draws["level"][:1, :1]}
    stats = {"lp": np.zeros((1, 1))}
    point = replace(shops, method="map", draws=one, stats=stats, details=details)
    found = page(point)
    assert "estimate" in found.text and "Chains" not in found.text
    assert "log density -3.00" in found.text


def test_a_model() -> None:
    model = bs.loads(SPEC + "spare ~ Normal(0, 1)\n", "shops.bayes")
    found = page(model)
    for piece in (
        "shops Prices in <shops> & markets",
        "plates shop, sale",
        "data price[sale]",
        "unknown level[shop], spare",
        "explained price[sale]",
        "W202",
    ):
        assert piece in found.text
    html = model._repr_html_()
    assert "<details open>" in html and "<b>plate</b> shop" in html
    assert "<i># in &quot;cents&quot; &lt;b&gt;</i>" in html


def test_a_prior(shops: Fit) -> None:
    from bayescript.runtime.prior import Prior

    draws = {"level": shops.draws["level"][:1]}
    prior = Prior(shops.program, shops.bound, (), draws, seed=1)
    found = page(prior)
    assert "Prior of shops: 400 draws, 2 scalars" in found.text and "r_hat" not in found.text
    assert "level[<script>]" in found.text


def test_a_verification() -> None:
    good = Agreement(density=1e-16, slope=1e-12, constant=0.0, shape=0.0)
    wrong = Agreement(density=1.0, slope=1.0, constant=0.5, shape=1.0)
    rows = (
        Row(3, "x ~ <Normal>(0, 1)", {"numpyro": good, "pyro": good}),
        Row(4, "y ~ Normal(x, 1)", {"numpyro": good, "pyro": wrong}),
        Row(0, "total", {"numpyro": good, "pyro": wrong}),
    )
    found = page(Verification("m.bayes", 2, rows, skipped={"third": "not <installed>"}))
    assert found.classes.count("good") == 1 and found.classes.count("bad") == 2
    assert "x ~ <Normal>(0, 1)" in found.text and "m.bayes: differs: line 4" in found.text
    assert "third: skipped, not <installed>" in found.text


def test_texts_that_are_long_or_act() -> None:
    assert elements.text("x" * 5000) == "x" * 399 + "…"
    assert elements.text("a\x1b[31m\u202eb<") == "a\ufffd[31m\ufffdb&lt;"
    spec = elements.spec("# line\n" * 1000)
    assert "… 800 more lines" in spec and spec.count("\n") == 200
    assert elements.spec('a["#1"] = 1  # say') == "<pre>a[&quot;#1&quot;] = 1  <i># say</i></pre>"
    warning = Diagnostic("W601", "<b>bold</b>", help="")
    assert "&lt;b&gt;bold" in elements.warnings([warning])


@pytest.mark.slow
def test_a_plot_of_chains(shops: Fit) -> None:
    import matplotlib

    matplotlib.use("Agg")
    axes = shops.plot()
    assert axes.shape == (1, 2)  # a density and a trace of `level`
    assert shops.plot("level").shape == (1, 2)
