"""Public pages under 50 concurrent readers, beside an empty Django view under the same load."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READERS = 50
SECONDS = 8.0
PAGES = [
    "/en/",
    "/zh-hans/",
    "/ar/plans/",
    "/en/plans/{plan}/",
    "/en/targets/{target}/",
    "/fr/rights/",
    "/ru/places/",
    "/es/log/",
]


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(application: str, environment: dict[str, str]) -> Iterator[int]:
    """Run gunicorn with two workers and yield its port."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


async def reader(port: int, paths: list[str], until: float, times: list[float]) -> None:
    """Ask for one page after the other on kept connections."""
    number = 0
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.perf_counter() < until:
        path = paths[number % len(paths)]
        number += 1
        start = time.perf_counter()
        if streams is None:
            streams = await asyncio.open_connection("127.0.0.1", port)
        incoming, outgoing = streams
        outgoing.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        await outgoing.drain()
        head = await incoming.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        await incoming.readexactly(int(fields[b"content-length"]))
        times.append(time.perf_counter() - start)
        if fields.get(b"connection") == b"close":
            outgoing.close()
            streams = None


async def load(port: int, paths: list[str]) -> list[float]:
    """Return the times of all pages that 50 readers got."""
    times: list[float] = []
    for path in paths:  # the first reader of each page fills the cache, in both workers
        for _ in range(8):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60).read()
    until = time.perf_counter() + SECONDS
    await asyncio.gather(
        *(reader(port, paths[i % len(paths) :] + paths[: i % len(paths)], until, times) for i in range(READERS))
    )
    return times


def run(folder: Path) -> list[str]:
    """Return the lines of the report."""
    environment = {**os.environ, "RIGHTSPLAN_DATA": str(folder / "data")}
    subprocess.run(
        [sys.executable, "-m", "rightsplan", "demo", "--only", "example", "--no-serve"],
        env=environment,
        check=True,
        capture_output=True,
    )
    names = {"plan": "XA-LINDHOLM", "target": first_target(environment)}
    paths = [page.format(**names) for page in PAGES]
    with server("benchmarks.empty:application", environment) as port:
        empty = asyncio.run(load(port, ["/"]))
    with server("rightsplan.wsgi:application", environment) as port:
        ours = asyncio.run(load(port, paths))
    a, b = statistics.median(ours), statistics.median(empty)
    return [
        f"pages: {READERS} readers for {SECONDS:.0f} s over {len(paths)} kinds of page ({len(ours):,} answers)",
        f"  median {a * 1e3:.1f} ms, empty view {b * 1e3:.1f} ms: ratio {a / b:.2f} (promise: at most 3)",
    ]


def first_target(environment: dict[str, str]) -> str:
    """Return the code of a target of the example."""
    code = (
        "import django; django.setup(); from rightsplan.plans.models import Target;"
        "print(Target.objects.exclude(indicator='').first().code)"
    )
    given = {**environment, "DJANGO_SETTINGS_MODULE": "rightsplan.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], env=given, check=True, capture_output=True, text=True
    ).stdout.strip()
