"""What the latent model believes before it sees a rating; every published choice can be asked for by name."""

from dataclasses import dataclass
from typing import Literal

from rightsplan.errors import Refused
from rightsplan.stats import checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """The priors of the latent model, on the logit scale (Schnakenberg & Fariss 2014, Fariss 2014, their JAGS files).

    A unit begins at theta ~ N(0, 1) and walks by steps of variance v per period. `walk` "variance": v ~ U(0, 1), as in
    the files of 2014, where sigma is a variance; "sd": the standard deviation ~ U(0, 1), as from version 3 on.
    `freedom` are the degrees of freedom of Student's t for the steps (4 from version 3 on), None for normal steps.
    `discrimination` are shape and rate of beta ~ Gamma(4, 3). Cutpoints ~ N(0, `cut_sd`), sorted; those of a source
    with a moving standard walk by N(0, `standard_step`) per period and are sorted again in every period.
    Raises Refused for a standard deviation, shape, rate or freedom that is not above zero.
    """

    walk: Literal["variance", "sd"] = "variance"
    cut_sd: float = 2.0
    standard_step: float = 2.0
    freedom: float | None = None
    discrimination: tuple[float, float] = (4.0, 3.0)

    def __post_init__(self) -> None:
        checks.one_of("walk", self.walk, ("variance", "sd"))
        if not isinstance(self.discrimination, tuple | list) or len(self.discrimination) != 2:
            raise Refused("discrimination is no pair.", "Give the shape and the rate of its gamma distribution.")
        named = {"cut_sd": self.cut_sd, "standard_step": self.standard_step, "freedom": self.freedom}
        named |= dict(zip(("the shape", "the rate"), self.discrimination, strict=True))
        for name, value in named.items():
            if value is not None:
                checks.number(name, value, above=0)


DOIRT_2014 = Priors()
"""Physical integrity 1981-2010, Schnakenberg & Fariss, PSRM 2014; with `gaps="adjacent"` to the letter."""

LHRS_2020 = Priors(walk="sd", cut_sd=4.0, freedom=4.0)
"""Version 3 of the scores; with `gaps="restart"`. Its counts of deaths are not part of our model."""
