"""Every route says for whom it is."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, include, path

from rightsplan.site.audience import audience


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, here)
        else:
            yield here, pattern


def unmarked(resolver: URLResolver) -> list[str]:
    return [
        where
        for where, route in routes(resolver)
        if getattr(route.callback, "audience", None) not in {"public", "staff"}
    ]


def test_every_route_is_marked() -> None:
    assert unmarked(get_resolver()) == []


def test_the_map_has_site_and_api() -> None:
    known = [where for where, _route in routes(get_resolver())]
    assert any(where.startswith("api/") for where in known)
    assert len(known) > 20


def test_the_public_face_serves_the_public_alone() -> None:
    assert {route.callback.audience for _where, route in routes(get_resolver())} == {"public"}  # type: ignore[attr-defined]


def test_an_unmarked_route_would_be_found_at_any_depth() -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    @audience("public")
    def marked(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    inner = ([path("a/", marked), path("b/", bare)], "inner")
    resolver = path("outer/", include(inner))
    assert isinstance(resolver, URLResolver)
    assert unmarked(resolver) == ["b/"]
