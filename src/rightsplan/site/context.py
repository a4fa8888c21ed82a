"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def common(request: HttpRequest) -> dict[str, object]:
    """Return the variables that the page frame needs."""
    return {"site_name": settings.SITE_NAME}
