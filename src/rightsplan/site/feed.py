"""The Atom feed of changes: publications, plan revisions, batches and withdrawals, as the log has them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from rightsplan.ledger.models import LogEntry
from rightsplan.site.audience import audience

if TYPE_CHECKING:
    LogFeed = Feed[LogEntry, Any]
else:
    LogFeed = Feed  # Django's class takes no parameters when the program runs

LATEST = 50


class Changes(LogFeed):
    """The latest log entries."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("%(site)s: what changed") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        return reverse("log")

    def subtitle(self) -> str:
        return _("Publications, plan revisions and data, as the public log records them.")

    def items(self) -> Iterable[LogEntry]:
        return LogEntry.objects.order_by("-index")[:LATEST]

    def item_title(self, item: Any) -> str:
        say = SENTENCES.get(item.kind)
        return say(item.subject) if say else str(item.subject)

    def item_description(self, item: Any) -> str:
        return _("Log entry %(index)s, leaf hash %(hash)s.") % {"index": item.index, "hash": item.leaf_hash}

    def item_link(self, item: LogEntry) -> str:
        return reverse("log_entry", args=[item.index])

    def item_guid(self, item: LogEntry) -> str:
        return f"urn:sha256:{item.leaf_hash}"

    def item_updateddate(self, item: LogEntry) -> datetime:
        return item.at

    def item_pubdate(self, item: LogEntry) -> datetime:
        return item.at


SENTENCES: dict[str, Callable[[str], str]] = {
    "publication": lambda subject: _("Publication %(number)s appeared.") % {"number": subject},
    "plan": lambda subject: _("Plan %(code)s was entered or revised.") % {"code": subject},
    "batch": lambda subject: _("New data: batch %(hash)s.") % {"hash": subject[:12]},
    "withdrawal": lambda subject: _("Target %(code)s was withdrawn from its plan.") % {"code": subject},
}


@audience("public")
def changes(request: HttpRequest) -> HttpResponse:
    """Serve the feed in the language of the address."""
    return Changes()(request)
