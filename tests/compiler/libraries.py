"""The libraries that the tables speak of, each imported when a test first asks for it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, ClassVar

import numpy as np


class Library(ABC):
    """Distributions, and arrays of float64 to give to them."""

    name: ClassVar[str]

    def distribution(self, name: str) -> Any:
        return getattr(import_module(f"{self.name}.distributions"), name)

    def has(self, name: str) -> bool:
        return hasattr(import_module(f"{self.name}.distributions"), name)

    def constraint(self, name: str) -> Any:
        return getattr(import_module(f"{self.name}.distributions").constraints, name)

    @abstractmethod
    def float64(self) -> Any:
        """A context in which numbers are of double precision."""

    @abstractmethod
    def array(self, value: Any) -> Any: ...

    @abstractmethod
    def draws(self, law: Any, number: int, seed: int) -> Any: ...

    @abstractmethod
    def slopes(self, function: Callable[[Any], Any], at: dict[str, Any]) -> dict[str, Any]:
        """The derivatives of the elements of a result in the same elements of its arguments."""


class Numpyro(Library):
    name: ClassVar[str] = "numpyro"

    def float64(self) -> Any:
        import jax

        return jax.enable_x64(True)

    def array(self, value: Any) -> Any:
        return value

    def draws(self, law: Any, number: int, seed: int) -> Any:
        import jax

        return np.asarray(law.sample(jax.random.key(seed), (number,)))

    def slopes(self, function: Callable[[Any], Any], at: dict[str, Any]) -> dict[str, Any]:
        import jax

        found = jax.grad(lambda at: function(at).sum())(at)
        return {name: np.asarray(slope) for name, slope in found.items()}


class Pyro(Library):
    name: ClassVar[str] = "pyro"

    @contextmanager
    def float64(self) -> Iterator[None]:
        import torch

        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        try:
            yield
        finally:
            torch.set_default_dtype(before)

    def array(self, value: Any) -> Any:
        import torch

        return torch.as_tensor(value)

    def draws(self, law: Any, number: int, seed: int) -> Any:
        import torch

        torch.manual_seed(seed)
        return law.sample((number,)).numpy()

    def slopes(self, function: Callable[[Any], Any], at: dict[str, Any]) -> dict[str, Any]:
        import torch

        given = {name: torch.tensor(v, requires_grad=True) for name, v in at.items()}
        found = torch.autograd.grad(function(given).sum(), [*given.values()])
        return {name: slope.numpy() for name, slope in zip(given, found, strict=True)}


LIBRARIES: Mapping[str, Library] = {"numpyro": Numpyro(), "pyro": Pyro()}
