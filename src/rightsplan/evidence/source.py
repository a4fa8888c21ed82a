"""Reads published files by their relative path, from a folder or over HTTP."""

import http.client
import unicodedata
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rightsplan.errors import Damaged, NotFound, Refused

LARGEST_FILE = 2_000_000_000
TIMEOUT_SECONDS = 60


class Source(Protocol):
    """Where published files come from."""

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises Damaged when it is missing or cannot be read."""
        ...


def checked(path: str) -> str:
    """Return the path. Raises Damaged for one that leaves the published folder or that no file can have."""
    parts = path.split("/")
    if "\\" in path or any(part in {"", ".", ".."} for part in parts):
        raise Damaged("the path leaves the published folder", path)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in path):
        raise Damaged("no file can have this path", repr(path))
    return path


@dataclass(frozen=True, slots=True)
class Folder:
    """A published folder on this machine."""

    root: Path

    def read(self, path: str) -> bytes:
        try:
            return (self.root / checked(path)).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise Damaged("the file is missing", path) from error
        except OSError as error:
            raise Damaged(f"the file cannot be read ({error.strerror})", path) from error


class SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects within the site only."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # noqa: PLR0917  the library's signature
        if urllib.parse.urlsplit(newurl).netloc != urllib.parse.urlsplit(req.full_url).netloc:
            raise urllib.error.HTTPError(newurl, code, "redirect to another host", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(frozen=True, slots=True)
class Address:
    """A published folder behind a web address."""

    base: str

    def read(self, path: str) -> bytes:
        address = f"{self.base}/{urllib.parse.quote(checked(path))}"
        opener = urllib.request.build_opener(SameHost)
        try:
            with opener.open(address, timeout=TIMEOUT_SECONDS) as answer:
                content: bytes = answer.read(LARGEST_FILE + 1)
        except urllib.error.HTTPError as error:
            sentence = "the file is missing" if error.code in {404, 410} else f"HTTP {error.code} {error.reason}"
            raise Damaged(sentence, path) from error
        except (OSError, http.client.HTTPException) as error:
            raise Damaged(f"the file cannot be fetched ({str(error) or type(error).__name__})", path) from error
        if len(content) > LARGEST_FILE:
            raise Damaged("the file is larger than this program reads", path)
        return content

    def reach(self) -> None:
        """Raise Refused where no site answers at the address; what a site answers is looked at by `read`."""
        asked = f"{self.base}/catalogue.json"
        try:
            request = urllib.request.Request(asked, method="HEAD")  # noqa: S310  `open_source` lets http(s) alone through
            urllib.request.build_opener(SameHost).open(request, timeout=TIMEOUT_SECONDS).close()
        except urllib.error.HTTPError as answered:
            answered.close()
        except (urllib.error.URLError, TimeoutError, ValueError, OverflowError, http.client.InvalidURL) as error:
            why = str(getattr(error, "reason", error))
            raise Refused(
                f"{self.base} cannot be reached ({why}).",
                "Check the address, whether the site is up, and your connection; then run the command again.",
            ) from error
        except (OSError, http.client.HTTPException):
            return  # somebody answers, if badly: `read` names the file that does not come


def open_source(where: str) -> Source:
    """Return the source of published data at a folder or an http(s) address (the site's own address will do).

    Raises NotFound where there is no such folder, Refused where no site answers at the address.
    """
    if where.startswith(("http://", "https://")):
        base = where.rstrip("/")
        address = Address(base if base.endswith("/published") else f"{base}/published")
        address.reach()
        return address
    root = Path(where)
    if not root.is_dir():
        raise NotFound(f"There is no folder {where!r}.", "Name a published folder, or the http(s) address of a site.")
    return Folder(root)
