"""The imports that a program turns out to need, gathered while it is printed."""

from __future__ import annotations

from collections.abc import Mapping

_ALIASES: Mapping[str, str] = {
    "numpy": "np",
    "jax.numpy": "jnp",
    "numpyro.distributions": "dist",
}
_FROM: Mapping[str, str] = {
    # a path → `from module import name`, the name under which the path is known
    "jax.scipy.special": "special",
    "numpyro.distributions.constraints": "constraints",
    "numpyro.distributions.transforms": "transforms",
}
_STANDARD = frozenset({"argparse", "csv", "math", "typing"})

TAKEN = frozenset({*_ALIASES.values(), *_FROM.values(), "jax", "numpyro", "scipy"})
"""Names that a program's own variables must not have."""


class Imports:
    """Spells paths and remembers what they need."""

    def __init__(self) -> None:
        self._modules: set[str] = set()

    def name(self, path: str) -> str:
        """`jax.numpy.exp` as `jnp.exp`, remembering `import jax.numpy as jnp`."""
        module, _, attribute = path.rpartition(".")
        if not module:
            return path
        while (
            module.rpartition(".")[0] in _ALIASES and module not in _ALIASES and module not in _FROM
        ):
            # numpy.linalg.inv is np.linalg.inv
            module, _, middle = module.rpartition(".")
            attribute = f"{middle}.{attribute}"
        self._modules.add(module)
        return f"{_ALIASES.get(module) or _FROM.get(module) or module}.{attribute}"

    def need(self, module: str) -> None:
        self._modules.add(module)

    def lines(self) -> list[str]:
        """The import block, in the order in which isort would leave it."""
        standard = sorted(m for m in self._modules if m in _STANDARD)
        plain = sorted(m for m in self._modules if m not in _STANDARD and m not in _FROM)
        block = [f"import {m}" for m in standard if m != "typing"]
        if "typing" in standard:
            block.append("from typing import Any")
        if standard:
            block.append("")
        block += [f"import {m} as {_ALIASES[m]}" if m in _ALIASES else f"import {m}" for m in plain]
        if "numpyro.infer" in plain:
            block.remove("import numpyro.infer")
            block.append("from numpyro.infer import MCMC, NUTS")
        for path in sorted(m for m in self._modules if m in _FROM):
            module, _, name = path.rpartition(".")
            block.append(f"from {module} import {name}")
        return block
