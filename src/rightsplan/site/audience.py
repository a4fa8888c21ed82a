"""Every route says for whom it is; a test refuses one that does not."""

from collections.abc import Callable
from typing import Literal, TypeVar

Audience = Literal["public", "staff"]
View = TypeVar("View", bound=Callable[..., object])


def audience(who: Audience) -> Callable[[View], View]:
    """Mark a view with the people it is for."""

    def mark(view: View) -> View:
        view.audience = who  # type: ignore[attr-defined]
        return view

    return mark
