"""Pure statistics: numbers and frozen dataclasses in, frozen dataclasses out; no input or output, no clock.

`import rightsplan.stats as stats` gives every part by its name, each loaded when it is first used:

    stats.progress.assess(...)        is a promise being kept
    stats.gaps.gaps(...)              inequality between groups
    stats.durations.kaplan_meier(...) how long people wait
    stats.catalogue.methods()         every method by name, with its columns, its example and its sources

Bad input raises `rightsplan.errors.Refused`, which names the field and the remedy; what cannot be measured is None (or
NaN in an array) with the reason beside it. Five worked examples on the bundled data: docs/statisticians/notebooks.md.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightsplan.stats import (
        areas,
        backtest,
        catalogue,
        compat,
        disclosure,
        disparity,
        durations,
        facts,
        forecast,
        frontier,
        gaps,
        index,
        latent,
        panel,
        points,
        progress,
        quality,
        standards,
        survey,
        trend,
    )

__all__ = [
    "areas",
    "backtest",
    "catalogue",
    "compat",
    "disclosure",
    "disparity",
    "durations",
    "facts",
    "forecast",
    "frontier",
    "gaps",
    "index",
    "latent",
    "panel",
    "points",
    "progress",
    "quality",
    "standards",
    "survey",
    "trend",
]


def __getattr__(name: str) -> ModuleType:
    """Load a part when it is first named."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """List the parts, loaded or not."""
    return sorted({*globals(), *__all__})
