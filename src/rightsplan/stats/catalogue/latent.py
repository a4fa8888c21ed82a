"""Scores behind many ratings, and the audit of double standards, on a user's own file."""

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from rightsplan.errors import Refused
from rightsplan.stats.catalogue.entry import Column, Method, Option, Options, Tables, Worked
from rightsplan.stats.latent import Diagnostics, Ratings, arrange
from rightsplan.stats.latent.ratings import GAPS
from rightsplan.stats.panel import Floats
from rightsplan.stats.standards import ROPE, audit, liu_agresti, mantel, matching_scores, proportional_odds

MADE_UP = "Made-up numbers for practice, by this project; free of rights. The places and sources do not exist."
R_MH = "R 4.2, mantelhaen.test(correct = FALSE) on the same file"
R_POLR = "R 4.2, MASS::polr on the same file, likelihood-ratio test"
JAGS = "JAGS 4.3.1, the same model in its own language, 3 chains of 40,000 draws; allows for the noise of both samplers"

JAGS_2 = "JAGS 4.3.1, the same model in its own language, 2 chains of 15,000 draws; allows for the noise of ours"

LATENT = """
Many sources rate the same places, each on its own ladder. The model finds one scale behind them.

```
P(rating of source j <= k) = F(cut_jk - beta_j theta_it)      F is the logistic function
theta_i1 ~ N(0, 1),  theta_it ~ N(theta_i,t-1, v),  v ~ U(0, 1)
beta_j ~ Gamma(4, 3),  cut_jk ~ N(0, 2), ascending
```

Source: Schnakenberg and Fariss, "Dynamic patterns of human rights practices", Political Science Research and Methods,
2014; moving standards: Fariss, American Political Science Review, 2014. Sampled by NUTS (NumPyro). Over years without
rows the walk goes on; the published scores take rows as neighbours whatever the years between them.

Assumptions: higher is better in every source; the sources are independent once the place's practice is known; practice
moves in small steps. Sources that copy from each other make the intervals too narrow.

The scores have no unit: only differences and their intervals mean something. Where every rating of a place is the best
there is, there is no upper bound and the table says so. A moving standard is allowed only where at least one source
stands still. Where the chains do not agree (R-hat above 1.05) nothing is reported.
"""

STANDARDS = """
Cases with the same score of conduct should get the same rating, whoever is judged.

```
odds ratio = sum_s sum_(y < z) (z - y) n0(y) n1(z) / n  /  sum_s sum_(y > z) (y - z) n0(y) n1(z) / n
shift = ln(odds ratio)   above 0: the group is judged more harshly        ETS delta = -2.35 shift
```

with n0 the group's ratings, n1 the others', in stratum s of equal matching score. Source: Mantel (1963), Liu and
Agresti (1996), for two categories Mantel and Haenszel as in Holland and Thayer (1988), classes of ETS (Zieky 1993); the
regression is McCullagh's proportional-odds model (1980) with likelihood-ratio tests (Zumbo 1999). p-values are adjusted
for all comparisons (Holm).

A finding is "harsher" or "softer" where the adjusted p-value is below 0.05, "same" where the whole 95 % interval is
within what ETS calls negligible, and "unclear" otherwise: unclear is no acquittal.

It trusts the matching score. A score that measures conduct with error makes a group that truly does worse look harshly
judged; a score that is itself unfair hides the unfairness. It does not say why standards differ.
"""

BAYES = """
The latent model with a threshold for each source and each group of the judged.

```
P(rating of source j <= k) = F(cut_jk + d_jg - beta_j theta_it)
d_jg = 0 for anchors and for the reference group, else d_jg ~ N(0, 1)
first theta of group g ~ N(m_g, 1),  m_g ~ N(0, 1): the groups may truly differ
```

d above 0: source j is harsher on group g than on the reference, in logits. Reported: the posterior of d and its
probabilities of lying above, within, and below +-0.43 (what ETS calls negligible); a finding needs 95 %.

Unlike the matching route it allows for error in the ratings. Everything rests on the anchors, the sources held to be
fair: a bias that they share is invisible. Where the chains do not agree nothing is reported.
"""


def words(option: str) -> list[str]:
    """Return the names in an option, which commas part."""
    return [name for part in option.split(",") if (name := part.strip())]


def arranged(frame: pl.DataFrame, options: Options, *, group: bool) -> Ratings:
    """Return the ratings of a frame; one period where it has none."""
    return arrange(
        unit=frame["unit"].to_list(),
        source=frame["source"].to_list(),
        rating=frame["rating"].to_numpy(),
        period=frame["period"].to_numpy() if "period" in frame.columns else None,
        group=frame["group"].to_list() if group else None,
        gaps=options.get("gaps", "calendar"),
        reversed_sources=words(options["reversed"]),
    )


def settings(options: Options) -> dict[str, Any]:
    """Return the length and the seed of the chains. Raises Refused for what is no whole number."""
    found = {name: options[name] for name in ("warmup", "draws", "seed")}
    for name, value in found.items():
        if value != int(value) or value < 0:
            raise Refused(f"{name} is {value:g}.", "Give a whole number, 0 or more.")
    return {name: int(value) for name, value in found.items()}


def diagnosed(found: Diagnostics) -> pl.DataFrame:
    """Return the table of the diagnostics. Raises Refused where the chains do not agree."""
    if not found.converged:
        raise Refused(f"The result is {found.note}.", "Give more warmup and draws, or a file with more ratings.")
    return pl.DataFrame([asdict(found)])


def run_latent(frame: pl.DataFrame, options: Options) -> Tables:
    """Return scores, sources, standards, the walk and the diagnostics."""
    from rightsplan.stats.latent.sampling import fit  # noqa: PLC0415 - needs the extra

    ratings = arranged(frame, options, group=False)
    found = fit(ratings, moving=words(options["moving"]), **settings(options))
    tables = {"diagnostics": diagnosed(found.diagnostics), "units": found.units, "sources": found.sources}
    tables["standards"] = found.standards
    return tables if found.walk.is_empty() else tables | {"walk": found.walk}


def run_standards(frame: pl.DataFrame, options: Options) -> Tables:
    """Return one row for every source and group."""
    matching, keep = matched(frame, options)
    kept, absent = frame.filter(keep), int((~keep).sum())
    if kept.is_empty():
        raise Refused("No row has a matching score.", "Fill in matching, or name anchors that rate the same units.")
    found = audit(
        source=kept["source"].to_list(),
        group=kept["group"].to_list(),
        rating=kept["rating"].to_numpy(),
        matching=matching[keep],
        count=kept["count"].to_numpy() if "count" in kept.columns else None,
        reference=options["reference"],
        strata=options["strata"],
    )
    tables = {"comparisons": pl.DataFrame([asdict(c) for c in found], infer_schema_length=None)}
    if absent:
        tables["left_out"] = pl.DataFrame({"rows": [absent], "note": ["left out: no matching score"]})
    return tables


def matched(frame: pl.DataFrame, options: Options) -> tuple[Floats, Any]:
    """Return the matching scores and which rows are audited: all with a score, but never the anchors' own."""
    anchors = words(options["anchors"])
    if "matching" in frame.columns and not anchors:
        scores = frame["matching"].to_numpy()
        return scores, ~np.isnan(scores)
    if "unit" not in frame.columns or not anchors:
        raise Refused("There is neither a column matching nor anchors.", "Add the column, or unit and option anchors.")
    columns = {name: frame[name].to_list() for name in ("unit", "source")}
    scores = matching_scores(**columns, rating=frame["rating"].to_numpy(), anchors=anchors)
    return scores, ~np.isnan(scores) & ~frame["source"].is_in(anchors).to_numpy()


def run_bayes(frame: pl.DataFrame, options: Options) -> Tables:
    """Return the shifts, the slopes where asked for, and the diagnostics."""
    from rightsplan.stats.standards.bayes import double_standards  # noqa: PLC0415 - needs the extra

    found = double_standards(
        arranged(frame, options, group=True),
        anchors=words(options["anchors"]),
        reference=options["reference"],
        slopes=options["slopes"] == "yes",
        rope=options["rope"],
        **settings(options),
    )
    tables = {"diagnostics": diagnosed(found.diagnostics), "shifts": found.shifts}
    return tables if found.slopes.is_empty() else tables | {"slopes": found.slopes}


def worked(table: str, row: dict[str, Any], source: str, /, **values: tuple[float, float]) -> tuple[Worked, ...]:
    """Return figures of one row: column = (value, rounding)."""
    return tuple(
        Worked(table=table, row=row, column=column, value=value, within=within, source=source)
        for column, (value, within) in values.items()
    )


UNIT = Column(name="unit", kind="text", says="What is rated: a country, a place, a body.")
SOURCE = Column(name="source", kind="text", says="Who rates.")
RATING = Column(name="rating", says="The rating: a number, higher is better; only its order matters.")
GROUP = Column(name="group", kind="text", says="The group of the judged.")
ANCHORS = Option(name="anchors", default="", says="Sources that are held to be fair, parted by commas.")
REVERSED = Option(name="reversed", default="", says="Sources in which lower is better, parted by commas.")
SOUTH = {"group": "south"}
CHAINS = (
    Option(name="warmup", default=500.0, says="Steps in which the sampler finds its feet."),
    Option(name="draws", default=500.0, says="Draws kept from each of two chains."),
    Option(name="seed", default=0.0, says="The seed of the random numbers."),
)

METHODS: tuple[Method, ...] = (
    Method(
        name="latent",
        title="One scale behind many ratings",
        says="Finds how well each place does from the ratings of many sources, with intervals, year by year.",
        explains=LATENT,
        columns=(
            UNIT,
            Column(name="period", required=False, says="The year, or any number that rises with time."),
            SOURCE,
            Column(name="rating", missing=True, says=RATING.says),
        ),
        options=(
            Option(name="moving", default="", says="Sources whose standard may change over time, parted by commas."),
            Option(name="gaps", default="calendar", choices=GAPS, says="How to cross years without rows."),
            REVERSED,
            *CHAINS,
        ),
        run=run_latent,
        functions=(arrange, "rightsplan.stats.latent.sampling:fit"),
        example="latent.csv",
        example_source=MADE_UP,
        worked=(
            *worked("units", {"unit": "Arvend", "period": 2011.0}, JAGS, mean=(-0.909, 0.15), sd=(0.432, 0.1)),
            *worked("units", {"unit": "Estova", "period": 2020.0}, JAGS, mean=(2.116, 0.2), sd=(0.741, 0.15)),
            *worked("units", {"unit": "Lumen", "period": 2015.0}, JAGS, mean=(2.430, 0.2), sd=(0.652, 0.15)),
            *worked("sources", {"source": "embassy"}, JAGS, mean=(1.570, 0.12), sd=(0.346, 0.08)),
            *worked("sources", {"source": "monitor"}, JAGS, mean=(2.228, 0.15), sd=(0.466, 0.1)),
            *worked("standards", {"source": "press", "cut": 1}, JAGS, mean=(-1.969, 0.2), sd=(0.538, 0.1)),
        ),
        extra="bayes",
    ),
    Method(
        name="standards",
        title="Is everyone judged by the same standard?",
        says="Compares how a source rates different groups whose conduct is the same.",
        explains=STANDARDS,
        columns=(
            SOURCE,
            GROUP,
            RATING,
            Column(name="matching", required=False, missing=True, says="A score of conduct, not by the source itself."),
            Column(
                name="unit", kind="text", required=False, says="What is rated; needed where anchors give the score."
            ),
            Column(name="count", required=False, says="How many equal cases the row stands for; 1 if left out."),
        ),
        options=(
            ANCHORS,
            Option(name="reference", default="", says="The group that others are compared with; else all the others."),
            Option(name="strata", default=10.0, says="Into how many strata a score with more values is cut."),
        ),
        run=run_standards,
        functions=(audit, matching_scores, liu_agresti, mantel, proportional_odds),
        example="standards.csv",
        example_source=MADE_UP,
        worked=(
            *worked("comparisons", SOUTH | {"source": "council"}, R_MH, shift=(0.1719845, 1e-7), p=(0.3742315, 1e-7)),
            *worked(
                "comparisons",
                SOUTH | {"source": "tribunal"},
                R_MH,
                shift=(0.9162287, 1e-7),
                low=(0.5083272, 1e-7),
                high=(1.3241302, 1e-7),
                p=(8.860578e-06, 1e-11),
            ),
            *worked(
                "comparisons",
                SOUTH | {"source": "observers"},
                R_POLR,
                regression=(-0.1113573, 1e-4),
                p_uniform=(0.510422, 1e-4),
                p_slope=(0.671313, 1e-4),
            ),
            *worked(
                "comparisons",
                SOUTH | {"source": "ministry"},
                R_POLR,
                regression=(0.8228245, 1e-4),
                p_uniform=(7.72627e-07, 1e-10),
                p_slope=(0.492338, 1e-4),
            ),
        ),
    ),
    Method(
        name="standards-bayes",
        title="Is everyone judged by the same standard, allowing for error?",
        says="Estimates how much harsher each source is on each group, with sources held to be fair as the yardstick.",
        explains=BAYES,
        columns=(UNIT, Column(name="period", required=False, says="The year."), GROUP, SOURCE, RATING),
        options=(
            ANCHORS,
            Option(name="reference", default="", says="The group that the others are compared with."),
            Option(
                name="slopes", default="no", choices=("no", "yes"), says="Let sources also differ in how they tell."
            ),
            Option(name="rope", default=round(ROPE, 6), says="Differences up to this many logits count as the same."),
            REVERSED,
            *CHAINS,
        ),
        run=run_bayes,
        functions=(arrange, "rightsplan.stats.standards.bayes:double_standards"),
        example="standards-bayes.csv",
        example_source=MADE_UP,
        example_options={"anchors": "census, visits", "reference": "north"},
        worked=(
            *worked("shifts", {"source": "league"}, JAGS_2, mean=(1.183, 0.08), sd=(0.279, 0.04)),
            *worked("shifts", {"source": "review"}, JAGS_2, mean=(0.057, 0.08), sd=(0.278, 0.04)),
        ),
        extra="bayes",
    ),
)
