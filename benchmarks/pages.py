"""Public pages under 50 concurrent readers, beside an empty Django view under the same load."""

import asyncio
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.children import ROOT, answer_of, environment_of
from benchmarks.measure import Ratio

READERS = 50
SECONDS = 6.0
ROUNDS = 3
WORKERS, THREADS = 2, 4
DEMO = ("demo", "--no-serve")
START_SECONDS = 30.0


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(application: str, environment: dict[str, str], first: str) -> Iterator[int]:
    """Run gunicorn as `rightsplan serve` does and yield its port when the first page answers."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}{first}")
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str) -> None:
    """Wait until a page answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=START_SECONDS).read()
            return
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


async def reader(port: int, paths: list[str], until: float, times: list[float]) -> None:
    """Ask for one page after the other on a connection that is kept as long as the server keeps it."""
    number = 0
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.perf_counter() < until:
        path = paths[number % len(paths)]
        number += 1
        start = time.perf_counter()
        incoming, outgoing = streams = streams or await asyncio.open_connection("127.0.0.1", port)
        is_kept = await ask(incoming, outgoing, path)
        times.append(time.perf_counter() - start)
        if not is_kept:
            outgoing.close()
            streams = None


async def ask(incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter, path: str) -> bool:
    """Read one page; say whether the connection stays open."""
    outgoing.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    await outgoing.drain()
    head = await incoming.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if status != 200:
        raise SystemExit(f"{path} answered {status}")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    await incoming.readexactly(int(fields[b"content-length"]))
    return fields.get(b"connection") != b"close"


async def load(port: int, paths: list[str], readers: int, seconds: float) -> list[float]:
    """Return the times of all pages that the readers got; the pages have been read before by every worker."""
    warm: list[float] = []
    before = time.perf_counter() + min(2.0, seconds)
    await asyncio.gather(*(reader(port, paths, before, warm) for _ in range(4 * WORKERS)))
    times: list[float] = []
    until = time.perf_counter() + seconds
    turned = [paths[i % len(paths) :] + paths[: i % len(paths)] for i in range(readers)]
    await asyncio.gather(*(reader(port, own, until, times) for own in turned))
    return times


def run(
    folder: Path,
    *,
    demo: tuple[str, ...] = DEMO,
    readers: int = READERS,
    seconds: float = SECONDS,
    rounds: int = ROUNDS,
) -> list[str]:
    """Return the lines of the report: the median of several rounds, both servers in turn."""
    environment = environment_of(folder / "data")
    subprocess.run([sys.executable, "-m", "rightsplan", *demo], env=environment, check=True, capture_output=True)
    paths = answer_of(environment, "pages_prepare")["pages"]
    ours: list[float] = []
    empty: list[float] = []
    ratios = []
    for _ in range(rounds):
        with server("benchmarks.empty:application", environment, "/") as port:
            bare = asyncio.run(load(port, ["/"], readers, seconds))
        with server("rightsplan.wsgi:application", environment, paths[0]) as port:
            full = asyncio.run(load(port, paths, readers, seconds))
        ratios.append(statistics.median(full) / statistics.median(bare))
        ours, empty = ours + full, empty + bare
    return [
        f"pages: {readers} readers, {rounds} x {seconds:g} s, {len(paths)} kinds of page, page cache on,"
        f" {len(ours):,} answers",
        f"  median page {statistics.median(ours) * 1e3:.1f} ms, empty view {statistics.median(empty) * 1e3:.1f} ms",
        Ratio("median page / empty Django view", statistics.median(ratios), 3).line(),
    ]
