"""The table of settings and the engine know the same ones, with the same defaults."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import bayescript as bs
from bayescript.compiler.tables.inference import GUIDES, METHODS, OPTIMISERS, SCHEDULES, optimiser
from bayescript.runtime.engines.settings import KINDS, make_settings
from bayescript.runtime.model import _COMPILED_IN

SPEC = "plate i\ndata\n  y[i] : real\nmu ~ Normal(0, 1)\ny[i] ~ Normal(mu, 1)\n"


@pytest.mark.parametrize("method", METHODS)
def test_the_table_says_what_the_engine_does(method: str) -> None:
    kind = KINDS["nuts" if method == "auto" else method]
    engine = {field.name: field.default for field in fields(kind)}
    table = METHODS[method].settings
    assert len(table) > 4
    for name, setting in table.items():
        if name not in _COMPILED_IN:
            assert setting.default == engine[name], name
    if method not in ("auto", "nuts", "hmc"):  # these two share their settings
        assert set(engine) - set(table) == {"init_attempts"}


@pytest.mark.parametrize("method", METHODS)
def test_the_defaults_are_right_by_the_table(method: str) -> None:
    for name, setting in METHODS[method].settings.items():
        assert setting.wrong(setting.default) == "", name
        assert not setting.choices or setting.default in setting.choices


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("adam", ("adam", {})),
        ("adam(1e-3)", ("adam", {"learning_rate": 0.001})),
        ("adam(0.1, 0.8)", ("adam", {"learning_rate": 0.1, "b1": 0.8})),
        ("sgd(learning_rate = 2, momentum = 0.9)", ("sgd", {"learning_rate": 2, "momentum": 0.9})),
    ],
)
def test_an_optimiser_is_a_word_or_a_call(text: str, found: object) -> None:
    assert optimiser(text) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("adma", "one of adam, adamw, clipped_adam, sgd"),
        ("adam(", "one of adam, adamw, clipped_adam, sgd, or a call such as adam"),
        ("adam(b3 = 1)", "adam(learning_rate, b1, b2, eps) with numbers"),
        ("sgd(0.1, learning_rate = 0.1)", "sgd(learning_rate, momentum) with numbers"),
        ("sgd('x')", "sgd(learning_rate, momentum) with numbers"),
        ("sgd(1, 2, 3)", "sgd(learning_rate, momentum) with numbers"),
        ("adam(-1)", "adam with a positive learning_rate"),
        ("exec('1')", "one of adam"),
    ],
)
def test_an_optimiser_that_is_none(text: str, expected: str) -> None:
    assert METHODS["svi"].settings["optimizer"].wrong(text).startswith(expected)
    with pytest.raises(bs.BackendError, match=r"`optimizer` is (one of|adam|sgd)"):
        make_settings("svi", {"optimizer": text})


def test_settings_of_a_guide_in_a_spec() -> None:
    text = SPEC + "infer svi\n  guide = lowrank\n  rank = 2\n  steps = 5_000\n"
    text += "  optimizer = clipped_adam(learning_rate = 0.02, clip = 5)\n  schedule = one_cycle\n"
    method, settings = bs.loads(text).settings()
    assert method == "svi"
    assert settings["optimizer"] == "clipped_adam(learning_rate = 0.02, clip = 5)"
    chosen = make_settings(method, settings)
    assert (chosen.rank, chosen.rate, chosen.schedule) == (2, 0.02, "one_cycle")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("guide = norml", "`guide` is one of normal, multivariate"),
        (
            "optimizer = adam(b9 = 1)",
            "`optimizer` is adam(learning_rate, b1, b2, eps) with numbers",
        ),
        ("schedule = 3", "`schedule` is a word"),
    ],
)
def test_wrong_settings_of_a_guide(line: str, expected: str) -> None:
    with pytest.raises(bs.SpecError) as caught:
        bs.loads(f"{SPEC}infer svi\n  {line}\n")
    assert caught.value.diagnostics[0].message.startswith(expected)


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        ("svi", {"particles": 0}, "`particles` must be at least 1"),
        ("svi", {"learning_rate": 0.0}, "`learning_rate` must be positive"),
        ("svi", {"guide": "flw"}, "`guide` cannot be `flw`"),
        ("svi", {"tolerance": -1.0}, "`tolerance` must not be negative"),
        ("map", {"starts": 0}, "`starts` must be at least 1"),
        ("mh", {"acceptance": 1.5}, "`acceptance` is a share"),
        ("laplace", {"seed": -1}, "`seed` must be between"),
    ],
)
def test_values_that_no_engine_takes(method: str, given: dict[str, Any], expected: str) -> None:
    with pytest.raises(bs.BackendError) as caught:
        make_settings(method, given)
    assert caught.value.diagnostics[0].message.startswith(expected)


def test_a_bad_start_is_shown_in_the_spec() -> None:
    text = SPEC.replace("mu, 1)", "mu, s)").replace("mu ~", "a ~ HalfNormal(1)\ns = a - 100\nmu ~")
    with pytest.raises(bs.RunError) as caught:
        bs.loads(text, "bad.bayes").fit({"y": [1.0, 2.0]}, progress=False)
    message = str(caught.value)
    assert "`y` has a `scale` = -9" in message and "7 | y[i] ~ Normal(mu, s)" in message


def test_the_page_on_inference_knows_them_all() -> None:
    page = (Path(__file__).parents[2] / "docs/inference.md").read_text(encoding="utf-8")
    rows = {
        row: re.findall("`(\\w+)`", text) for row, text in re.findall(r"\| `(\w+)` \|(.*)", page)
    }
    assert set(METHODS) - {"auto"} <= set(rows)
    assert set(GUIDES) <= set(rows) and set(OPTIMISERS) <= set(rows)
    for name, arguments in OPTIMISERS.items():
        assert rows[name] == list(arguments)
    words = set(re.findall(r"`(\w+)[`\s]", page))
    assert set(SCHEDULES) - {"constant"} <= words
    assert {"rank", "flows", "hidden", "particles", "tolerance", "init", "acceptance"} <= words
    for method, row in METHODS.items():
        for name, setting in row.settings.items():
            assert setting.summary, (method, name)
