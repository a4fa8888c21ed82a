"""Headers and the page cache of the public site."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response
from django.utils.http import urlencode
from django.utils.translation import get_language_from_path

from rightsplan.indicators.models import Publication
from rightsplan.ledger.models import LogEntry

type_of_next = Callable[[HttpRequest], HttpResponse]
Key = tuple[object, ...]
MOST_BYTES = 64_000_000
MOST_SECONDS = 600  # definitions and names change without a publication
STATE_SECONDS = 1.0


# Everything that any page asks for; whatever else stands after the question mark is no part of a page.
PARAMETERS = (
    "body", "group", "indicator", "kind", "level", "order", "page", "place", "q", "right", "role", "verdict",
)  # fmt: skip


def known_query(request: HttpRequest) -> str:
    """Return the query of a page with what pages know, in one order; the last of several values counts."""
    asked = QueryDict(request.META.get("QUERY_STRING", ""))
    return urlencode([(name, asked[name]) for name in PARAMETERS if asked.get(name)])


class ContentSecurityPolicy:
    """Allows nothing but our own files, without inline styles or scripts."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        return response


class NoNulBytes:
    """Puts the sign for unreadable text in the place of NUL, which no name holds and PostgreSQL refuses to look up."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path, request.path_info = (p.replace("\0", "\ufffd") for p in (request.path, request.path_info))
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "%EF%BF%BD")
        return self.get_response(request)


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was sent, and when it was made."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    made: float

    def response(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or "not modified" where the reader has it."""
        response = HttpResponse(self.content, headers=dict(self.headers))
        return get_conditional_response(request, etag=response.get("ETag"), response=response) or response


class PageCache:
    """Keeps whole pages by publication, host, address and encoding; the oldest unread go first.

    Parameters that no page knows are dropped, so that they neither make a new page nor show up in its links.
    The language is part of the address; a page whose language is not that of its address is not kept. Only pages for
    the public that were found are kept, and each process keeps its own.
    """

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response
        self.pages: OrderedDict[Key, Kept] = OrderedDict()
        self.bytes = 0
        self.lock = threading.Lock()
        self.state: tuple[float, Key] = (float("-inf"), ())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = get_language_from_path(request.path_info)
        if language is not None:  # before anything reads it: links on a kept page repeat its query
            request.META["QUERY_STRING"] = known_query(request)
        if not settings.PAGE_CACHE or request.method != "GET" or language is None:
            return self.get_response(request)
        key = self.key_of(request)
        kept = self.read(key)
        if kept is not None:
            return kept.response(request)
        response = self.get_response(request)
        if self.may_keep(request, response, language):
            self.keep(key, response)
        return response

    def key_of(self, request: HttpRequest) -> Key:
        """Return what makes a page the same page."""
        takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        where = (request.scheme, request.get_host(), request.path_info, request.META.get("QUERY_STRING", ""))
        return (*self.published(), *where, takes_gzip)

    def published(self) -> Key:
        """Return the current publication and log entry, asked at most once a second."""
        now = time.monotonic()
        asked, state = self.state
        if now - asked > STATE_SECONDS:
            newest = Publication.objects.filter(published_at__isnull=False).order_by("-number")
            entries = LogEntry.objects.order_by("-index")
            state = (
                newest.values_list("number", flat=True).first(),
                entries.values_list("index", flat=True).first(),
            )
            self.state = (now, state)
        return state

    def read(self, key: Key) -> Kept | None:
        """Return a kept page that is not too old."""
        with self.lock:
            kept = self.pages.get(key)
            if kept is None or time.monotonic() - kept.made > MOST_SECONDS:
                return None
            self.pages.move_to_end(key)
            return kept

    def may_keep(self, request: HttpRequest, response: HttpResponse, language: str) -> bool:
        """Say whether a response is a page for everyone in the language of its address."""
        match = request.resolver_match
        is_public = match is not None and getattr(match.func, "audience", None) == "public"
        is_whole = response.status_code == 200 and not response.streaming and not response.cookies
        return is_public and is_whole and response.headers.get("Content-Language") == language

    def keep(self, key: Key, response: HttpResponse) -> None:
        """Keep a page and let go of the oldest beyond the limit."""
        page = Kept(response.content, tuple(response.headers.items()), time.monotonic())
        with self.lock:
            old = self.pages.pop(key, None)
            self.pages[key] = page
            self.bytes += len(page.content) - (len(old.content) if old else 0)
            while self.bytes > MOST_BYTES:
                _key, oldest = self.pages.popitem(last=False)
                self.bytes -= len(oldest.content)
