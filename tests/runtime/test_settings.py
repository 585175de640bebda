"""The table of settings and the engine know the same ones, with the same defaults."""

from dataclasses import fields

import pytest

import bayescript as bs
from bayescript.compiler.tables.inference import METHODS
from bayescript.runtime.engines.settings import Settings
from bayescript.runtime.model import _COMPILED_IN

ENGINE = {field.name: field.default for field in fields(Settings)}
SPEC = "plate i\ndata\n  y[i] : real\nmu ~ Normal(0, 1)\ny[i] ~ Normal(mu, 1)\n"


@pytest.mark.parametrize("method", METHODS)
def test_the_table_says_what_the_engine_does(method: str) -> None:
    for name, setting in METHODS[method].settings.items():
        if name not in _COMPILED_IN:
            assert setting.default == ENGINE[name], name


def test_a_bad_start_is_shown_in_the_spec() -> None:
    text = SPEC.replace("mu, 1)", "mu, s)").replace("mu ~", "a ~ HalfNormal(1)\ns = a - 100\nmu ~")
    with pytest.raises(bs.RunError) as caught:
        bs.loads(text, "bad.bayes").fit({"y": [1.0, 2.0]}, progress=False)
    message = str(caught.value)
    assert "`y` has a `scale` = -9" in message and "7 | y[i] ~ Normal(mu, s)" in message
