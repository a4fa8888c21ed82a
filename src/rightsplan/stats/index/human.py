"""The human development family: HDI, its adjustment for inequality, and the two indices of women and men."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Bools, Floats, Ints

Sex = Literal["both", "female", "male"]
LIFE = {"both": (20.0, 85.0), "female": (22.5, 87.5), "male": (17.5, 82.5)}
EXPECTED_SCHOOLING, MEAN_SCHOOLING = 18.0, 15.0
INCOME = (100.0, 75_000.0)
DEATHS = (10.0, 1_000.0)  # maternal deaths per 100,000 births, between which the index tells countries apart
LEAST_SEATS = 0.1  # per cent, where no woman sits in parliament
NO_MEAN = "a figure is 0, so that the geometric mean says nothing"
GROUP_EDGES = (2.5, 5.0, 7.5, 10.0)  # distance of the gender development index from parity, per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """The human development index of each place and its three parts, 0 to 1, vectors of one length.

    NaN where a figure is missing; `notes` then says which, and is empty elsewhere.
    """

    health: Floats
    education: Floats
    income: Floats
    index: Floats
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """The index after inequality is taken off, the loss (0 to 1) and the coefficient of inequality (0 to 1)."""

    index: Floats
    loss: Floats
    coefficient: Floats
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenderDevelopment:
    """Women's index over men's, and the group from 1 (near parity) to 5 (far from it); 0 is no group."""

    index: Floats
    group: Ints
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GenderInequality:
    """The gender inequality index, 0 (none) to 1, with the female and the male part it compares."""

    index: Floats
    female: Floats
    male: Floats
    notes: tuple[str, ...]


def hdi(
    *,
    life_expectancy: ArrayLike,
    expected_schooling: ArrayLike,
    mean_schooling: ArrayLike,
    income: ArrayLike,
    sex: Sex = "both",
) -> Development:
    """Return the human development index of each place.

    UNDP, Human Development Report 2023/24, technical note 1: life expectancy between 20 and 85 years (women 22.5 to
    87.5, men 17.5 to 82.5), expected schooling up to 18 and mean schooling up to 15 years (their mean is the education
    part), income per person in purchasing power (2017 dollars) between 100 and 75,000 on the logarithm; the index is
    the geometric mean of the three. Vectors of one length; NaN or None is missing. Raises Refused for lengths that
    differ, negative numbers, an income of zero, an unknown sex. Progress above a goalpost does not show; says nothing
    about how evenly anything is shared.
    """
    checks.one_of("sex", sex, get_args(Sex))
    life = checks.numbers("life_expectancy", life_expectancy, at_least=1, missing=True, least=0)
    size = len(life)
    expected = checks.numbers("expected_schooling", expected_schooling, length=size, missing=True, least=0)
    mean = checks.numbers("mean_schooling", mean_schooling, length=size, missing=True, least=0)
    money = checks.numbers("income", income, length=size, missing=True, above=0)
    low, high = LIFE[sex]
    health = np.clip((life - low) / (high - low), 0, 1)
    education = (np.clip(expected / EXPECTED_SCHOOLING, 0, 1) + np.clip(mean / MEAN_SCHOOLING, 0, 1)) / 2
    least, most = np.log(INCOME)
    standard = np.clip((np.log(money) - least) / (most - least), 0, 1)
    named = {"life_expectancy": life, "expected_schooling": expected, "mean_schooling": mean, "income": money}
    return Development(
        health=health,
        education=education,
        income=standard,
        index=np.cbrt(health * education * standard),
        notes=missing_in(named),
    )


def ihdi(development: Development, *, health: ArrayLike, education: ArrayLike, income: ArrayLike) -> Adjusted:
    """Return the inequality-adjusted index of each place.

    UNDP, Human Development Report 2023/24, technical note 2; Foster, López-Calva and Székely (2005). Each part is
    lowered by its Atkinson inequality (aversion 1; from 0 up to but not 1, see `atkinson`; published per cents over
    100); the loss is the share by which the index falls, the coefficient the mean of the three inequalities. Raises
    Refused for lengths that differ or an inequality outside its limits. Takes inequality of each part by itself: it
    does not see whether the same people are behind in all three. Where the index is 0 the loss is not measurable.
    """
    size = len(development.index)
    names = {"health": health, "education": education, "income": income}
    unequal = {
        name: checks.numbers(name, values, length=size, missing=True, least=0, below=1)
        for name, values in names.items()
    }
    kept = np.cbrt(np.prod([1 - values for values in unequal.values()], axis=0))
    zero = development.index == 0
    index = development.index * kept
    loss = np.where(zero | np.isnan(index), np.nan, 1 - kept)
    notes = joined(development.notes, missing_in({f"inequality of {name}": x for name, x in unequal.items()}))
    notes = joined(notes, tuple("no loss: the index is 0" if flag else "" for flag in zero))
    return Adjusted(index=index, loss=loss, coefficient=np.mean(list(unequal.values()), axis=0), notes=notes)


def atkinson(values: ArrayLike, *, weights: ArrayLike | None = None) -> float | None:
    """Return the Atkinson inequality with aversion 1: one minus the geometric over the arithmetic mean.

    Atkinson (1970), Journal of Economic Theory 2, 244-263. `values` of persons or groups, not negative; `weights` how
    many each stands for. None where a value that counts is zero: the geometric mean is then 0 whatever the others are.
    Raises Refused for negative numbers, no values, or weights that are all 0.
    """
    array = checks.numbers("values", values, at_least=1, least=0)
    share = np.ones(len(array)) if weights is None else checks.numbers("weights", weights, length=len(array), least=0)
    if not share.sum() > 0:
        raise Refused("weights are all 0.", "Give at least one row a weight.")
    array, share = array[share > 0], share[share > 0]
    if (array == 0).any():
        return None
    array, share = array / array.max(), share / share.sum()
    return max(float(1 - np.exp(share @ np.log(array)) / (share @ array)), 0.0)


def gdi(*, female: Development, male: Development) -> GenderDevelopment:
    """Return the gender development index of each place: women's human development over men's.

    UNDP, Human Development Report 2023/24, technical note 3; make both with `hdi(..., sex=...)`. Above 1 women are
    ahead. The group counts the distance from parity in either direction: 1 up to 2.5 per cent, then 5, 7.5, 10, more;
    it is read off the index as published, with three decimals.
    Raises Refused for lengths that differ. Not measurable where a figure is missing or men's index is 0.
    """
    if len(female.index) != len(male.index):
        raise Refused("female and male differ in length.", "Give one row per place in both.")
    known = np.isfinite(female.index) & np.isfinite(male.index) & (male.index > 0)
    ratio = np.where(known, female.index / np.where(known, male.index, 1.0), np.nan)
    distance = np.where(known, np.round(np.abs(np.round(ratio, 3) - 1) * 100, 6), np.inf)
    group = np.where(known, np.searchsorted(GROUP_EDGES, distance, side="left") + 1, 0).astype(np.int64)
    notes = joined(prefixed("women: ", female.notes), prefixed("men: ", male.notes))
    notes = joined(notes, tuple("men's index is 0" if flag else "" for flag in male.index == 0))
    return GenderDevelopment(index=ratio, group=group, notes=notes)


def gii(
    *,
    maternal_mortality: ArrayLike,
    adolescent_births: ArrayLike,
    parliament_female: ArrayLike,
    education_female: ArrayLike,
    education_male: ArrayLike,
    work_female: ArrayLike,
    work_male: ArrayLike,
) -> GenderInequality:
    """Return the gender inequality index of each place.

    UNDP, Human Development Report 2023/24, technical note 4; Seth (2009). Maternal deaths per 100,000 births (held
    between 10 and 1,000), births per 1,000 women of 15 to 19 years; per cents: seats held by women (at least 0.1
    counts), adults with some secondary education and in the labour force by sex. Geometric means within each sex, the
    harmonic mean of both, compared with the index of equals. Raises Refused for lengths that differ and numbers outside
    their limits. Not measurable where a figure is missing, no adolescent gives birth, or a share is 0. Mixes absolute
    and relative standing: a place where nobody has schooling may look equal in it.
    """
    deaths = checks.numbers("maternal_mortality", maternal_mortality, at_least=1, missing=True, least=0)
    births = checks.numbers("adolescent_births", adolescent_births, length=len(deaths), missing=True, least=0)
    shares = {
        "parliament_female": parliament_female,
        "education_female": education_female,
        "education_male": education_male,
        "work_female": work_female,
        "work_male": work_male,
    }
    given = {
        name: checks.numbers(name, values, length=len(deaths), missing=True, least=0, most=100)
        for name, values in shares.items()
    }
    seats, *others = (values / 100 for values in given.values())
    seats = np.maximum(seats, LEAST_SEATS / 100)
    zeros = np.any([births == 0, seats == 1, *(part == 0 for part in others)], axis=0)
    known = ~zeros & np.isfinite(np.sum([deaths, births, seats, *others], axis=0))
    birth = np.sqrt(DEATHS[0] / np.clip(deaths, *DEATHS) / np.where(births > 0, births, 1.0))
    gaps = missing_in({"maternal_mortality": deaths, "adolescent_births": births, **given})
    notes = joined(gaps, tuple(NO_MEAN if flag else "" for flag in zeros))
    return compared(known, birth=birth, seats=seats, others=others, notes=notes)


def compared(
    known: Bools, *, birth: Floats, seats: Floats, others: Sequence[Floats], notes: tuple[str, ...]
) -> GenderInequality:
    """Return the index from reproductive health, seats, and education and work of women and men (shares)."""
    school_f, school_m, work_f, work_m = others
    power_f, power_m = np.sqrt(seats * school_f), np.sqrt((1 - seats) * school_m)
    female, male = np.cbrt(birth * power_f * work_f), np.cbrt(power_m * work_m)
    equals = np.cbrt((birth + 1) / 2 * (power_f + power_m) / 2 * (work_f + work_m) / 2)
    safe = np.where(known, equals * (female + male), 1.0)
    index = np.where(known, 1 - 2 * female * male / safe, np.nan)
    return GenderInequality(
        index=index, female=np.where(known, female, np.nan), male=np.where(known, male, np.nan), notes=notes
    )


def missing_in(named: dict[str, Floats]) -> tuple[str, ...]:
    """Return for each row which of the named figures it lacks, as words; empty where none."""
    gone = {name: np.isnan(values) for name, values in named.items()}
    rows = len(next(iter(named.values())))
    lacking = ([name for name, mask in gone.items() if mask[i]] for i in range(rows))
    return tuple(f"missing: {', '.join(names)}" if names else "" for names in lacking)


def prefixed(prefix: str, notes: Sequence[str]) -> tuple[str, ...]:
    """Return the notes that say something with a prefix."""
    return tuple(f"{prefix}{note}" if note else "" for note in notes)


def joined(*columns: Sequence[str]) -> tuple[str, ...]:
    """Return the notes of each row as one."""
    return tuple("; ".join(note for note in row if note) for row in zip(*columns, strict=True))
