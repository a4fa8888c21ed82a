"""Serves the published folder as plain files: immutable where the name or place says what is inside."""

import mimetypes
import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from rightsplan.site.audience import audience

# Named by content, written once, or a full tile of an append-only log.
IMMUTABLE = re.compile(r"batches/[0-9a-f]{64}\.|plans/.+\.[0-9a-f]{12}\.json$|publications/\d+\.jsonl$|log/tile/")
TYPES = {".parquet": "application/vnd.apache.parquet", ".jsonl": "application/jsonl", "": "application/octet-stream"}
YEAR = 31_536_000


@audience("public")
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send one file of the published folder."""
    path = located(settings.PUBLISHED_DIR, name)
    facts = path.stat()
    etag = f'"{facts.st_size:x}-{facts.st_mtime_ns:x}"'
    known = get_conditional_response(request, etag=etag, last_modified=int(facts.st_mtime))
    response: HttpResponseBase = known or FileResponse(path.open("rb"), content_type=type_of(path))
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(facts.st_mtime)
    response.headers["Access-Control-Allow-Origin"] = "*"
    rule = {"max_age": YEAR, "immutable": True} if IMMUTABLE.match(name) else {"no_cache": True}
    patch_cache_control(response, public=True, **rule)
    return response


serve.kind = "file"  # type: ignore[attr-defined]


def located(folder: Path, name: str) -> Path:
    """Return the file of that name inside the folder; everything else is not found, links that lead out included."""
    root = folder.resolve()
    if "\0" in name or "\\" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise Http404(name)
    try:
        path = (root / name).resolve()
    except OSError as error:  # a name that is too long for the disk
        raise Http404(name) from error
    if not path.is_relative_to(root) or path.name.startswith(".writing-") or not path.is_file():
        raise Http404(name)
    return path


def type_of(path: Path) -> str:
    """Return the media type."""
    if path.name == "checkpoint":
        return "text/plain; charset=utf-8"
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
