"""Cases for the tests: made-up offices, and data sets that lifelines ships, read from there."""

from dataclasses import dataclass

import numpy as np
from lifelines import datasets

from rightsplan.stats.panel import Bools, Floats


@dataclass
class Cases:
    time: Floats
    done: Bools
    group: list[str]


def office(seed: int, n: int = 60, *, ties: bool = True, causes: int = 1) -> Cases:
    """Exponential waiting with censoring; `group` is a cause where there are several."""
    rng = np.random.default_rng(seed)
    waited, seen = rng.exponential(30, n), rng.uniform(5, 90, n)
    time = np.minimum(waited, seen)
    group = rng.choice(["decided", "withdrawn", "settled"][:causes], n).tolist()
    return Cases(np.ceil(time) if ties else time, waited <= seen, group)


def lung() -> Cases:
    """Survival of patients by sex (Loprinzi et al. 1994), as in R's survival package."""
    frame = datasets.load_lung()
    return Cases(
        frame["time"].to_numpy(float),
        frame["status"].to_numpy() == frame["status"].max(),
        list(frame["sex"].astype(str)),
    )


def leukemia() -> Cases:
    """Weeks in remission (Freireich et al. 1963): group 0 is 6-MP, group 1 placebo."""
    frame = datasets.load_leukemia()
    return Cases(frame["t"].to_numpy(float), frame["status"].to_numpy() == 1, list(frame["Rx"].astype(str)))
