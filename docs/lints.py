"""The page `lints.md`: what `check --strict` asks, from the rows of the codes."""

from __future__ import annotations

from collections.abc import Iterable

from bayescript.compiler.lints.gamma import SMALL
from bayescript.compiler.lints.link import WIDE
from bayescript.grammar.codes import CODES, Code
from bayescript.runtime.lints.columns import APART, FAR
from bayescript.runtime.lints.funnel import FEW, MANY
from bayescript.runtime.lints.scale import TIMES
from docs.markdown import table

_HEAD = """
# Lints

A spec can be right and still be a poor idea: a prior of no units, a predictor far from 0, group
effects in a form that no sampler explores. `check` says what is wrong; `check --strict` also asks
what a working statistician would ask who reads the spec, and with `--data`, who sees the data, too.
It runs nothing, and ends with status 1 where there is anything to say.

```bash
cat > homes.bayes <<'END'
plate home

data
  year[home]  : real
  price[home] : real

a     ~ Normal(0, 10)
b     ~ Normal(0, 10)
sigma ~ HalfNormal(1)
price[home] ~ Normal(a + b * year, sigma)
END
printf 'year,price\\n1990,1.1\\n1995,1.4\\n2000,2.2\\n2005,2.4\\n2010,3.1\\n' > homes.csv
```

<!-- exits 1 -->
<!-- output -->
```console
$ bayescript check --strict homes.bayes --data homes.csv
homes.bayes: 1 remark
warning[W218]: `year` lies 283 standard deviations from 0: slope and level are hard to tell apart
  --> homes.bayes:10:30
   |
10 | price[home] ~ Normal(a + b * year, sigma)
   |                              ^^^^
   |
   = help: centre it: `year - mean(year)`
```

In Python, `model.lint()` and `model.lint(data)` give the same as a tuple; `--json` holds them with
their changes. An [editor](editors.md) shows what the spec alone tells as information, what nothing
uses faded, and offers the changes as quick fixes. Each change was tried before it is offered: the
spec stays whole, and the remark is gone.

What is written out is taken for meant: nobody asks about `Flat()`, about `Flat(lower = -5, upper =
5)`, or about a definition that is recorded with the results.
"""

_ALLOWED = """
## What you mean to keep

A lint asks; where the answer is yes, a comment says so, at the end of the line that the message
points at or above it. After a colon it can tell why:

```bash
cat > prices.bayes <<'END'
plate home

data
  year[home]  : real
  price[home] : real

a     ~ Normal(0, 10)
b     ~ Normal(0, 10)
sigma ~ HalfNormal(1)
# allow W218: the slope alone is of interest
price[home] ~ Normal(a + b * year, sigma)
END
```

<!-- output -->
```console
$ bayescript check --strict prices.bayes --data homes.csv
prices.bayes: ok
```

The comment is about the whole statement, or line of a block; several codes stand with commas
between them. It works in YAML, in editors, and for warnings about the spec (`W201` to `W203`), too;
`fmt` and `convert` keep it with its statement. A comment that allows what is not said there is told
([`W220`](errors/W2.md#w220)).

To leave out a lint for one call, whatever the specs say, name its code:

<!-- output -->
```console
$ bayescript check --strict homes.bayes --data homes.csv --ignore W218 --ignore W207
homes.bayes: ok
```

```python
import bayescript as bs

print(bs.load("homes.bayes").lint("homes.csv", ignore=["W218"]))
```

<!-- output -->
```text
()
```
"""

_ALONE = """
## From the spec alone

{table}

A prior is far too wide for a logarithmic scale from a spread of {wide:g} on; `ε` is at most
{small:g}. Of some specs the text alone shows a funnel (`W215`, below): one answer for each effect,
say, or a spread for each.
"""

_DATA = """
## With data

{table}

Data decide about `W205` to `W208`, too: what the columns really are, and in which units. A prior
spreads too far where it moves the outcome {times:,.0f} times as far as the outcome reaches.

Effects form a funnel where half of them have fewer than {few:g} rows, and their differences are not
clear beside their errors; an event that is counted is worth a row. The other way round it takes
{many:g} rows, or errors that are known and small. A predictor is far from 0 from {far:g} standard
deviations on; scales are far apart from {apart:,.0f} times on.
"""


def lints() -> str:
    """The page of what `check --strict` asks."""
    rows = [row for row in CODES.values() if row.wrong is not None and row.wrong.step == "lint"]
    alone = _listed(row for row in rows if row.wrong and not row.wrong.tables)
    data = _listed(row for row in rows if row.wrong and row.wrong.tables)
    parts = (
        _HEAD,
        _ALLOWED,
        _ALONE.format(table=alone, wide=WIDE, small=SMALL),
        _DATA.format(table=data, times=TIMES, few=FEW, many=MANY, far=FAR, apart=APART),
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _listed(rows: Iterable[Code]) -> str:
    linked = ((f"[`{row.code}`](errors/W2.md#{row.code.lower()})", row.title) for row in rows)
    return table(("code", "meaning"), linked)
