"""A model as users hold it: loading, binding, and which settings count."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

import bayescript as bs
from bayescript import BackendError, DataError, SpecError

TEXT = """
model heights "Heights of people"

plate person

data
  height[person] : positive

mu    ~ Normal(170, 20)
sigma ~ HalfNormal(10)
height[person] ~ Normal(mu, sigma)

infer nuts
  chains = 3
  target_accept = 0.9
"""


@pytest.fixture
def model() -> bs.Model:
    return bs.loads(TEXT, "heights.bayes")


# --- loading -------------------------------------------------------------------------------


def test_what_a_model_says_of_itself(model: bs.Model) -> None:
    assert (model.name, model.description) == ("heights", "Heights of people")
    assert model.source == TEXT and model.warnings == ()
    assert repr(model) == "<Model heights: height given mu, sigma>"
    assert repr(bs.loads("x ~ Normal(0, 1)\n", "a.bayes")) == "<Model a: no outcome given x>"


def test_load_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "people.bayes"
    path.write_bytes(b"\xef\xbb\xbf" + b"x ~ Normal(0, 1)\r\n")
    for given in (path, str(path)):
        model = bs.load(given)
        assert model.name == "people" and [s.name for s in model.ir.statements] == ["x"]


@pytest.mark.parametrize("what", ["absent", "folder", "binary"])
def test_files_that_hold_no_spec(tmp_path: Path, what: str) -> None:
    path = {"absent": tmp_path / "a.bayes", "folder": tmp_path, "binary": tmp_path / "b.bayes"}[
        what
    ]
    (tmp_path / "b.bayes").write_bytes(b"\x80\x81")
    with pytest.raises(SpecError) as caught:
        bs.load(path)
    (found,) = caught.value.diagnostics
    assert found.code == "B106" and str(path) in found.message and found.help


def test_a_wrong_spec_is_refused_with_its_place() -> None:
    with pytest.raises(SpecError) as caught:
        bs.loads("x ~ Nromal(0, 1)\n", "here.bayes")
    assert "--> here.bayes:1:5" in str(caught.value)
    assert caught.value.source is not None and caught.value.source.name == "here.bayes"
    assert isinstance(caught.value, bs.BayescriptError)


def test_warnings_do_not_refuse() -> None:
    model = bs.loads("data\n  y : real\nw ~ Normal(0, 1)\ny ~ Normal(0, 1)\n")
    assert [w.code for w in model.warnings] == ["W202"]


# --- settings ------------------------------------------------------------------------------


def test_the_call_counts_more_than_the_spec(model: bs.Model) -> None:
    assert model.settings() == ("nuts", {"chains": 3, "target_accept": 0.9})
    assert model.settings(chains=1, draws=50) == (
        "nuts",
        {"chains": 1, "target_accept": 0.9, "draws": 50},
    )
    assert model.settings(method="hmc")[0] == "hmc"
    assert model.settings(method=None)[0] == "nuts"
    assert bs.loads("x ~ Normal(0, 1)\n").settings() == ("nuts", {})


def test_settings_that_the_method_of_the_call_lacks_are_left_out() -> None:
    model = bs.loads("x ~ Normal(0, 1)\ninfer nuts\n  max_tree_depth = 5\n  chains = 2\n")
    assert model.settings(method="hmc") == ("hmc", {"chains": 2})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"chians": 2}, "`nuts` has no setting `chians`"),
        ({"method": "nust"}, "there is no method `nust`"),
        ({"method": "hmc", "max_tree_depth": 3}, "`hmc` has no setting `max_tree_depth`"),
        ({"chains": 2.0}, "`chains` is a whole number, not `2.0`"),
        ({"chains": True}, "`chains` is a whole number, not `True`"),
        ({"chains": "2"}, "`chains` is a whole number, not `2`"),
        ({"target_accept": "high"}, "`target_accept` is a number, not `high`"),
        ({"dense_mass": 1}, "`dense_mass` is true, false or auto, not `1`"),
        ({"device": 32}, "`device` is a word, not `32`"),
        ({"noncentered": 3}, "`noncentered` is a list of names, not `3`"),
    ],
)
def test_settings_that_are_wrong(model: bs.Model, given: dict[str, Any], message: str) -> None:
    with pytest.raises(BackendError) as caught:
        model.settings(**given)
    (found,) = caught.value.diagnostics
    assert found.code == "B402" and found.message == message


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"chains": "many"}, "B402"),
        ({"chains": 0}, "B402"),
        ({"draws": -1}, "B402"),
        ({"target_accept": 1.5}, "B402"),
        ({"backend": "stan"}, "B403"),
        ({"noncentered": ["muu"]}, "B402"),
        ({"noncentered": ["sigma"]}, "B402"),
        ({"method": "gp"}, "B402"),
    ],
)
def test_a_fit_that_cannot_be_made(model: bs.Model, given: dict[str, Any], code: str) -> None:
    with pytest.raises(BackendError) as caught:
        model.fit({"height": [180.0, 165.0]}, progress=False, **given)
    assert caught.value.diagnostics[0].code == code


# --- data ----------------------------------------------------------------------------------


def test_bind(model: bs.Model) -> None:
    bound = model.bind({"height": [180, 165.5]})
    assert bound.data["height"].tolist() == [180, 165.5] and bound.sizes["person"] == 2


def test_bind_with_labels(model: bs.Model) -> None:
    bound = model.bind({"height": [180, 165.5]}, coords={"person": ["Ann", "Bob"]})
    assert list(bound.coords["person"]) == ["Ann", "Bob"]


def test_every_violation_is_listed_before_anything_runs(model: bs.Model) -> None:
    with pytest.raises(DataError) as caught:
        model.fit({"height": [180, -1, "x", None]}, progress=False)
    assert sorted(d.code for d in caught.value.diagnostics) == ["B502", "B503", "B504"]


@pytest.mark.parametrize("data", [{}, None, {"hieght": [1, 2]}])
def test_data_that_is_missing(model: bs.Model, data: Any) -> None:
    with pytest.raises(DataError) as caught:
        model.bind(data)
    assert "B501" in {d.code for d in caught.value.diagnostics}
    assert "height" in str(caught.value)


def test_a_spec_is_read_in_one_form_of_unicode(tmp_path: Path) -> None:
    """A letter and a combining mark are the same as the one letter that has both."""
    text = 'plate é = [à, b]\nx[é] ~ Normal(0, 1)\nfactor f = sum(x, over é) + x["à"]\n'
    wide = unicodedata.normalize("NFD", text)
    assert wide != unicodedata.normalize("NFC", text)
    path = tmp_path / "s.bayes"
    path.write_text(wide, encoding="utf-8")
    for model in (bs.loads(wide), bs.load(path)):
        assert model.ir.statements == bs.loads(text).ir.statements
        assert model.ir.plates == bs.loads(text).ir.plates


# --- stages and programs -------------------------------------------------------------------


def test_compile(model: bs.Model) -> None:
    program = model.compile()
    assert program.name == "heights" and program.backend == "numpyro"
    assert str(program) == program.source == model.show("program")
    assert program.manifest["outcomes"] == ["height"]
    assert program.manifest["sites"]["mu"]["statement"] == "mu ~ Normal(170, 20)"


def test_compile_with_settings(model: bs.Model) -> None:
    source = model.compile(noncentered=["mu"], chains=2).source
    assert 'sample("mu_standard"' in source and '"--chains", type=int, default=2' in source
    assert "mu_standard" not in model.compile().source


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda m: m.compile("stan"), "B403"),
        (lambda m: m.show("modle"), "B407"),
        (lambda m: m.show("program", "stan"), "B403"),
        (lambda m: m.compile(noncentered=["x"]), "B402"),
        (lambda m: m.compile(chians=2), "B402"),
    ],
)
def test_what_cannot_be_compiled(model: bs.Model, call: Any, code: str) -> None:
    with pytest.raises(BackendError) as caught:
        call(model)
    assert caught.value.diagnostics[0].code == code


# --- the face ------------------------------------------------------------------------------


def test_everything_that_is_promised_is_there() -> None:
    for name in bs.__all__:
        assert getattr(bs, name) is not None
    assert bs.__version__
    with pytest.raises(AttributeError, match="nothing"):
        _ = bs.nothing
