"""Labels that do not fit their plate."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.bad.data.wrong import DOSES, HOMES, SEEN, VISITS, VOTERS, Wrong, csv, homes, of_file

NESTED = """\
plate a
plate b within a
data
  y[b] : real
m[a] ~ Normal(0, 1)
y[b] ~ Normal(m, 1)
"""
DECLARED = """\
plate dose = [low, high]
data
  y[dose] : real
m ~ Normal(0, 1)
y[dose] ~ Normal(m, 1)
"""
COUNTIES: dict[str, list[Any]] = {"county": ["Aitkin", "Cook"], "uranium": [0.5, 0.25]}


def two_tables(counties: list[str], message: str, remedy: str, label: str) -> Wrong:
    """A file of homes and one of counties; the third home is wrong."""
    files = {"homes.csv": csv(homes(county=counties, uranium=[])), "counties.csv": csv(COUNTIES)}
    tables = {"home": "homes.csv", "county": "counties.csv"}
    place = "homes.csv", "county", 3, 4, label
    return Wrong(HOMES, tables, "B505", message, remedy, place, files)


CASES = {
    "label_that_the_spec_names": Wrong(
        NESTED.replace("m, 1", 'm["Rom"], 1'),
        {"b": {"a": ["Rome", "Oslo"], "y": [1.0, 2.0]}},
        "B505",
        "no `a` of the data is called `Rom`",
        "did you mean `Rome`?",
    ),
    "words_with_which_the_spec_calculates": Wrong(
        NESTED.replace("m, 1", "m * a, 1"),
        {"b": {"a": ["Rome", "Oslo"], "y": [1.0, 2.0]}},
        "B515",
        "the labels of `a` are words in the data",
        "numbers as labels",
    ),
    "misspelt_label": two_tables(
        ["Aitkin", "Cook", "Coook"], "`Coook` is no county", "did you mean `Cook`?", "Coook"
    ),
    "label_in_another_case": two_tables(
        ["Aitkin", "Cook", "COOK"], "`COOK` is no county", "did you mean `Cook`?", "COOK"
    ),
    "unknown_label": two_tables(
        ["Aitkin", "Cook", "Zagreb"], "`Zagreb` is no county", "county has: Aitkin, Cook", "Zagreb"
    ),
    "label_with_a_blank_inside": two_tables(
        ["Aitkin", "Cook ", "Co ok "], '`"Co ok "` is no county', "mean `Cook`?", "Co ok "
    ),
    "counted_from_one": Wrong(
        DOSES,
        {"given": [1, 2, 3, 3], "weight": [1.5, 2.5, 3.5, 4.5]},
        "B505",
        "`3` is no dose",
        "`plate dose = 1..3`",
        (None, "given", 3, None, 3),
    ),
    "label_beyond_the_size": Wrong(
        DOSES,
        {"given": [1, 2, 7], "weight": [1.5, 2.5, 3.5]},
        "B505",
        "`7` is no dose",
        "has 0 to 2",
        (None, "given", 3, None, 7),
    ),
    "many_unknown_labels": Wrong(
        SEEN,
        {"bird": list("abcdefgh"), "site": [1] * 8, "seen": [1] * 8},
        "B505",
        "8 labels of `bird` are not in the plate `bird`",
        "add it to `plate bird`",
        ("the table", "bird", 1, None, "a"),
    ),
    "labels_of_sizes": Wrong(
        NESTED,
        {"a": ["u", "u"], "y": [1, 2]},
        "B505",
        "`u` is no a",
        "name others with `coords`",
        (None, "a", 1, None, "u"),
        more={"sizes": {"a": 2}},
    ),
    "label_missing": of_file(
        HOMES,
        csv(homes(county=["Aitkin", "", "Cook"], uranium=[1, 2, 2])),
        "B504",
        "a cell of `county` is missing",
        "leave the row out",
        ("t.csv", "county", 2, 3, ""),
    ),
    "label_twice": Wrong(
        HOMES,
        {
            "home": homes(uranium=[]),
            "county": {"county": ["Aitkin", "Cook", "Aitkin"], "uranium": [1, 2, 3]},
        },
        "B512",
        "`Aitkin` stands twice",
        "one row for each county",
        ("table county", "county", 3, None, "Aitkin"),
    ),
    "label_twice_in_coords": Wrong(
        DOSES,
        {"given": [0, 1], "weight": [1, 2]},
        "B512",
        "`a` stands twice among the labels of the plate `rat`",
        "a label of its own",
        (None, "rat", 2, None, "a"),
        more={"coords": {"rat": ["a", "a"]}},
    ),
    "differs_within_its_group": of_file(
        HOMES,
        csv(homes(uranium=[0.5, 0.25, 0.75])),
        "B508",
        "`uranium` differs within county = `Cook`",
        "declare `uranium[home]`",
        ("t.csv", "uranium", 3, 4, "0.75"),
    ),
    "cell_twice": Wrong(
        SEEN,
        [{"bird": ["owl", "jay", "owl"], "site": [1, 1, 1], "seen": [4, 5, 6]}],
        "B508",
        "`seen` differs within bird = `owl`, site = `1`",
        "one value for each bird and site",
        ("table 1", "seen", 3, None, 6),
    ),
    "parent_in_two_groups": Wrong(
        VOTERS,
        {"voter": {"state": ["a", "a"], "region": ["n", "s"], "vote": [0, 1]}},
        "B508",
        "`region` differs within state = `a`",
        "one value for each state",
        ("table voter", "region", 2, None, "s"),
    ),
    "two_ways_disagree": Wrong(
        VOTERS,
        {
            "voter": {"state": ["a", "b"], "region": ["n", "n"], "vote": [0, 1]},
            "state": {"state": ["a", "b"], "region": ["n", "s"]},
        },
        "B513",
        "two ways from `voter` up to `region` disagree",
        "region is `n` by its own column, but `s` by way of state",
        ("table voter", "region", 2, None, "n"),
    ),
    "crossed_cells_absent": Wrong(
        SEEN,
        [{"bird": ["owl", "jay", "owl"], "site": ["s1", "s1", "s2"], "seen": [1, 2, 3]}],
        "B509",
        "`seen` has nothing for bird = `jay`, site = `s2`",
        "declare a default: `seen[bird, site] : count = 0`",
        ("table 1", "seen", None, None, None),
    ),
    "row_of_a_plate_absent": Wrong(
        DECLARED,
        {"dose": {"dose": ["low"], "y": [1.5]}},
        "B509",
        "`y` has nothing for dose = `high`",
        "add the rows",
        ("table dose", "y", None, None, None),
    ),
    "gaps_in_codes": Wrong(
        HOMES,
        homes(county=[1, 4, 4]),
        "W502",
        "go from 1 to 4 without 2, 3",
        "`plate county = 1..4` has all",
    ),
    "times_twice": of_file(
        VISITS,
        "patient,day,x\na,1,0.5\nb,1,1.5\na,1,2.5\n",
        "W503",
        "two elements of `visit` stand at `1`",
        "order of their rows",
        ("t.csv", "day", 3, 4, "1"),
    ),
    "times_that_are_no_times": of_file(
        VISITS,
        "patient,day,x\na,1,0.5\nb,soon,1.5\n",
        "B502",
        "`soon` is no number",
        "ISO dates",
        ("t.csv", "day", 2, 3, "soon"),
    ),
    "time_missing": Wrong(
        VISITS,
        {"visit": {"patient": ["a", "b"], "day": np.array([1, np.nan]), "x": [1, 2]}},
        "B504",
        "a cell of `day` is missing",
        "fill the cell",
        ("table visit", "day", 2, None, None),
    ),
}
