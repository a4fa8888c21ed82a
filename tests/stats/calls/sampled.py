"""Calls of the functions that draw at random and take long; the test gives them only what must be refused before.

Needs the extras `bayes` and `privacy`.
"""

from rightsplan.stats import latent
from rightsplan.stats.areas.bayes import smooth_counts, smooth_survey
from rightsplan.stats.disclosure.privacy import Budget, noisy_counts
from rightsplan.stats.frontier.bayes import fit_frontier
from rightsplan.stats.latent.sampling import fit
from rightsplan.stats.standards.bayes import double_standards

from .call import Call

RATINGS = latent.arrange(
    unit=["A", "A", "B", "B", "C", "C"],
    source=["x", "y"] * 3,
    rating=[1, 2, 2, 3, 3, 1],
    group=["g", "g", "h", "h", "g", "g"],
)
RUNS = {"chains": 1, "warmup": 10, "draws": 10, "seed": 1}
CHAIN = [(0, 1), (1, 2), (2, 3)]

SAMPLED = (
    Call(
        name="areas.smooth_counts",
        function=smooth_counts,
        broken={
            "events": [3, 5, 2, 8],
            "exposure": [100.0, 200.0, 150.0, 300.0],
            "covariates": [1.0, 2.0, 3.0, 5.0],
            "confidence": 0.9,
            "samples": 100,
            "seed": 1,
        },
        kept={"neighbours": CHAIN},
    ),
    Call(
        name="areas.smooth_survey",
        function=smooth_survey,
        broken={
            "direct": [3.0, 5.0, 2.0, 8.0],
            "errors": [1.0, 1.0, 2.0, 1.0],
            "covariates": [1.0, 2.0, 3.0, 5.0],
            "confidence": 0.9,
            "samples": 100,
            "seed": 1,
        },
        kept={"neighbours": CHAIN},
    ),
    Call(
        name="frontier.fit_frontier",
        function=fit_frontier,
        broken={
            "resources": [1000.0 * (i + 1) for i in range(12)],
            "values": [40.0 + 3 * i + i % 3 for i in range(12)],
            "tau": 0.9,
            "seed": 1,
            "top": 100.0,
            "draws": 100,
        },
        kept={"countries": [f"country {i}" for i in range(12)]},
    ),
    Call(name="latent.fit", function=fit, broken=RUNS, kept={"ratings": RATINGS}),
    Call(
        name="standards.double_standards",
        function=double_standards,
        broken={"rope": 0.4, **RUNS},
        kept={"ratings": RATINGS, "anchors": ["x"], "reference": "g"},
    ),
    Call(
        name="disclosure.noisy_counts",
        function=noisy_counts,
        broken={"counts": [3, 12, 40], "epsilon": 0.5, "contributes": 1, "level": 95.0},
        kept={"budget": Budget(year=2025, limit=1.0), "what": "test"},
    ),
)
