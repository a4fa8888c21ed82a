"""What the latent model found: scores with intervals, the standards of the sources, and whether to believe them."""

from dataclasses import dataclass

import polars as pl

RHAT = 1.05
DIVERGENT_SHARE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """Whether the chains agree: the worst split R-hat and effective sample size of all parameters, and divergences.

    `worst` names the parameter with the largest R-hat; `draws` are all kept draws of all chains together.
    """

    rhat: float
    ess: float
    worst: str
    divergences: int
    draws: int

    @property
    def converged(self) -> bool:
        """Say whether R-hat is at most 1.05 everywhere and fewer than one draw in a hundred diverged."""
        return self.rhat <= RHAT and self.divergences < max(1.0, DIVERGENT_SHARE * self.draws)

    @property
    def note(self) -> str:
        """Return why the results must not be used, or nothing."""
        if self.converged:
            return ""
        return f"not converged: R-hat {self.rhat:.3f} at {self.worst}, {self.divergences} of {self.draws} diverged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """The posterior as frames, all on the latent (logit) scale where 0 is the middle of the first year's units.

    `units`: unit, period, mean, sd, low, high (95 % interval), ratings, note. Where all ratings of a unit are the best
    (or worst) there are, the scale has no end above (below): `high` (`low`) is null, the other bound is the one-sided
    95 % bound, and `note` says so; mean and sd then rest on the prior. `sources`: source, discrimination (mean, sd,
    low, high). `standards`: source, period (null where the standard stands still), cut (1 between the worst two
    categories), mean, sd, low, high. `walk`: the mean, sd, low, high of the variance of one step, empty without steps.
    """

    units: pl.DataFrame
    sources: pl.DataFrame
    standards: pl.DataFrame
    walk: pl.DataFrame
    diagnostics: Diagnostics
