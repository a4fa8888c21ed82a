"""Calls of what is measured about people: disparity, durations, surveys, areas, quality and protection of data."""

import numpy as np

from rightsplan.stats import areas, disclosure, disparity, durations, quality, survey

from .call import Call, call

PAIR = {"favourable_a": [30, 12, 25], "total_a": [60, 40, 55], "favourable_b": [40, 20, 33], "total_b": [70, 45, 60]}
IS_A = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]
FAVOURABLE = [1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0]
COVARIATES = [[float((i * 5) % 7), float((i * i) % 5)] for i in range(12)]
COUNTS = [[[3, 2], [5, 4], [4, 3], [6, 5]], [[2, 4], [5, 6], [3, 3], [6, 5]], [[1, 2], [4, 4], [5, 3], [6, 5]]]
TIME = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]
DONE = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0]
CAUSE = ["granted" if i % 2 else "refused" for i in range(12)]
GROUP = ["a", "b"] * 6
STRATA = ["n"] * 6 + ["s"] * 6
CURVE = durations.kaplan_meier(TIME, DONE)
OTHER = durations.kaplan_meier([t * 1.5 for t in TIME], DONE)
FOUND = durations.cumulative_incidence(TIME, DONE, CAUSE)
OTHERS = durations.cumulative_incidence([t * 1.5 for t in TIME], DONE, CAUSE)
CODES = [["n", "w"], ["n", "m"], ["s", "w"], ["s", "m"]]
SMALL = disclosure.with_totals(disclosure.table(["area", "sex"], CODES, [12, 3, 8, 20]))
CELL = SMALL.cells[1]
HIDDEN = [None if at in (0, 1, 3, 4) else value for at, value in enumerate(SMALL.values.tolist())]
ESTIMATE, MSE = [50.0, 55.0, 61.0, 48.0, 52.0], [4.0, 9.0, 1.0, 4.0, 2.0]
WHEN = [2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018]
LEVEL = [50.0, 51.0, 53.0, 52.0, 54.0, 80.0, 56.0, 57.0, 58.0]


def answers() -> dict[str, list[float]]:
    """Return the weights and answers of forty people."""
    rng = np.random.default_rng(3)
    return {
        "weight": (1 + rng.random(40)).tolist(),
        "values": rng.normal(10, 2, 40).round(2).tolist(),
        "is_so": rng.integers(0, 2, 40).tolist(),
        "ladder": rng.integers(1, 6, (40, 3)).tolist(),
    }


ASKED = answers()
DRAWN = survey.sample(
    ASKED["weight"], stratum=["n"] * 20 + ["s"] * 20, cluster=[str(i // 4) for i in range(40)], population=[50] * 40
)
BY = {"by": ["x", "y"] * 20, "least": 5, "level": 0.9}


def raked(levels: list[str], totals: dict[str, float], tolerance: float, rounds: int) -> survey.Raked:
    """Rake to one margin that is made from plain numbers."""
    margin = survey.Margin(name="margin", levels=levels, totals=totals)
    return survey.rake(DRAWN, [margin], tolerance=tolerance, rounds=rounds)


def attacked(values: list[float], at_least: dict, at_most: dict, time_limit: float) -> disclosure.Intervals:
    """Attack a table that is made from plain numbers."""
    table = disclosure.table(SMALL.dimensions, SMALL.codes, values)
    prior = disclosure.Prior(at_least=at_least, at_most=at_most)
    return disclosure.attack([table], prior=prior, time_limit=time_limit)


def totalled(values: list[float]) -> disclosure.Table:
    """Add the totals to a table that is made from plain numbers."""
    return disclosure.with_totals(disclosure.table(["area", "sex"], CODES, values))


def on_curve(function: object, **broken: object) -> Call:
    """Return a call of a function that reads a curve."""
    return Call(name=f"durations.{function.__name__}", function=function, broken=broken, kept={"curve": CURVE})


CALLS = (
    call(disparity.compare_rates, **PAIR, level=0.95, method="auto"),
    call(disparity.mantel_haenszel, **PAIR, level=0.95),
    call(disparity.difference_sequence, **PAIR, level=0.95),
    call(
        disparity.decompose,
        is_a=IS_A,
        favourable=FAVOURABLE,
        covariates=COVARIATES,
        cases=[2.0] * 12,
        reference="pooled",
    ),
    call(
        disparity.standardised_difference,
        is_a=IS_A,
        favourable=FAVOURABLE,
        covariates=COVARIATES,
        cases=[2.0] * 12,
        level=0.95,
    ),
    call(
        disparity.one_standard,
        offices=["x", "y", "z"] * 4,
        favourable=FAVOURABLE,
        covariates=COVARIATES,
        is_a=IS_A,
        cases=[2.0] * 12,
        standard="average",
        level=0.95,
    ),
    Call(
        name="disparity.fit_logistic",
        function=disparity.fit_logistic,
        broken={
            "design": [[1.0, *row] for row in COVARIATES],
            "favourable": FAVOURABLE,
            "cases": [2.0] * 12,
            "ridge": [0.0, 0.1, 0.1],
        },
        says={"design": ("covariate", "covariates")},
    ),
    call(disparity.disparity_evidence, counts=np.array(COUNTS), restart_every=2, prior=0.5, side="either"),
    call(disparity.expected_closures, open_cases=[10.0, 20.0, 30.0], standard_days=90.0, days=7.0),
    call(disparity.raise_alarms, evidence=[[0.1, 2.0, 500.0], [1.0, 30.0, 900.0]], alpha=0.05),
    call(
        disparity.rate_evidence,
        events=[[3.0, 4.0], [2.0, 6.0], [5.0, 9.0]],
        expected=[[3.5, 3.0], [3.0, 3.0], [4.0, 3.0]],
        worse="above",
        restart_every=2,
        concentration=4.0,
    ),
    Call(
        name="disparity.watch_day",
        function=disparity.watch_day,
        broken={"counts": COUNTS[0]},
        kept={"watch": disparity.watch_offices(2)},
    ),
    call(disparity.watch_offices, offices=3, restart_every=7, prior=0.5, side="either"),
    call(durations.kaplan_meier, time=TIME, done=DONE, entry=[0.5] * 12, level=0.95, interval="beta"),
    call(
        durations.cumulative_incidence,
        time=TIME,
        done=DONE,
        cause=CAUSE,
        causes=["granted", "refused"],
        entry=[0.5] * 12,
        level=0.95,
        interval="beta",
    ),
    call(durations.log_rank, time=TIME, done=DONE, group=GROUP, strata=STRATA, entry=[0.5] * 12),
    on_curve(durations.done_by, time=6.0, least=3),
    on_curve(durations.quantile, share=0.5, least=3),
    on_curve(durations.restricted_mean, until=8.0, least=3),
    Call(
        name="durations.restricted_mean_difference",
        function=durations.restricted_mean_difference,
        broken={"until": 8.0, "least": 3},
        kept={"one": CURVE, "other": OTHER},
    ),
    Call(
        name="durations.incidence_at",
        function=durations.incidence_at,
        broken={"cause": "granted", "time": 6.0, "least": 3},
        kept={"found": FOUND},
    ),
    Call(
        name="durations.incidence_difference",
        function=durations.incidence_difference,
        broken={"cause": "granted", "time": 6.0, "least": 3},
        kept={"one": FOUND, "other": OTHERS},
    ),
    call(
        survey.sample,
        weight=ASKED["weight"],
        stratum=["n"] * 20 + ["s"] * 20,
        cluster=[str(i // 4) for i in range(40)],
        population=[50.0] * 40,
        singleton="refuse",
    ),
    call(survey.kish_effect, weight=[1.0, 2.0, 4.0]),
    Call(name="survey.mean", function=survey.mean, broken={"values": ASKED["values"], **BY}, kept={"drawn": DRAWN}),
    Call(name="survey.total", function=survey.total, broken={"values": ASKED["values"], **BY}, kept={"drawn": DRAWN}),
    Call(name="survey.share", function=survey.share, broken={"is_so": ASKED["is_so"], **BY}, kept={"drawn": DRAWN}),
    Call(
        name="survey.ratio",
        function=survey.ratio,
        broken={"above": ASKED["values"], "below": ASKED["weight"], **BY},
        kept={"drawn": DRAWN},
    ),
    Call(
        name="survey.perception",
        function=survey.perception,
        broken={"answers": ASKED["ladder"], "ladder": (1, 5), "reverse": [1], "top": 4, **BY},
        kept={"drawn": DRAWN},
    ),
    call(survey.index_of, answers=ASKED["ladder"], ladder=(1, 5), reverse=[1]),
    Call(
        name="survey.rake",
        function=raked,
        broken={
            "levels": ["women", "men"] * 20,
            "totals": {"women": 40.0, "men": 25.0},
            "tolerance": 1e-8,
            "rounds": 100,
        },
        says={"levels": ("margin",), "totals": ("margin", "margins")},
    ),
    call(
        areas.benchmark,
        estimate=ESTIMATE,
        mse=MSE,
        shares=[0.2, 0.3, 0.1, 0.2, 0.2],
        total=54.0,
        how="difference",
    ),
    call(areas.compare_with, values=ESTIMATE, errors=MSE, against="mean", confidence=0.95),
    call(
        areas.classes_of,
        values=np.array(ESTIMATE),
        errors=np.array(MSE),
        apart=np.eye(5, dtype=bool),
        number=3,
        breaks=[50.0, 55.0],
        confidence=0.95,
    ),
    call(
        areas.fay_herriot,
        direct=ESTIMATE,
        variance=MSE,
        covariates=[[1.0], [2.0], [3.0], [1.5], [0.5]],
        method="adjusted",
        confidence=0.95,
    ),
    call(areas.joint_ranks, values=ESTIMATE, errors=MSE, better="higher", confidence=0.95, seed=1),
    call(
        areas.read_map,
        values=ESTIMATE,
        errors=MSE,
        against="mean",
        better="higher",
        number=3,
        breaks=[50.0, 55.0],
        confidence=0.95,
        seed=1,
    ),
    call(
        areas.smooth_rates,
        events=[3, 10, 0, 25, 7],
        exposure=[1000.0, 2500.0, 400.0, 3000.0, 1500.0],
        model="poisson",
        fit="averaged",
        confidence=0.95,
    ),
    call(quality.last_digits, values=[float(i * 37 % 101) for i in range(60)], decimals=0),
    call(
        quality.outliers,
        years=WHEN,
        values=LEVEL,
        lower=0.0,
        upper=100.0,
        neighbours=[[x + 1 for x in LEVEL], [x - 2 for x in LEVEL]],
        cut=3.5,
    ),
    call(quality.revisions, earlier=LEVEL, later=[x + 0.5 for x in LEVEL], tolerance=0.1),
    call(quality.staleness, years=WHEN, as_of=2022.0, every=1.0),
    Call(
        name="quality.state",
        function=quality.state,
        broken={
            "years": WHEN,
            "values": LEVEL,
            "as_of": 2022.0,
            "every": 1.0,
            "lower": 0.0,
            "upper": 100.0,
            "neighbours": [[x + 1 for x in LEVEL]],
            "earlier": LEVEL,
            "decimals": 0,
        },
        kept={"expected": ["sex"], "actual": {"sex": ["w", "m"]}},
    ),
    Call(
        name="quality.completeness",
        function=quality.completeness,
        broken={},
        kept={"expected": [quality.Cell("water", "", "outcome")], "available": []},
    ),
    Call(
        name="quality.disaggregation",
        function=quality.disaggregation,
        broken={"expected": ["sex", "age"]},
        kept={"actual": {"sex": ["w", "m"]}},
    ),
    Call(
        name="quality.expected_cells",
        function=quality.expected_cells,
        broken={"kinds": ["outcome"], "groups": ["", "women"]},
        kept={"attributes": {"water": ["access"]}},
        says={"kinds": ("kind",)},
    ),
    call(
        disclosure.table,
        dimensions=["area", "sex"],
        codes=CODES,
        values=[12.0, 3.0, 8.0, 20.0],
        margin=0.0,
    ),
    call(disclosure.minimum_frequency, counts=[0, 3, 12, 40], threshold=10),
    call(disclosure.dominance, contributions=[[50.0, 10.0, 5.0], [20.0, 20.0, 20.0]], largest=2, share=85.0),
    call(disclosure.p_percent, contributions=[[50.0, 10.0, 5.0], [20.0, 20.0, 20.0]], p=10.0),
    call(disclosure.pq, contributions=[[50.0, 10.0, 5.0], [20.0, 20.0, 20.0]], p=10.0, q=50.0),
    Call(
        name="disclosure.random_rounding",
        function=disclosure.random_rounding,
        broken={"base": 5, "seed": 1},
        kept={"given": SMALL},
    ),
    Call(
        name="disclosure.controlled_rounding",
        function=disclosure.controlled_rounding,
        broken={"base": 5, "time_limit": 5.0},
        kept={"given": SMALL},
    ),
    Call(
        name="disclosure.attack",
        function=attacked,
        broken={"values": HIDDEN, "at_least": {CELL: 1.0}, "at_most": {CELL: 30.0}, "time_limit": 5.0},
        says={"values": ("cell", "tables", "parts"), "at_least": ("cell",), "at_most": ("cell",)},
    ),
    Call(
        name="disclosure.with_totals",
        function=totalled,
        broken={"values": [12.0, 3.0, 8.0, 20.0]},
        says={"values": ("cell",)},
    ),
    Call(
        name="disclosure.audit",
        function=disclosure.audit,
        broken={"promised": {CELL: (0.0, 10.0)}, "time_limit": 5.0},
        kept={"tables": [SMALL]},
    ),
    Call(
        name="disclosure.suppress",
        function=disclosure.suppress,
        broken={"promised": {CELL: (0.0, 20.0)}, "weights": dict.fromkeys(SMALL.cells, 1.0), "time_limit": 5.0},
        kept={"tables": [SMALL]},
    ),
)
