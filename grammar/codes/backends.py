"""Codes of methods, settings and back-ends: B4."""

from __future__ import annotations

from .row import Code, Example

ROWS = (
    Code(
        "B401",
        "part of the language, but not of this version",
        why="The statement is well formed and its meaning is clear, but this version cannot run "
        "it. It is refused rather than approximated.",
        remedy="Write the model without it, where there is a way: a discrete latent can often be "
        "summed out by hand, and data is looked back at with `prev`. The language reference lists "
        "what is not there yet.",
        wrong=Example("""\
plate home
data
  price[home] : real
mu ~ Normal(0, 1)
price[home] ~ Normal(mu, 1)
infer gp
"""),
        right=Example("""\
plate home
data
  price[home] : real
mu ~ Normal(0, 1)
price[home] ~ Normal(mu, 1)
infer nuts
"""),
    ),
    Code(
        "B402",
        "a method or setting does not exist, or its value is wrong",
        why="The lines below `infer`, and the settings of a call, go to the sampler. One that does "
        "not exist would have no effect, and you would believe that it had one.",
        remedy="Correct the name or the value; the catalogue lists the settings of each method. "
        "`noncentered` takes latent quantities of a location-scale family, such as Normal.",
        wrong=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
infer nuts
  target_acept = 0.95
"""),
        right=Example("""\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
infer nuts
  target_accept = 0.95
"""),
    ),
    Code(
        "B403",
        "there is no such back-end",
        why="A back-end is the library for which a program is written. There is none of this name.",
        remedy="Use one of those that the message lists, or leave the choice out.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            call={"backend": "stan"},
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            call={"backend": "numpyro"},
        ),
    ),
    Code(
        "B404",
        "there is no such device",
        why="`device` says where to compute. This word is none of those that are known, or the "
        "machine has no such device that the library can see.",
        remedy="`auto` and `cpu` are always there; `cuda` needs an accelerator and a build of the "
        "library for it. For models of everyday size the processor is the faster one.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            tables={"school": "school,effect\nA,28\nB,8\nC,-3\nD,7\n"},
            step="fit",
            call={"device": "gpu", "chains": 1, "warmup": 100, "draws": 100},
            shown="error[B404]: there is no device `gpu`\n"
            "  = help: known: auto, cpu, cuda, cuda:0, cuda:1, …",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            tables={"school": "school,effect\nA,28\nB,8\nC,-3\nD,7\n"},
            step="fit",
            call={"device": "cpu", "chains": 1, "warmup": 500, "draws": 1000},
        ),
    ),
    Code(
        "B405",
        "the sampler cannot draw a discrete quantity",
        why="NUTS and HMC follow the gradient of the density, and a whole number has none. A "
        "program in which a latent quantity is discrete therefore cannot be run by them.",
        remedy="Sum the discrete quantity out: write the probability of the outcome as a mixture "
        "over its values.",
        unprovoked="in a spec such a latent is refused earlier, with B401; only a program that was "
        "changed by hand gets this far",
    ),
    Code(
        "B407",
        "there is no such stage to show",
        why="A compilation can be looked at in several stages, from the syntax to the program. "
        "There is none of this name.",
        remedy="The stages are `tree`, `model`, `passes`, `program` and `json`.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            step="show",
            call={"stage": "modle"},
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 5)
effect[school] ~ Normal(mu, 10)
""",
            step="show",
            call={"stage": "model"},
        ),
    ),
    Code(
        "B408",
        "a library is not installed",
        why="Checking and compiling need few libraries. Sampling, Parquet files and some results "
        "need others, which are installed only where they are wanted.",
        remedy="Run the `pip install` line that the message gives.",
        unprovoked="it depends on what is installed",
    ),
    Code(
        "B409",
        "a program's manifest is missing or not understood",
        why="An emitted program holds a table, `MANIFEST`, which says what its arguments and "
        "quantities are. Without it the program can be run alone, but not by `fit`.",
        remedy="Compile the spec again. If you changed the program by hand, keep `MANIFEST` as it "
        "was.",
        unprovoked="a program as the compiler writes it always has its manifest",
    ),
    Code(
        "B410",
        "a function that the library lacks or cannot differentiate",
        why="NUTS and HMC need the derivative of the density in every latent quantity. For some "
        "functions, here the distribution function of Student's t in its degrees of freedom, the "
        "library has none.",
        remedy="Fix the quantity or make it data. Or restrict the support without renormalising, "
        "`x : positive ~ …`, if that is the model you mean.",
        wrong=Example("""\
plate patient
data
  delay[patient] : positive
nu ~ Gamma(2, 0.1)
delay[patient] ~ Truncated(StudentT(nu, 0, 1), lower = 0.5)
"""),
        right=Example("""\
plate patient
data
  delay[patient] : positive
mu ~ Normal(0, 1)
delay[patient] ~ Truncated(StudentT(4, mu, 1), lower = 0.5)
"""),
    ),
    Code(
        "B411",
        "there is no such code",
        why="Codes have a letter, B for errors and W for warnings, and three digits. There is none "
        "of this name; or it is that of an error, which cannot be ignored.",
        remedy="Copy the code from the message, where it stands in square brackets. "
        "`bayescript explain` without a code lists all.",
        wrong=Example("", step="explain", call={"code": "B2033"}),
        right=Example("", step="explain", call={"code": "B203"}),
    ),
    Code(
        "B412",
        "an outcome that depends on its own values cannot be drawn",
        why="To draw from the prior, the outcomes are drawn, too. Here an outcome stands on both "
        "sides: it looks back at its own earlier values, or a prior uses a number made of it.",
        remedy="Write a number made of the outcome, such as its mean, as a number. An outcome that "
        "looks back at itself can be fitted, but this version cannot draw it from the prior.",
        wrong=Example(
            """\
plate day ordered
data
  sales[day] : real
b ~ Normal(0, 0.5)
sales[day] ~ Normal(b * prev(sales, initially = 0), 1)
""",
            {"day": "day\n1\n2\n"},
            step="prior",
        ),
        right=Example(
            """\
plate day ordered
data
  sales[day] : real
b ~ Normal(0, 0.5)
sales[day] ~ Normal(b, 1)
""",
            {"day": "day\n1\n2\n"},
            step="prior",
        ),
    ),
    Code(
        "B413",
        "nothing can be drawn from a prior that is flat, or from a factor",
        why="A flat prior has no total probability, so there is nothing to draw. The same is true "
        "of a `param`. A factor, and a vector that sums to zero, change the density without saying "
        "how to draw from it.",
        remedy="Give the quantity a proper prior. The posterior can be sampled as it is.",
        wrong=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Flat()
effect[school] ~ Normal(mu, 10)
""",
            {"school": "school\nA\nB\n"},
            step="prior",
        ),
        right=Example(
            """\
plate school
data
  effect[school] : real
mu ~ Normal(0, 20)
effect[school] ~ Normal(mu, 10)
""",
            {"school": "school\nA\nB\n"},
            step="prior",
        ),
    ),
)
