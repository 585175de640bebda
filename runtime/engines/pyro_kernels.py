"""Pyro's HMC and NUTS, with what they know of a trajectory and do not keep."""

from __future__ import annotations

from typing import Any

from pyro.infer import HMC, NUTS


class _Trajectory:
    """The states of the last trajectory: its start, and each in which it may have ended.

    `steps` are its leapfrog steps.
    """

    steps = 0

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self.kinetic: list[Any] = []
        self.potential: list[Any] = []
        super().__init__(*arguments, **settings)

    def begin(self, potential: Any) -> None:
        """Forgets the one before; the start has this potential energy."""
        self.kinetic.clear()
        self.potential[:] = [potential]

    def energy(self, potential: Any) -> float:
        """The energy of the state that was chosen, known by its potential energy."""
        place = next(i for i, one in enumerate(self.potential) if one is potential)
        return float(potential + self.kinetic[place])

    def _kinetic_energy(self, momentum: Any) -> Any:
        self.kinetic.append(super()._kinetic_energy(momentum))  # type: ignore[misc]
        return self.kinetic[-1]


class Hmc(_Trajectory, HMC):
    """HMC: a trajectory ends in its last state, or where it began."""

    def sample(self, params: Any) -> Any:
        self.begin(self._potential_energy_last)
        self.steps = self.num_steps
        found = super().sample(params)  # type: ignore[no-untyped-call]
        self.potential.append(self._potential_energy_last)
        return found


class Nuts(_Trajectory, NUTS):
    """NUTS: a trajectory ends in any of its states."""

    def sample(self, params: Any) -> Any:
        self.begin(self._potential_energy_last)
        found = super().sample(params)  # type: ignore[no-untyped-call]
        self.steps = len(self.potential) - 1
        return found

    def _build_basetree(self, *arguments: Any) -> Any:
        leaf = super()._build_basetree(*arguments)  # type: ignore[no-untyped-call]
        self.potential.append(leaf.z_proposal_pe)
        return leaf
