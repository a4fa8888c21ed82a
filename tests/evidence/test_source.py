"""Published files come from a folder or from an address; what goes wrong on the way is named."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rightsplan.errors import Damaged, NotFound, Refused
from rightsplan.evidence import source
from rightsplan.evidence.source import Address, Folder, checked, open_source
from rightsplan.evidence.verify import verify

from .conftest import Published, problems


@dataclass
class Site:
    """A web server over a folder; `answers` says for a path what is sent instead of the file."""

    address: str = ""
    answers: dict[str, Callable[[SimpleHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site(published: Published) -> Iterator[Site]:
    """Serve the published folder under /published/."""
    made = Site()

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            made.answers.get(self.path.removeprefix("/published/"), lambda _: super(Handler, self).do_GET())(self)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    handler = partial(Handler, directory=str(published.folder.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        made.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def status(code: int) -> Callable[[SimpleHTTPRequestHandler], None]:
    return lambda handler: handler.send_error(code)


def redirect(where: str) -> Callable[[SimpleHTTPRequestHandler], None]:
    def send(handler: SimpleHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", where)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send


def raw(content: bytes) -> Callable[[SimpleHTTPRequestHandler], None]:
    """Send bytes as they are and hang up."""

    def send(handler: SimpleHTTPRequestHandler) -> None:
        handler.wfile.write(content)
        handler.close_connection = True

    return send


@pytest.mark.parametrize("suffix", ["", "/", "/published", "/published/"])
def test_a_site_verifies_by_any_form_of_its_address(site: Site, suffix: str) -> None:
    report = verify(site.address + suffix)
    assert problems(report) == []
    assert report.counts["figures recomputed"] == 3
    assert all(path.startswith("/published/") for path in site.asked)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (status(404), "the file is missing"),
        (status(410), "the file is missing"),
        (status(500), "HTTP 500"),
        (status(503), "HTTP 503"),
        (status(403), "HTTP 403"),
        (redirect("http://localhost:1/elsewhere"), "redirect to another host"),
        (raw(b""), "cannot be fetched"),
        (raw(b"nonsense\r\n\r\n"), "cannot be fetched"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), "cannot be fetched"),
    ],
)
@pytest.mark.parametrize("path", ["catalogue.json", "log/checkpoint", "log/tile/0/000.p/4", "publications/1.jsonl"])
def test_an_error_of_the_site_is_named_with_the_file(
    site: Site, path: str, answer: Callable[[SimpleHTTPRequestHandler], None], sentence: str
) -> None:
    site.answers[path] = answer
    found = problems(verify(site.address))
    assert any(place == path and sentence in said for place, said in found), found


def test_a_batch_that_the_site_does_not_send_is_named(site: Site, published: Published) -> None:
    path = f"batches/{published.contents['batches'][0]['batch']}.parquet"
    site.answers[path] = status(500)
    assert (path, "HTTP 500 Internal Server Error") in problems(verify(site.address))


def test_a_file_that_breaks_off_is_named(site: Site, published: Published) -> None:
    content = (published.folder / "publications/1.jsonl").read_bytes()
    head = f"HTTP/1.0 200 OK\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    site.answers["publications/1.jsonl"] = raw(head + content[:100])
    assert ("publications/1.jsonl", "its hash is not the one in the log") in problems(verify(site.address))


def test_a_redirect_within_the_site_is_followed(site: Site) -> None:
    site.answers["log/checkpoint"] = redirect("/published/log/../log/checkpoint?again")
    site.answers["log/../log/checkpoint?again"] = redirect("/published//log/checkpoint")
    assert verify(site.address).ok


def test_a_site_that_never_answers_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "TIMEOUT_SECONDS", 0.2)
    silence = threading.Event()
    site.answers["publications/1.jsonl"] = lambda handler: silence.wait(5) and None
    found = problems(verify(site.address))
    silence.set()
    assert any(place == "publications/1.jsonl" and "timed out" in said for place, said in found), found


def test_a_site_that_is_not_there_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Refused, match=r"cannot be reached .*refused") as refusal:
        verify(f"http://127.0.0.1:{port}")
    assert "Check the address" in refusal.value.remedy


def test_a_host_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Refused, match="Name or service not known"):
        open_source("http://plans.invalid")


def test_a_site_that_is_silent_from_the_beginning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "TIMEOUT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(Refused, match=r"cannot be reached .*timed out"):
            verify(f"http://127.0.0.1:{silent.getsockname()[1]}")


@pytest.mark.parametrize("address", ["http://", "http://[::1", "http://127.0.0.1:99999", "http://127.0.0.1:x"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="cannot be reached"):
        verify(address)


def test_a_site_that_answers_without_a_catalogue_is_damaged(site: Site, published: Published) -> None:
    (published.folder / "catalogue.json").unlink()
    assert problems(verify(site.address)) == [("catalogue.json", "the file is missing")]


def test_a_file_that_is_too_large_is_not_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 100)
    with pytest.raises(Damaged, match="larger than this program reads"):
        open_source(site.address).read("catalogue.json")


def test_characters_of_a_path_are_quoted(site: Site, published: Published) -> None:
    (published.folder / "a b?c#d%é").write_bytes(b"x")
    assert Address(f"{site.address}/published").read("a b?c#d%é") == b"x"


@pytest.mark.parametrize("path", ["a", "log/tile/0/x001/067.p/4", "plans/CN-2021.abc.json", "北京", "..a", "a..b"])
def test_an_ordinary_path_is_left_alone(path: str) -> None:
    assert checked(path) == path


@pytest.mark.parametrize("path", ["", "/", "/a", "a/", "a//b", "..", "a/..", "../a", "a/../b", ".", "./a", "a\\b"])
def test_a_path_that_leaves_the_folder_is_damage(path: str) -> None:
    with pytest.raises(Damaged, match="leaves the published folder"):
        checked(path)


@pytest.mark.parametrize("path", ["a\x00", "a\nb", "\x7f", "\ud800"])
def test_a_path_that_no_file_can_have_is_damage(path: str) -> None:
    with pytest.raises(Damaged, match="no file can have this path") as damage:
        checked(path)
    assert damage.value.where.isprintable()


def test_a_folder_names_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    folder = Folder(tmp_path)
    assert folder.read("a") == b"x"
    for path, sentence in [("b", "missing"), ("a/b", "missing"), ("x" * 300, "cannot be read")]:
        with pytest.raises(Damaged, match=sentence) as damage:
            folder.read(path)
        assert damage.value.where == path


@pytest.mark.parametrize("where", ["nowhere", "ftp://127.0.0.1/x", "file:///etc"])
def test_a_folder_that_is_not_there_is_not_found(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match="There is no folder"):
        open_source(where)
    assert open_source(".") == Folder(Path())
