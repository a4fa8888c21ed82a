"""A real server with the small made-up example, and a real Chromium that may talk to it alone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from .crawl import PageKind, crawl

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_SECONDS = 180


@dataclass(frozen=True)
class Site:
    """The running site: its address, its folder, and one address for every kind of page."""

    address: str
    data: Path
    kinds: tuple[PageKind, ...]

    def pages(self, language: str) -> list[str]:
        """Return one page of every kind in a language."""
        return [f"{self.address}/{language}/{kind.path}" for kind in self.kinds]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys; off CI they are skipped, loudly, where there is no Chromium."""
    missing = shutil.which("chromium") is None and os.environ.get("CI") != "true"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("journey")
            if missing:
                item.add_marker(pytest.mark.skip(reason="MISSING: Chromium (sudo apt-get install chromium)"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Load the example through the importers, serve it as `rightsplan demo` does, and look around."""
    folder = tmp_path_factory.mktemp("site")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RIGHTSPLAN_") and k != "DATABASE_URL"}
    kept |= {"RIGHTSPLAN_SITE_URL": f"http://127.0.0.1:{port}", "PYTHONUNBUFFERED": "1"}
    command = [str(Path(sys.executable).parent / "rightsplan"), "demo", "--only", "example", "--port", str(port)]
    with (folder / "server.log").open("w+") as log:
        server = subprocess.Popen(command, cwd=folder, env=kept, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout is not None
            said = []
            for line in server.stdout:
                said.append(line)
                if "The site answers" in line:
                    break
            else:
                pytest.fail(f"The site did not start:\n{''.join(said)}{(folder / 'server.log').read_text()}")
            address = f"http://127.0.0.1:{port}"
            yield Site(address, folder / ".rightsplan", crawl(address))
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=20)
            finally:
                server.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Reader:
    """Opens browser windows of every kind and notes every request that would leave the machine."""

    browser: Browser
    asked_elsewhere: list[str]
    windows: list[BrowserContext]

    def open(self, *, width: int = 1280, height: int = 900, **options: object) -> Page:
        """Return an empty page in a window of its own."""
        window = self.browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        window.set_default_timeout(15_000)
        window.route("**/*", self.guard)
        self.windows.append(window)
        return window.new_page()

    def guard(self, route: Route) -> None:
        """Let requests to this machine pass and refuse every other."""
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            self.asked_elsewhere.append(route.request.url)
            route.abort()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    """A reader whose pages may load nothing from elsewhere."""
    reader = Reader(browser, [], [])
    yield reader
    for window in reader.windows:
        window.close()
    assert reader.asked_elsewhere == []
