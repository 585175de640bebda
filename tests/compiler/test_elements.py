"""Elements of a plate held against one another: `p == p'`, `winner == home`, `pick == mode`."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayescript as bs
from tests.compiler.emitted import Emitted
from tests.compiler.runners import BACKENDS

GAMES = {
    "home": list("ABCD"),
    "away": list("BCDA"),
    "winner": list("AACA"),
    "y": [0.5, -1.0, 0.3, 1.2],
}
TEAMS = """
    plate team
    plate game within (home: team, away: team)
    data
      winner[game] : team
      y[game]      : real
    skill[team] ~ Normal(0, 1)
"""
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "axes of one plate": ("""
    plate town
    data
      far[town, town'] : real
      y[town]          : real
    s ~ HalfNormal(1)
    let K[town, town'] = exp(-far^2) + s * (town == town')
    y[town] ~ MultivariateNormal(0, K)
    """, {"far": [[0, 1.0], [1, 0]], "y": [0.5, 1], "town": ["Rome", "Oslo"]}),
    "declared words": ("""
    plate side = [left, right]
    data
      y[side] : real
    s ~ HalfNormal(1)
    y[side] ~ MultivariateNormal(0, s * (side != side') + 5 * (side' == side))
    """, {"y": [0.5, 1]}),
    "data and a role": (TEAMS + """
    y[game] ~ Normal(skill[home] * (winner == home) - skill[away] * (home != winner), 1)
    """, GAMES),
    "data and a plate": ("""
    plate mode = [air, car, bus]
    plate trip
    data
      pick[trip] : mode
      y[trip]    : real
    b[mode] ~ Normal(0, 1)
    let picked[trip, mode] = pick == mode
    y[trip] ~ Normal(sum(picked * b, over mode), 1)
    """, {"pick": ["air", "car", "air"], "y": [0.5, -1.0, 0.3]}),
    "roles": (TEAMS + """
    y[game] ~ Normal(skill[winner], 1), where home != away
    """, GAMES),
}  # fmt: skip


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", CASES)
def test_programs_agree_with_the_reference(name: str, backend: str) -> None:
    text, data = CASES[name]
    Emitted(text, data, backend=backend).check(points=2)


def test_the_diagonal_is_where_elements_are_the_same() -> None:
    text, data = CASES["declared words"]
    found = Emitted(text, data).reference.by_statement({"s": 0.7})
    wanted = stats.multivariate_normal([0, 0], [[5, 0.7], [0.7, 5]]).logpdf([0.5, 1])
    assert found["y"] == pytest.approx(wanted)


def test_data_pick_one_element() -> None:
    text, data = CASES["data and a plate"]
    b = np.array([0.1, 0.2, 0.4])
    found = Emitted(text, data).reference.by_statement({"b": b})
    assert found["y"] == pytest.approx(stats.norm.logpdf(data["y"], b[[0, 1, 0]]).sum())


def test_elements_of_two_plates_are_not_compared() -> None:
    with pytest.raises(bs.SpecError) as caught:
        bs.loads("""
plate team
plate town
plate game
data
  winner[game] : team
  place[game]  : town
  y[game]      : real
y[game] ~ Normal(winner == place, 1)
""").compile()
    (found,) = caught.value.diagnostics
    assert (found.code, found.message) == ("B302", "this is an element of `team`, not a number")
