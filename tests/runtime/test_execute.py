"""Emitted programs are loaded, and data become the arguments of their model."""

import subprocess
import sys
import traceback

import numpy as np
import pytest

from bayescript.grammar.diagnostics import BackendError, DataError
from bayescript.runtime.execute import arguments, load_program
from bayescript.runtime.require import require
from tests.runtime import examples


def test_arguments_are_resolved_by_role() -> None:
    data = examples.panel()
    program = load_program(examples.source("panel"), "panel")
    given = arguments(program, data)
    assert list(given) == program.manifest["arguments"]
    assert given["num_firm"] == 4 and type(given["num_firm"]) is int
    assert given["first_firm"] == 2 and type(given["first_firm"]) is int
    assert given["record_firm"].dtype == np.int64
    assert given["log_invest"].dtype == np.float64
    np.testing.assert_allclose(given["log_value"], np.log(data.data["value"]))


def test_a_label_that_is_not_in_the_data_is_named() -> None:
    data = examples.panel()
    data.coords["firm"] = np.array(["A", "B", "C", "D"])
    program = load_program(examples.source("panel"), "panel")
    with pytest.raises(DataError, match="no `firm` of the data is called `IBM`"):
        arguments(program, data)


def test_prepare_may_use_the_heavy_library() -> None:
    source = examples.source("panel").replace("np.log(value)", "jnp.log(value)")
    source = source.replace("import numpyro\n", "import jax.numpy as jnp\nimport numpyro\n", 1)
    given = arguments(load_program(source, "panel"), examples.panel())
    assert isinstance(given["log_value"], np.ndarray)


def test_tracebacks_show_lines_of_the_program() -> None:
    source = examples.source("panel").replace("np.log(value)", "value.nonsense")
    with pytest.raises(AttributeError) as caught:
        arguments(load_program(source, "panel"), examples.panel())
    shown = "".join(traceback.format_exception(caught.value))
    assert "<bayescript panel>" in shown and '"log_value": value.nonsense' in shown


def test_a_missing_library_says_what_to_install() -> None:
    with pytest.raises(BackendError, match=r"pip install 'bayescript\[numpyro\]'"):
        require("no_such_library", extra="numpyro")


def test_loading_and_binding_import_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "import bayescript.runtime.sample\n"
        "from bayescript.runtime.execute import arguments, load_program\n"
        "from tests.runtime import examples\n"
        "arguments(load_program(examples.source('panel'), 'panel'), examples.panel())\n"
        "heavy = {'jax', 'numpyro', 'arviz', 'xarray', 'scipy', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
