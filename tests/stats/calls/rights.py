"""Calls of what is measured about rights: progress, comparisons of groups, frontiers, indices, standards."""

import numpy as np
import polars as pl

from rightsplan.stats import backtest, compat, frontier, gaps, index, latent, progress, standards, trend
from rightsplan.stats.panel import Promises
from rightsplan.stats.points import panel_of, sorted_points

from .call import Call, call

YEARS = ["2015", "2016", "2017", "2018", "2019", "2020", "2021"]
VALUES = [50.0, 52.0, None, 55.0, 57.0, 58.5, 61.0]
PROMISE = progress.Promise(
    direction="at_least", value=70.0, year=2030, baseline=50.0, baseline_year=2015, better="higher"
)
PATH = compat.Path(
    base=50.0, base_year=2015, value=60.0, year=2020, direction=1, target=80.0, target_year=2030, limit=100
)
PATH_RULES = ("cagr_ratio", "cagr_without_target", "un_chart_2022", "unsd_ratio", "escap_status", "sdg_index_trend")
POSTS = (
    index.Goalpost(name="water", worst=0.0, best=100.0),
    index.Goalpost(name="deaths", worst=500.0, best=1.0, scale="log"),
)
NUMBER_OF = dict.fromkeys(("values", "lower", "upper", "values_by_group", "intervals"), ("number", "interval"))
YARDSTICK = index.Yardstick(goalposts=POSTS, weights=(2.0, 1.0), edges=(0.3, 0.6))
TABLE = [[40.0, 200.0], [60.0, 90.0], [80.0, 20.0], [95.0, 5.0]]
UNIT = [[0.2, 0.5, 0.9], [0.6, 0.4, 0.3], [0.8, 0.7, 0.9], [0.1, 0.3, 0.2]]
WOMEN = index.hdi(
    life_expectancy=[80.0, 70.0],
    expected_schooling=[15.0, 11.0],
    mean_schooling=[10.0, 7.0],
    income=[2e4, 4e3],
    sex="female",
)
MEN = index.hdi(
    life_expectancy=[75.0, 66.0],
    expected_schooling=[14.0, 12.0],
    mean_schooling=[11.0, 8.0],
    income=[3e4, 6e3],
    sex="male",
)
GROUPS = ["poorest", "second", "third", "fourth", "richest"]
TABLE_OF_RATINGS = [[10, 20, 30], [15, 20, 10]]


def on_path(rule: str) -> Call:
    """Return a call of a published rule that makes its path from plain numbers."""

    def function(**numbers: float) -> compat.Published:
        return getattr(compat, rule)(compat.Path(**numbers))

    numbers = {name: getattr(PATH, name) for name in PATH.__dataclass_fields__}
    return Call(name=f"compat.{rule}", function=function, broken=numbers)


def series_frame() -> pl.DataFrame:
    """Return yearly series of eight places, long and uneven enough to draw cases from."""
    years = range(1990, 2021)
    rows = [
        (
            "enrolment",
            f"place {p}",
            "all",
            year,
            40 + p + 0.8 * (year - 1990) + 3 * np.sin(year * (p + 1)),
            0.0,
            100.0,
            "higher",
        )
        for p in range(8)
        for year in years
    ]
    return pl.DataFrame(rows, schema=list(backtest.cases.COLUMNS), orient="row")


def cases() -> backtest.Cases:
    """Return a few cases of the past."""
    return backtest.draw_cases(series_frame(), each=4, rng=np.random.default_rng(1))


CASES = cases()
INDICATOR_SCORES = pl.DataFrame(
    {
        "place": ["A"] * 4 + ["B"] * 4,
        "group": ["All"] * 8,
        "year": [2015, 2015, 2018, 2018] * 2,
        "indicator": ["NetPrimEnrol", "NetSecEnrol"] * 4,
        "score": [80.0, 60.0, 85.0, None, 50.0, 40.0, 55.0, 45.0],
    }
)
CARRY = {"frame": INDICATOR_SCORES, "years": [2015, 2016, 2018], "limit": 3}
CARRY_SAYS = {"frame": ("place", "group", "year", "indicator", "score", "scores")}
RIGHT_SCORES = frontier.right_scores(INDICATOR_SCORES)
SCORED = {
    "values": ("value",),
    "resources": ("resource",),
    "indicators": ("indicator", "curve"),
    "groups": ("group", "curve"),
}
SCORED |= {"low": ("resource",), "high": ("resource",)}
SCORED |= {"indicator": ("curve",), "group": ("curve",), "years": ("year",)}

CALLS = (
    Call(
        name="progress.assess",
        function=progress.assess,
        broken={
            "periods": YEARS,
            "values": VALUES,
            "as_of": 2022.5,
            "lower": [None if x is None else x - 2 for x in VALUES],
            "upper": [None if x is None else x + 2 for x in VALUES],
            "status": [None, None, None, "break", None, None, None],
            "version": "2",
        },
        kept={"promise": PROMISE},
        says=NUMBER_OF,
    ),
    Call(
        name="progress.Promise",
        function=progress.Promise,
        broken={
            "direction": "at_least",
            "value": 70.0,
            "year": 2030.0,
            "baseline": 50.0,
            "baseline_year": 2015.0,
            "start_year": 2016.0,
            "end_year": 2030.0,
            "lower": 0.0,
            "upper": 100.0,
            "better": "higher",
            "tolerance": 1.0,
            "measured_as": "level",
            "kind": "quantitative",
        },
    ),
    Call(
        name="progress.assess_many",
        function=progress.assess_many,
        broken={"as_of": 2022.5, "version": "2"},
        kept={"panel": panel_of([sorted_points(YEARS, VALUES)]), "promises": Promises.of([PROMISE])},
    ),
    Call(name="progress.decimal_year", function=progress.decimal_year, broken={"period": "2015-06"}),
    Call(
        name="trend.describe",
        function=trend.describe,
        broken={"periods": YEARS, "values": VALUES, "status": [None] * 7, "better": "higher"},
        says=NUMBER_OF,
    ),
    *(on_path(rule) for rule in (*PATH_RULES, "linear_pace")),
    Call(
        name="compat.Path",
        function=compat.Path,
        broken={name: getattr(PATH, name) for name in PATH.__dataclass_fields__},
    ),
    Call(
        name="compat.escap_anticipated",
        function=compat.escap_anticipated,
        broken={
            "years": [2015.0, 2016.0, 2018.0, 2020.0],
            "values": [50.0, 52.0, 55.0, 60.0],
            "lower": 0.0,
            "upper": 100.0,
        },
        kept={"path": PATH},
    ),
    Call(
        name="frontier.score",
        function=frontier.score,
        broken={
            "indicators": ["NetPrimEnrol", "NotStunted", "U5Survival"],
            "values": [90.0, 70.0, 99.0],
            "resources": [3000.0, 12000.0, 40000.0],
            "groups": ["All", "All", "All"],
        },
        says=SCORED,
    ),
    Call(
        name="frontier.path",
        function=frontier.path,
        broken={
            "indicator": "NetPrimEnrol",
            "years": [2010, 2011, 2013],
            "values": [80.0, 85.0, 90.0],
            "resources": [2000.0, 2500.0, 3000.0],
            "group": "All",
        },
        says=SCORED,
    ),
    Call(
        name="frontier.curve", function=frontier.curve, broken={"indicator": "NotStunted", "group": "All"}, says=SCORED
    ),
    Call(
        name="frontier.curve_points",
        function=frontier.curve_points,
        broken={"indicator": "NotStunted", "low": 500.0, "high": 50000.0, "n": 5, "group": "All"},
        says=SCORED,
    ),
    Call(name="frontier.carry_forward", function=frontier.carry_forward, broken=CARRY, says=CARRY_SAYS),
    Call(name="frontier.right_scores", function=frontier.right_scores, broken=CARRY, says=CARRY_SAYS),
    Call(
        name="frontier.composite",
        function=frontier.composite,
        broken={"rights": RIGHT_SCORES},
        says={"rights": (*RIGHT_SCORES.columns, "frame", "scores")},
    ),
    Call(
        name="gaps.gaps",
        function=gaps.gaps,
        broken={
            "groups": GROUPS,
            "value": [40.0, 50.0, 55.0, 65.0, 80.0],
            "better": "higher",
            "error": [2.0, 2.0, 3.0, 2.0, 1.0],
            "size": [400, 300, 300, 250, 200],
            "population": [10.0, 10.0, 12.0, 9.0, 8.0],
            "rank": [1, 2, 3, 4, 5],
            "lowest": 0.0,
            "highest": 100.0,
            "reference": "richest",
        },
        says={"groups": ("group",)},
    ),
    Call(
        name="gaps.group_panel",
        function=gaps.group_panel,
        broken={
            "value": [40.0, 50.0, 70.0, 30.0, 60.0],
            "offsets": [0, 3, 5],
            "error": [2.0, 2.0, 3.0, 2.0, 1.0],
            "size": [400, 300, 300, 250, 200],
            "population": [10.0, 10.0, 12.0, 9.0, 8.0],
            "rank": [1, 2, 3, 1, 2],
            "is_higher_better": [True, False],
            "lowest": [0.0, 0.0],
            "highest": [100.0, 100.0],
            "reference": [0, 1],
        },
    ),
    Call(
        name="gaps.gaps_many",
        function=gaps.gaps_many,
        broken={"settings": [0, 1]},
        kept={
            "panel": gaps.group_panel(
                [40.0, 50.0, 70.0, 30.0, 60.0], offsets=[0, 3, 5], error=[2.0, 2.0, 3.0, 2.0, 1.0]
            )
        },
    ),
    Call(
        name="gaps.furthest_behind",
        function=gaps.furthest_behind,
        broken={
            "groups": GROUPS,
            "value": [40.0, 50.0, 55.0, 65.0, 80.0],
            "better": "higher",
            "error": [2.0, 2.0, 3.0, 2.0, 1.0],
            "size": [400, 300, 300, 250, 200],
            "lowest": 0.0,
            "highest": 100.0,
            "pooling": "partial",
        },
    ),
    call(
        gaps.who_moved_the_mean,
        groups=GROUPS,
        before=[40.0, 50.0, 55.0, 65.0, 80.0],
        after=[45.0, 50.0, 58.0, 70.0, 80.0],
        population_before=[10.0, 10.0, 12.0, 9.0, 8.0],
        population_after=[9.0, 10.0, 12.0, 9.0, 10.0],
        error_before=[2.0, 2.0, 3.0, 2.0, 1.0],
        error_after=[2.0, 2.0, 2.0, 2.0, 1.0],
    ),
    call(index.aggregate, values=UNIT, weights=[1.0, 2.0, 1.0], aggregation="geometric"),
    Call(
        name="index.alkire_foster",
        function=index.alkire_foster,
        broken={
            "deprived": [[0, 1, 1], [1, 0, 0], [1, 1, 1], [0, 0, 0], [1, 1, 0], [0, 0, 1]],
            "names": ["school", "water", "food"],
            "weights": [1.0, 1.0, 2.0],
            "cutoff": 0.5,
            "sampling": [1.0, 2.0, 1.0, 3.0, 1.0, 2.0],
            "strata": ["n", "n", "n", "s", "s", "s"],
            "clusters": ["1", "1", "2", "3", "4", "4"],
            "within": [1, 1, 0, 1, 1, 1],
        },
    ),
    call(index.atkinson, values=[1.0, 2.0, 5.0], weights=[3.0, 2.0, 1.0]),
    call(
        index.balance,
        values=UNIT,
        names=["material", "political", "social"],
        weights=[1.0, 1.0, 2.0],
        form="corrected",
        expected=["material", "political", "social", "cultural"],
    ),
    call(index.coordinate, values=UNIT, weights=[1.0, 1.0, 2.0], form="standard"),
    Call(
        name="index.drawn_weights",
        function=index.drawn_weights,
        broken={"weights": [0.5, 0.3, 0.2], "draws": 10, "sharpness": 10.0},
        kept={"rng": None},
    ),
    call(index.entropy_weights, values=UNIT),
    Call(name="index.gdi", function=index.gdi, broken={}, kept={"female": WOMEN, "male": MEN}),
    call(
        index.gii,
        maternal_mortality=[5.0, 300.0],
        adolescent_births=[6.0, 70.0],
        parliament_female=[45.0, 15.0],
        education_female=[95.0, 30.0],
        education_male=[96.0, 45.0],
        work_female=[60.0, 40.0],
        work_male=[70.0, 75.0],
    ),
    call(
        index.hdi,
        life_expectancy=[80.0, 60.0, 70.0],
        expected_schooling=[16.0, 9.0, 12.0],
        mean_schooling=[12.0, 5.0, 8.0],
        income=[40000.0, 2000.0, 9000.0],
        sex="both",
    ),
    Call(
        name="index.ihdi",
        function=index.ihdi,
        broken={"health": [0.05, 0.2], "education": [0.1, 0.3], "income": [0.2, 0.25]},
        kept={"development": WOMEN},
    ),
    Call(
        name="index.measure",
        function=index.measure,
        broken={"values": TABLE, "groups": ["2020", "2020", "2021", "2021"]},
        kept={"yardstick": YARDSTICK},
    ),
    call(index.nested_weights, dimensions=["health", "health", "school", "living"]),
    Call(name="index.normalise", function=index.normalise, broken={"values": TABLE}, kept={"goalposts": POSTS}),
    Call(
        name="index.recipes",
        function=index.recipes,
        broken={},
        kept={"yardstick": YARDSTICK, "extra": [("goalposts", "mazziotta-pareto")]},
    ),
    Call(
        name="index.robustness",
        function=index.robustness,
        broken={"values": TABLE, "seed": 1, "errors": [[1.0, 5.0]] * 4, "draws": 100},
        kept={"yardstick": YARDSTICK, "statements": [index.Statement(row=1, above=0), index.Statement(row=2, band=1)]},
        says={"values": ("statement",)},
    ),
    Call(
        name="index.uncertainty",
        function=index.uncertainty,
        broken={
            "values": TABLE,
            "seed": 1,
            "errors": [[1.0, 5.0]] * 4,
            "groups": ["2020", "2020", "2021", "2021"],
            "draws": 100,
            "sharpness": 10.0,
        },
        kept={"yardstick": YARDSTICK},
    ),
    Call(
        name="index.Goalpost",
        function=index.Goalpost,
        broken={"name": "water", "worst": 1.0, "best": 100.0, "scale": "log"},
    ),
    Call(
        name="index.Yardstick",
        function=index.Yardstick,
        broken={"weights": (2.0, 1.0), "aggregation": "geometric", "edges": (0.3, 0.6)},
        kept={"goalposts": POSTS},
    ),
    Call(name="index.Statement", function=index.Statement, broken={"row": 1, "above": 0}),
    call(
        latent.arrange,
        unit=["A", "A", "A", "B", "B", "B", "C", "C"],
        source=["x", "y", "x", "x", "y", "y", "x", "y"],
        rating=[1, 2, 3, 2, 3, 1, 3, 2],
        period=[2000, 2000, 2001, 2000, 2000, 2001, 2001, 2001],
        group=["g", "g", "g", "h", "h", "h", "h", "h"],
        gaps="calendar",
        reversed_sources=["y"],
    ),
    Call(
        name="latent.Priors",
        function=latent.Priors,
        broken={"walk": "sd", "cut_sd": 2.0, "standard_step": 2.0, "freedom": 4.0, "discrimination": (4.0, 3.0)},
        says={"discrimination": ("shape", "rate")},
    ),
    call(
        standards.audit,
        source=["x"] * 16,
        group=["g", "h"] * 8,
        rating=[1, 2, 3, 2, 3, 1, 3, 2, 1, 1, 2, 3, 3, 1, 2, 2],
        matching=[1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 1, 2, 3, 3],
        count=[2, 1, 1, 3, 1, 1, 2, 2, 1, 1, 2, 1, 1, 1, 3, 2],
        reference="g",
        strata=3,
    ),
    *(
        Call(
            name=f"standards.{function.__name__}",
            function=lambda tables, function=function: function([tables]),
            broken={"tables": table},
        )
        for function in (standards.liu_agresti, standards.mantel)
        for table in [TABLE_OF_RATINGS]
    ),
    Call(
        name="standards.matching_scores",
        function=standards.matching_scores,
        broken={
            "unit": ["A", "A", "B", "B", "C", "C"],
            "source": ["x", "y", "x", "y", "x", "y"],
            "rating": [1.0, 2.0, 3.0, 2.0, 2.0, 1.0],
            "anchors": ["x"],
        },
    ),
    call(
        standards.proportional_odds,
        y=[0, 1, 2, 1, 0, 2, 1, 0],
        x=[[0.1], [0.4], [0.9], [0.8], [0.5], [0.3], [0.2], [0.6]],
        weights=[1.0, 2.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0],
    ),
    call(backtest.calibration_error, probability=[0.1, 0.4, 0.8, 0.9], is_met=[0, 1, 1, 1]),
    call(backtest.reliability, probability=[0.1, 0.4, 0.8, 0.9], is_met=[0, 1, 1, 1]),
    call(backtest.score, probability=[0.1, 0.4, 0.8, 0.9], is_met=[0, 1, 1, 1]),
    Call(
        name="backtest.draw_cases",
        function=backtest.draw_cases,
        broken={"frame": series_frame(), "each": 4},
        kept={"rng": None},
        says={"frame": (*backtest.cases.COLUMNS, "frame", "case", "cases")},
    ),
    Call(
        name="backtest.fit",
        function=backtest.fit,
        broken={"chosen": [True] * CASES.count},
        kept={"cases": CASES},
    ),
    Call(
        name="backtest.said_with",
        function=backtest.said_with,
        broken={"version": "2"},
        kept={"cases": CASES},
    ),
    Call(
        name="backtest.verdict_values",
        function=backtest.verdict_values,
        broken={"rule": "unsd_ratio"},
        kept={"cases": CASES},
    ),
    call(backtest.recalibrated, values=[0.1, 0.4, 0.8, 0.9], is_met=[0, 1, 1, 1], fold=[0, 1, 0, 1]),
)
