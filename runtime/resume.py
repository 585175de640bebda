"""Going on with a run from its checkpoint alone, which has the spec, the data and the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..grammar.diagnostics import Diagnostic, RunError
from .binding.data import Bound
from .model import loads

if TYPE_CHECKING:
    from .fit import Fit


def resume(
    path: str | Path, *, progress: bool | Callable[..., None] = True, **settings: Any
) -> Fit:
    """Goes on with the run that is kept in a file, to the draws that it would have given.

    `settings` may ask for more `draws`, and for more `chains` where these do not move together;
    what was drawn before stays as it is. Nothing of the file is run but the spec, which is compiled
    anew. Raises RunError (B606) where the file is no checkpoint or does not fit.
    """
    from .engines.checkpoint import origin_of

    origin = origin_of(Path(path))
    recipe = origin.recipe
    if not recipe:
        message = f"`{path}` was written by a program without its spec"
        help = "go on with the same call and `resume=True`"
        raise RunError(Diagnostic("B606", message, help=help))
    model = loads(origin.spec, recipe["name"], recipe["surface"])
    given = {"method": recipe["method"], **recipe["settings"], **settings}
    chosen, merged = model.settings(**given)
    arrays = origin.data, origin.indices, origin.sizes, origin.coords
    bound = Bound(*arrays, named=frozenset(origin.named))
    return model._fit(bound, chosen, merged, progress, path, True)
