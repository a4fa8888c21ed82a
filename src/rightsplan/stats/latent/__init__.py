"""One scale behind many ratings: the dynamic ordinal item-response model. `latent.fit` needs the extra `bayes`."""

from rightsplan.stats.latent.priors import DOIRT_2014, LHRS_2020, Priors
from rightsplan.stats.latent.ratings import Gaps, Ratings, arrange
from rightsplan.stats.latent.result import Diagnostics, Posterior

__all__ = ["DOIRT_2014", "LHRS_2020", "Diagnostics", "Gaps", "Posterior", "Priors", "Ratings", "arrange"]
