"""The names of the methods and what each is for, in the reader's language; a test compares them with the catalogue."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

TITLES: dict[str, str | Promise] = {
    "progress": gettext_lazy("Is a promise being kept?"),
    "published-rules": gettext_lazy("What other rules would say"),
}
SAYS: dict[str, str | Promise] = {
    "progress": gettext_lazy(
        "For each series: how far the target is, whether the pace is enough, how likely it will be met in time."
    ),
    "published-rules": gettext_lazy(
        "The progress rules of Eurostat, the UN, ESCAP and the SDG Index on the same figures, for comparison."
    ),
}
