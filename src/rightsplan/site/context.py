"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from rightsplan.site.reads_lines import current
from rightsplan.site.texts import tag

NAMES = {
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "zh-hans": "中文",
}


def common(request: HttpRequest) -> dict[str, object]:
    """Return the variables that the page frame needs; the publication is read only where it is shown."""
    language = get_language() or "en"
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "language": language,
        "language_tag": tag(language),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": [(code, NAMES[code], tag(code)) for code, _name in settings.LANGUAGES],
        "published": SimpleLazyObject(current),
    }
