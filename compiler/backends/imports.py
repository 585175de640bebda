"""The imports that a program turns out to need, gathered while it is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ALIASES: Mapping[str, str] = {
    "numpy": "np",
    "jax.numpy": "jnp",
    "numpyro.distributions": "dist",
    "pyro.distributions": "dist",
    "torch": "torch",
}
_FROM: Mapping[str, str] = {
    # a path → `from module import name`, the name under which the path is known
    "jax.scipy.special": "special",
    "numpyro.distributions.constraints": "constraints",
    "numpyro.distributions.transforms": "transforms",
    "pyro.distributions.constraints": "constraints",
    "pyro.distributions.transforms": "transforms",
    "pyro.poutine": "poutine",
    "collections.abc.Callable": "Callable",
    "collections.abc.Iterable": "Iterable",
    "typing.Any": "Any",
}
_PLAIN = ("jax", "math")
_STANDARD = frozenset({"argparse", "collections", "csv", "math", "typing"})

TAKEN = frozenset({*_ALIASES.values(), *_FROM.values(), "jax", "numpyro", "pyro", "scipy"})
"""Names that a program's own variables must not have."""


class Imports:
    """Spells paths and remembers what they need."""

    def __init__(self) -> None:
        self._modules: set[str] = set()
        self._names: dict[str, set[str]] = {}

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

    def take(self, module: str, *names: str) -> None:
        """`from module import names`."""
        self._names.setdefault(module, set()).update(names)

    def read(self, text: str, library: str) -> None:
        """Remember what a text of its own uses, by the names under which modules are known."""
        known = {**_ALIASES, **_FROM, **{m: m for m in _PLAIN}}
        for path, name in known.items():
            ours = path.partition(".")[0] not in ("numpyro", "pyro") or path.startswith(library)
            if ours and re.search(rf"(?<![\w.]){re.escape(name)}\b(?! =)", text):
                self.need(path)

    def lines(self) -> list[str]:
        """The import block, in the order in which isort would leave it."""
        standard = [m for m in self._modules if m.partition(".")[0] in _STANDARD]
        others = [m for m in self._modules if m not in standard]
        first, second = _section(standard, {}), _section(others, self._names)
        return [*first, "", *second] if first else second


def _section(modules: list[str], taken: Mapping[str, set[str]]) -> list[str]:
    """`import x` lines, then `from x import y` lines, each sorted, one line a module."""
    plain: list[str] = []
    names: dict[str, list[str]] = {module: sorted(found) for module, found in taken.items()}
    for module in modules:
        if module in _FROM:
            parent, _, name = module.rpartition(".")
            names.setdefault(parent, []).append(name)
        else:
            alias = f" as {_ALIASES[module]}" if _ALIASES.get(module, module) != module else ""
            plain.append(f"import {module}{alias}")
    chosen = [f"from {m} import {', '.join(_sorted(found))}" for m, found in sorted(names.items())]
    return [*sorted(plain), *chosen]


def _sorted(names: list[str]) -> list[str]:
    """Constants, classes, functions, each by name, as isort has them."""
    return sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
