"""Everything that touches ArviZ: groups with labels, and NetCDF files.

ArviZ wants flat attributes in NetCDF files, so what is not a text is written as JSON.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ...grammar.diagnostics import Diagnostic, RunError
from ..execute import Binding
from ..require import require
from .summary import labels_of

_FORMAT = 1
_TEXTS = ("spec", "program", "name", "method", "interrupted")  # attributes that are not JSON
_JSON = ("settings", "versions", "sampled", "order", "bound", "details")
_RESERVED = {"chain": "chain_", "draw": "draw_"}  # plates of these names would clash with ArviZ


class Fitted(Protocol):
    """What this module reads of a fit."""

    source: str
    name: str
    bound: Binding
    draws: dict[str, np.ndarray]
    stats: dict[str, np.ndarray]
    sampled: tuple[str, ...]
    method: str
    settings: dict[str, Any]
    versions: dict[str, str]
    spec: str
    interrupted: str
    trace: dict[str, np.ndarray]
    details: dict[str, Any]

    @property
    def manifest(self) -> dict[str, Any]: ...
    @property
    def dims(self) -> dict[str, tuple[str, ...]]: ...
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def author_draws(self) -> dict[str, np.ndarray]: ...
    @property
    def constants(self) -> dict[str, np.ndarray]: ...


@dataclass(frozen=True)
class Recalled:
    """Bound data, read back from a file."""

    data: dict[str, np.ndarray]
    indices: dict[tuple[str, str], np.ndarray]
    sizes: dict[str, int]
    coords: dict[str, np.ndarray]
    warnings: tuple[Diagnostic, ...] = ()
    named: frozenset[str] = frozenset()


def group(name: str, values: Mapping[str, np.ndarray], fit: Fitted) -> Any:
    """One group of draws as an xarray Dataset."""
    return getattr(_from_dict(fit, {name: dict(values)}), name)


def inference_data(
    fit: Fitted, log_likelihood: Mapping[str, np.ndarray], predictive: Mapping[str, np.ndarray]
) -> Any:
    """All groups, with the provenance of the run as attributes."""
    groups: dict[str, Any] = {
        "posterior": fit.author_draws,
        "sample_stats": fit.stats,
        "log_likelihood": dict(log_likelihood),
        "observed_data": _observed(fit),
        "constant_data": _constants(fit),
    }
    if predictive:
        groups["posterior_predictive"] = dict(predictive)
    data = _from_dict(fit, groups)
    data.attrs.update(_attributes(fit))
    if fit.trace:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # ArviZ does not know the group, and need not
            data.add_groups({"optimisation": _by_step(fit.trace)})
    return data


def _by_step(trace: Mapping[str, np.ndarray]) -> Any:
    """What an optimiser went through as an xarray Dataset."""
    xarray = require("xarray", extra="numpyro")
    return xarray.Dataset({name: ("step", values) for name, values in trace.items()})


def save(
    fit: Fitted,
    log_likelihood: Mapping[str, np.ndarray],
    predictive: Mapping[str, np.ndarray],
    path: Path,
) -> None:
    """Writes a NetCDF file; auxiliary draws go into a group of that name."""
    data = inference_data(fit, log_likelihood, predictive)
    hidden = {name: value for name, value in fit.draws.items() if name not in fit.author_draws}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ArviZ does not know the group, and need not
        if hidden:
            data.add_groups({"auxiliary": group("posterior", hidden, fit)})
        data.to_netcdf(str(path), engine="h5netcdf")


def load(path: Path) -> dict[str, Any]:
    """The fields of a saved fit; raises RunError (B603) where the file holds none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            data = _arviz().from_netcdf(str(path), engine="h5netcdf")
        except (OSError, ValueError, KeyError) as error:
            problem = f"`{path}` cannot be read as a saved fit: {_first_line(error)}"
            help = "give a file that `fit.save` or `bayescript run --output` wrote"
            raise RunError(Diagnostic("B603", problem, help=help)) from None
    if "bayescript_format" not in data.attrs:
        problem = f"`{path}` was not written by Bayescript"
        raise RunError(Diagnostic("B603", problem, help="open it with arviz.from_netcdf"))
    saved = {
        name: text if name in _TEXTS else json.loads(text)
        for name, text in data.attrs.items()
        if name in _TEXTS + _JSON
    }
    draws = _arrays(data.posterior)
    if "auxiliary" in data.groups():
        draws |= _arrays(data.auxiliary)
    predictive = _arrays(data.posterior_predictive) if "posterior_predictive" in data else {}
    return {
        "source": saved["program"],
        "spec": saved["spec"],
        "name": saved["name"],
        "bound": _recalled(saved["bound"], _arrays(data.constant_data)),
        "draws": {name: draws[name] for name in saved["order"]},
        "stats": _arrays(data.sample_stats),
        "sampled": tuple(saved["sampled"]),
        "method": saved["method"],
        "settings": saved["settings"],
        "versions": saved["versions"],
        "interrupted": saved["interrupted"],
        "trace": _arrays(data.optimisation) if "optimisation" in data.groups() else {},
        "details": saved.get("details", {}),
        "_predictive": predictive,
    }


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].strip()


def _arviz() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about ArviZ 1.0: no matter of the user's
        return require("arviz", extra="numpyro")


def _from_dict(fit: Fitted, groups: dict[str, Any]) -> Any:
    dims: dict[str, list[str]] = {}
    coords: dict[str, np.ndarray] = {}
    known = dict(fit.dims) | _input_dims(fit)
    for values in groups.values():
        for name, value in values.items():
            draws = 2 if values is not groups.get("observed_data") else 0
            draws = 0 if values is groups.get("constant_data") else draws
            shape = np.shape(value)[draws:]
            names = [_RESERVED.get(dim, dim) for dim in known.get(name, ())[: len(shape)]]
            names += [f"{name}_dim_{place}" for place in range(len(names), len(shape))]
            dims[name] = names
            for dim, size in zip(names, shape, strict=True):
                coords[dim] = labels_of(dim.removesuffix("_"), size, fit.bound.coords)
    return _arviz().from_dict(**groups, dims=dims, coords=coords)


def _input_dims(fit: Fitted) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, entry in fit.manifest["inputs"].items():
        if entry["role"] == "data":
            found[name] = tuple(entry["dims"])
        elif entry["role"] == "index":
            found[name] = (entry["plate"],)
    return found


def _observed(fit: Fitted) -> dict[str, np.ndarray]:
    data = fit.bound.data  # an outcome that the spec made of data is an argument instead
    names = fit.manifest["outcomes"]
    return {n: np.asarray(data[n] if n in data else fit.arguments[n]) for n in names}


def _constants(fit: Fitted) -> dict[str, np.ndarray]:
    """The raw data and the indices, from which `load` builds the bound data again, and what the
    spec records of data alone."""
    named = {f"{child}_{role}": at for (child, role), at in fit.bound.indices.items()}
    raw = {name: np.asarray(value) for name, value in fit.bound.data.items()}
    return {**fit.constants, **raw, **named}


def _attributes(fit: Fitted) -> dict[str, str]:
    bound = {
        "data": list(fit.bound.data),
        "indices": [list(pair) for pair in fit.bound.indices],
        "sizes": {name: int(size) for name, size in fit.bound.sizes.items()},
        "coords": {name: _listed(one) for name, one in fit.bound.coords.items()},
        "dates": {
            n: str(one.dtype) for n, one in fit.bound.coords.items() if one.dtype.kind == "M"
        },
        "named": sorted(fit.bound.named),
    }
    return {
        "bayescript_format": json.dumps(_FORMAT),
        "spec": fit.spec,
        "program": fit.source,
        "name": fit.name,
        "method": fit.method,
        "seed": json.dumps(fit.settings["seed"]),
        "settings": json.dumps(fit.settings),
        "versions": json.dumps(fit.versions),
        "sampled": json.dumps(list(fit.sampled)),
        "order": json.dumps(list(fit.draws)),
        "interrupted": fit.interrupted,
        "details": json.dumps(fit.details),
        "bound": json.dumps(bound),
    }


def _arrays(dataset: Any) -> dict[str, np.ndarray]:
    return {str(name): np.asarray(one.values) for name, one in dataset.data_vars.items()}


def _recalled(saved: Mapping[str, Any], constants: Mapping[str, np.ndarray]) -> Recalled:
    return Recalled(
        data={name: constants[name] for name in saved["data"]},
        indices={(child, role): constants[f"{child}_{role}"] for child, role in saved["indices"]},
        sizes=dict(saved["sizes"]),
        coords={
            name: np.asarray(one, saved.get("dates", {}).get(name))
            for name, one in saved["coords"].items()
        },
        named=frozenset(saved.get("named", ())),
    )


def _listed(labels: np.ndarray) -> list[Any]:
    """The labels of a plate as JSON has them: dates are text."""
    found: list[Any] = (labels.astype(str) if labels.dtype.kind == "M" else labels).tolist()
    return found
