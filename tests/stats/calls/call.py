"""One valid small call of a public function, and what of it is to be broken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Call:
    """A valid call. `broken` are the arguments that the test breaks, `kept` those that stay as they are.

    `says` names for an argument the other words by which messages call it (a column, the thing in the singular).
    """

    name: str
    function: Callable[..., Any]
    broken: Mapping[str, Any]
    kept: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __call__(self, **changed: Any) -> Any:
        """Make the call, with some arguments changed; a random generator is begun anew."""
        kept = {name: np.random.default_rng(1) if name == "rng" else value for name, value in self.kept.items()}
        return self.function(**{**kept, **self.broken, **changed})

    def words(self, name: str) -> set[str]:
        """Return the words by which a message may name an argument."""
        return {name, name.removesuffix("s"), *self.says.get(name, ())}

    @property
    def all_words(self) -> set[str]:
        """Return the words for any argument."""
        return {word for name in (*self.broken, *self.kept) for word in self.words(name)}


def call(function: Callable[..., Any], **broken: Any) -> Call:
    """Return a call all of whose arguments are broken, named by the package and the function."""
    name = f"{package_of(function)}.{function.__name__}"
    return Call(name=name, function=function, broken=broken)


def package_of(function: Callable[..., Any]) -> str:
    """Return the package of the statistics that a function belongs to."""
    return function.__module__.removeprefix("rightsplan.stats.").split(".")[0]
