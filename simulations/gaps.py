"""Do the 95 % intervals of inequality measures hold the truth in 95 of 100 samples? Groups with a known truth, redrawn.

Every scenario fixes the true values, the shares and the standard errors of its groups; samples are normal, or shares of
people asked (binomial, with standard errors from the sample itself).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rightsplan.stats.gaps import MEASURES, GapTable, furthest_behind, gaps_many, group_panel
from rightsplan.stats.panel import Floats

SEED = 20260731
REFERENCE = 0
LOWEST, HIGHEST, MIDDLE = 0.0, 100.0, 55.0
FAIR = (0.93, 0.97)
NOISE = 1.0
SHAPES = ("ladder", "one behind", "two camps", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The truth of one kind of setting: values, shares, standard errors or people asked; whether groups are ordered."""

    label: str
    truth: Floats
    share: Floats
    error: Floats
    size: Floats | None
    is_ordered: bool

    @property
    def groups(self) -> int:
        """Return the number of groups."""
        return len(self.truth)


def shape_of(name: str, k: int) -> Floats:
    """Return a pattern of k groups with mean zero and standard deviation one."""
    raw = {
        "ladder": np.arange(k, dtype=float),
        "one behind": np.where(np.arange(k) == 0, -1.0, 0.0),
        "two camps": np.where(np.arange(k) < k / 2, -1.0, 1.0),
        "mixed": np.sin(1.0 + 2.4 * np.arange(k)),
    }[name]
    away = raw - raw.mean()
    answer: Floats = away / np.sqrt((away**2).mean())
    return answer


def scenarios(ks: tuple[int, ...], strengths: tuple[float, ...]) -> Iterator[Scenario]:
    """Yield scenarios: numbers of groups, strengths of inequality in standard errors, patterns, sizes."""
    for k in ks:
        for even in (True, False):
            share = np.ones(k) / k if even else (w := 1.0 + 3 * (np.arange(k) * 7 % 5)) / w.sum()
            for strength in strengths:
                for at, shape in enumerate(SHAPES if strength else SHAPES[:1]):
                    error = NOISE / np.sqrt(k * share)
                    truth = MIDDLE + NOISE * strength * shape_of(shape, k)
                    label = (
                        f"{k} groups, {'even' if even else 'uneven'}, {shape if strength else 'equal'} x {strength:g}"
                    )
                    yield Scenario(
                        label=label, truth=truth, share=share, error=error, size=None, is_ordered=bool(at % 2 == 0)
                    )


def asked(ks: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[Scenario]:
    """Yield scenarios of shares of people asked: sizes of groups, levels, and distances of zero to 25 points."""
    for k in ks:
        for size in sizes:
            for level, reach in ((20.0, 0.0), (50.0, 0.0), (50.0, 8.0), (70.0, 25.0), (12.0, 5.0)):
                truth = level + reach * shape_of("ladder", k) / np.sqrt(3)
                n = np.full(k, float(size))
                n[::3] *= 2
                label = f"{k} groups, {size} asked, ladder, {level:g} % +- {reach:g}"
                yield Scenario(
                    label=label, truth=truth, share=n / n.sum(), error=n * np.nan, size=n, is_ordered=reach > 0
                )


def sampled(scenario: Scenario, draws: int, rng: np.random.Generator) -> tuple[Floats, GapTable]:
    """Return samples (draws x K) and all measures of each."""
    k, shape = scenario.groups, (draws, scenario.groups)
    if scenario.size is None:
        y = np.clip(scenario.truth + scenario.error * rng.standard_normal(shape), LOWEST, HIGHEST)
        given = {"error": np.tile(scenario.error, draws)}
    else:
        y = HIGHEST * rng.binomial(scenario.size.astype(int), scenario.truth / HIGHEST, shape) / scenario.size
        given = {"size": np.tile(scenario.size, draws)}
    panel = group_panel(
        y.ravel(),
        offsets=np.arange(draws + 1) * k,
        population=np.tile(scenario.share, draws),
        rank=np.tile(np.arange(k, dtype=float), draws) if scenario.is_ordered else None,
        lowest=LOWEST,
        highest=HIGHEST,
        reference=k - 1 if scenario.is_ordered else REFERENCE,
        **given,
    )
    return y, gaps_many(panel)


def truths(scenario: Scenario, y: Floats) -> dict[str, Floats]:
    """Return the true measures; of those that pick groups, that of the groups each sample (draws x K) picked."""
    k, w, t = scenario.groups, scenario.share, scenario.truth
    panel = group_panel(
        t,
        offsets=[0, k],
        error=np.zeros(k),
        population=w,
        rank=np.arange(k, dtype=float) if scenario.is_ordered else None,
        lowest=LOWEST,
        highest=HIGHEST,
        reference=k - 1 if scenario.is_ordered else REFERENCE,
    )
    table = gaps_many(panel)
    answer = {name: np.full(len(y), table.of(name).value[0]) for name in MEASURES}
    best, worst, mean = t[y.argmax(axis=1)], t[y.argmin(axis=1)], (w * t).sum()
    answer |= {"mdb_u": best - t.mean(), "mdb_w": best - mean}
    if not scenario.is_ordered:
        answer |= {"difference": best - worst, "ratio": best / worst}
    return answer


def coverage(scenario: Scenario, draws: int, rng: np.random.Generator) -> dict[str, float]:
    """Return for every measure with intervals the share of samples whose interval holds the truth."""
    y, table = sampled(scenario, draws, rng)
    answer = {}
    for name, truth in truths(scenario, y).items():
        found = table.of(name)
        known = ~np.isnan(found.low)
        if known.mean() > 0.5:
            slack = 1e-9 * (1 + np.abs(truth))
            held = (found.low <= truth + slack) & (found.high >= truth - slack)
            answer[name] = float(held[known].mean())
    return answer


def published_variance(scenario: Scenario, y: Floats) -> float:
    """Return the coverage of the usual normal interval of the between-group variance (WHO 2013), uncorrected."""
    w, s = scenario.share, scenario.error
    away = y - (y @ w)[:, None]
    bgv = (away**2) @ w
    noise = (w**2 * s**2).sum() ** 2 - (w**4 * s**4).sum() + (w**2 * (1 - w) ** 2 * s**4).sum()
    reach = 1.96 * np.sqrt(4 * (away**2) @ (w**2 * s**2) + 2 * noise)
    mean = (w * scenario.truth).sum()
    return float((np.abs(bgv - (w * (scenario.truth - mean) ** 2).sum()) <= reach).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The coverage of one measure in one scenario."""

    measure: str
    scenario: str
    coverage: float


def measured(chosen: list[Scenario], draws: int, rng: np.random.Generator) -> list[Line]:
    """Return the coverage of every measure in every scenario."""
    lines = []
    for scenario in chosen:
        for measure, share in coverage(scenario, draws, rng).items():
            lines.append(Line(measure=measure, scenario=scenario.label, coverage=share))
    return lines


def table_of(lines: list[Line]) -> list[str]:
    """Return the Markdown table of coverage by measure: mean, least, most, and how many scenarios are fair."""
    rows = ["| measure | mean | least | in | most | in | within 93 to 97 % |", "|---|---|---|---|---|---|---|"]
    for name in MEASURES:
        own = sorted((x.coverage, x.scenario) for x in lines if x.measure == name)
        if own:
            fair = sum(FAIR[0] <= share <= FAIR[1] for share, _ in own)
            low, high, mean = own[0], own[-1], np.mean([x for x, _ in own])
            rows.append(
                f"| {name} | {mean:.3f} | {low[0]:.3f} | {low[1]} | {high[0]:.3f} | {high[1]} | {fair} of {len(own)} |"
            )
    return rows


def calibration(cases: int, rng: np.random.Generator) -> list[str]:
    """Return how often the group named as furthest behind was it, beside the stated probability."""
    rows = ["| spread of the truth, in standard errors | pooling | stated | true |", "|---|---|---|---|"]
    names, error = [f"g{i}" for i in range(6)], np.array([0.5, 0.5, 1.0, 1.0, 2.0, 2.0])
    for spread in (0.3, 1.0, 3.0):
        truth = spread * rng.standard_normal((cases, 6))
        y = truth + error * rng.standard_normal((cases, 6))
        for pooling in ("partial", "none"):
            named = [furthest_behind(names, row, error=error, pooling=pooling) for row in y]
            stated = np.mean([x.chance or 0.0 for x in named])
            right = np.mean(y.argmin(axis=1) == truth.argmin(axis=1))
            rows.append(f"| {spread:g} | {pooling} | {stated:.3f} | {right:.3f} |")
    return rows


def outside(lines: list[Line]) -> str:
    """Return in words which measures leave 93 to 97 % beyond what chance explains."""
    far = [x for x in lines if not FAIR[0] - 0.01 <= x.coverage <= FAIR[1] + 0.01]
    names = [name for name in MEASURES if any(x.measure == name for x in far)]
    if not names:
        return "No measure leaves 93 to 97 % by more than one point, twice the error of the simulation."
    counts = ", ".join(f"{name} ({sum(x.measure == name for x in far)})" for name in names)
    return f"By more than one point (twice the error of the simulation) outside 93 to 97 %, in scenarios: {counts}."


def naive_range(normal: list[Scenario], draws: int, rng: np.random.Generator) -> str:
    """Return the least and the largest coverage of the usual interval where all groups are equal."""
    equal = [x for x in normal if x.label.endswith("equal x 0")]
    shares = [published_variance(x, x.truth + x.error * rng.standard_normal((draws, x.groups))) for x in equal]
    return f"{min(shares):.3f} to {max(shares):.3f}"


def intro(draws: int) -> str:
    """Return what was simulated."""
    return (
        f"Nominal 95 % intervals, {draws:,} samples in each scenario (error of a coverage: "
        f"{np.sqrt(0.95 * 0.05 / draws):.3f}). A scenario fixes the number of groups, even or uneven sizes, the "
        "pattern of the truth (ladder, one group behind, two camps, mixed) and its standard deviation in standard "
        "errors of a group; 'equal' is no inequality at all. Of measures that pick groups the truth is that of the "
        "picked groups."
    )


def run(*, quick: bool) -> str:
    """Return the coverage of every measure's 95 % interval, and the calibration of who is furthest behind."""
    rng = np.random.default_rng(SEED)
    draws = 120 if quick else 1500
    ks, strengths = ((3,), (0.0, 2.0)) if quick else ((2, 3, 5, 10), (0.0, 1.0, 2.0, 4.0, 8.0))
    normal = list(scenarios(ks, strengths))
    shares = list(asked((4,), (200,)) if quick else asked((3, 5, 10), (50, 200, 1000)))
    known, sampled_shares = measured(normal, draws, rng), measured(shares, draws, rng)
    lines = [
        "# Inequality: do the intervals cover?",
        "",
        intro(draws),
        "",
        f"## Normal estimates, known standard errors ({len(normal)} scenarios)",
        "",
        *table_of(known),
        "",
        outside(known),
        "",
        "The usual interval of the between-group variance (estimate plus or minus 1.96 standard errors, uncorrected) "
        f"covers {naive_range(normal, draws, rng)} where all groups are equal.",
        "",
        f"## Shares of people asked, standard errors from the samples ({len(shares)} scenarios)",
        "",
        *table_of(sampled_shares),
        "",
        outside(sampled_shares),
        "",
        "## Is the group named as furthest behind truly it?",
        "",
        "Six groups with standard errors of 0.5 to 2, true values from a normal distribution.",
        "",
        *calibration(20 if quick else 2000, rng),
        "",
        *CONCLUSION,
    ]
    return "\n".join(lines)


CONCLUSION = (
    "## What this says",
    "",
    "Differences, ratios, attributable risk, variance-type measures, Theil and MLD, concentration and slope indices "
    "stay between 92.0 and 97.5 % in every scenario with normal estimates (the few beyond 93 and 97 % by no more than "
    "twice the error of the simulation), also where there is no inequality at all. Mean distances (MDM, MDR, index of "
    "disparity, D-index) have a kink wherever a group lies near "
    "the mean or the reference: no interval can be exact for every pattern there. Ours leave 93 to 97 % in about an "
    "eighth of the scenarios, as the tables show: some are too cautious, some fall short by up to five points, most "
    "where sizes are very uneven. With 50 people in a group and a share near 10 %, estimates are not normal, and "
    "intervals of ratios, MLD and measures that pick the best group are off by a few points. The human "
    "opportunity index falls to 91.7 % for ten groups that are equal at 50 %, with 50 people asked in most of them.",
    "",
    "The stated probability of being furthest behind, with partial pooling, is right on average where groups differ by "
    "about a standard error or more; where they hardly differ it is too high, though far less so than without pooling.",
)
