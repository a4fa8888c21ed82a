"""Looks around a running site: one address for every kind of page that links lead to."""

import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve

LANGUAGE = "en"
MOST_PAGES = 400
# A form leads there, no link.
SEARCH = f"/{LANGUAGE}/search/?q=a"


@dataclass(frozen=True)
class Seen:
    """What an address answered."""

    status: int
    route: str
    kind: str


@dataclass(frozen=True)
class PageKind:
    """A route of the site and one path (below the language) that shows it."""

    name: str
    path: str


class Links(HTMLParser):
    """Collects the addresses that a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


def read(address: str) -> tuple[int, str, str]:
    """Return status, content type and text of an address."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            kind = answer.headers.get_content_type()
            return answer.status, kind, answer.read().decode("utf-8") if kind == "text/html" else ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), ""


def route_of(path: str) -> str | None:
    """Return the name of the route that answers a path, or nothing where none does."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def answers_from(address: str) -> dict[str, Seen]:
    """Follow links from the first page, up to three pages of every route; return what each path answered."""
    start = f"/{LANGUAGE}/"
    waiting, known = deque([start, SEARCH]), {start, SEARCH}
    seen: dict[str, Seen] = {}
    visited: dict[str, int] = {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        route = route_of(urlsplit(path).path) or ""
        # Three pages of a route show what it links to.
        if visited.get(route, 0) >= 3:
            continue
        visited[route] = visited.get(route, 0) + 1
        status, kind, text = read(address + path)
        seen[path] = Seen(status, route, kind)
        links = Links()
        links.feed(text)
        for link in links.found:
            there = urlsplit(urldefrag(urljoin(address + path, link))[0])
            target = there.path + (f"?{there.query}" if there.query else "")
            if f"{there.scheme}://{there.netloc}" == address and there.path.startswith(start) and target not in known:
                known.add(target)
                waiting.append(target)
    return seen


def crawl(address: str) -> tuple[PageKind, ...]:
    """Return one page of every kind that answers."""
    kinds: dict[str, PageKind] = {}
    for path, answer in answers_from(address).items():
        if answer.status == 200 and answer.kind == "text/html" and answer.route not in kinds:
            kinds[answer.route] = PageKind(answer.route, path.removeprefix(f"/{LANGUAGE}/"))
    return tuple(kinds.values())
