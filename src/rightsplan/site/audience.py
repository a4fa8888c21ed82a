"""Every route says for whom it is; a test refuses one that does not. What is for the public can only be read."""

from collections.abc import Callable
from typing import Literal, TypeVar

from django.views.decorators.http import require_safe

Audience = Literal["public", "staff"]
View = TypeVar("View", bound=Callable[..., object])


def audience(who: Audience) -> Callable[[View], View]:
    """Mark a view with the people it is for; one for the public answers GET and HEAD alone (405 otherwise)."""

    def mark(view: View) -> View:
        marked: View = require_safe(view) if who == "public" else view
        marked.audience = who  # type: ignore[attr-defined]
        return marked

    return mark
