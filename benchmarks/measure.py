"""Times side by side, and the one form in which a ratio is reported."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measured number beside the promise about it; `is_floor` says that more is better."""

    name: str
    value: float
    promise: float
    unit: str = ""
    is_floor: bool = False

    @property
    def is_kept(self) -> bool:
        """Say whether the promise holds."""
        return self.value >= self.promise if self.is_floor else self.value <= self.promise

    def line(self) -> str:
        """Return the line of the report."""
        bound = "at least" if self.is_floor else "at most"
        unit = f" {self.unit}" if self.unit else ""
        verdict = "PASS" if self.is_kept else "FAIL"
        return f"  {self.name}: {self.value:,.2f}{unit} (promise: {bound} {self.promise:,g}{unit}) {verdict}"


def medians(*works: Work, repeats: int) -> list[float]:
    """Return the median seconds of several works, run in turn so that a busy moment hits all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for work, own in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in times]
