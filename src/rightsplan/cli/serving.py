"""`rightsplan serve`, `demo` and `migrate`."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import click

from rightsplan.cli.output import Console
from rightsplan.cli.prepare import django_ready
from rightsplan.errors import Refused

PORT = click.option("--port", envvar="PORT", default=8000, show_default=True, help="Port of the public site.")
HOST = click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
WORKERS = click.option("--workers", default=2, show_default=True, help="Processes that answer.")


@click.command()
@click.pass_obj
def migrate(console: Console) -> None:
    """Bring the database to the version of the program, and remove what killed imports left.

    Nobody may be importing meanwhile.

    \b
    Example: rightsplan migrate
    """
    try:
        django_ready()
    except Refused as refusal:
        if "older version" not in refusal.message:
            raise
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
    from rightsplan.indicators.actions import sweep_orphans

    swept = sweep_orphans()
    cleared = f" Removed {swept:,} files that killed imports had left." if swept else ""
    console.result({"migrated": True, "removed": swept}, f"The database is up to date.{cleared}")


@click.command()
@PORT
@HOST
@WORKERS
@click.pass_obj
def serve(console: Console, port: int, host: str, workers: int) -> None:
    """Serve the public site until Ctrl-C.

    \b
    Example: rightsplan serve --port 8080
    """
    django_ready()
    from rightsplan.indicators import intake, publishing

    if publishing.complete_interrupted(now=intake.clock()):
        console.say("Finished a publication that had been interrupted.")
    run_server(console, port, host, workers)


@click.command()
@PORT
@HOST
@WORKERS
@click.option("--only", default=None, help="Load only this part of the bundled data (for example: example).")
@click.option("--no-serve", is_flag=True, help="Load, assess and publish, then stop.")
@click.pass_obj
def demo(console: Console, /, *, port: int, host: str, workers: int, only: str | None, no_serve: bool) -> None:
    """Load the bundled real plans and data, publish them and serve the site.

    Can be run again: what is already loaded is left as it is.

    \b
    Examples:
      rightsplan demo
      rightsplan demo --only example --no-serve
    """
    django_ready()
    from rightsplan.demo.load import load

    outcome = load(part=only, say=console.say, progress=console.progress)
    if no_serve:
        console.result(outcome, outcome["sentence"])
        return
    run_server(console, port, host, workers)


def run_server(console: Console, port: int, host: str, workers: int) -> None:
    """Start gunicorn, say the address when the first page answers, and wait for it to end."""
    from django.conf import settings
    from django.core.management import call_command

    refuse_taken_port(host, port)
    call_command("collectstatic", interactive=False, verbosity=0)
    address = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104
    command = [sys.executable, "-m", "gunicorn", "rightsplan.wsgi:application", "--bind", f"{host}:{port}"]
    command += [
        "--workers",
        str(workers),
        "--threads",
        "4",
        "--access-logfile",
        "/dev/null",
        "--log-level",
        "warning",
    ]
    # Pages name their own address; the log keeps the name that it was signed with.
    own = {"RIGHTSPLAN_SITE_URL": address, "RIGHTSPLAN_LOG_ORIGIN": settings.LOG_ORIGIN, **os.environ}
    stop_on_signals()
    with subprocess.Popen(command, env=own) as server:  # noqa: S603  our own program
        try:
            wait_for_page(server, f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/")  # noqa: S104
            console.result({"address": address}, f"\nThe site answers: {address}   (Ctrl-C stops it)")
            server.wait()
        except KeyboardInterrupt:
            console.say("\nStopping.")
        finally:
            server.terminate()


def stop_on_signals() -> None:
    """Let Ctrl-C and a polite kill both stop the site, also where the shell that started it ignores Ctrl-C."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.default_int_handler)


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse early, with the remedy, when something else listens there."""
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} cannot be used: {error.strerror}.", f"Choose another: PORT={port + 1} make demo"
            ) from error


def as_reader(address: str) -> urllib.request.Request:
    """Return a request as it comes from a reader, whichever names and https the site insists on."""
    from django.conf import settings

    names = [name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"]
    headers = {"Host": names[0]} if names else {}
    if settings.HTTPS:
        headers["X-Forwarded-Proto"] = "https"
    return urllib.request.Request(address, headers=headers)  # noqa: S310  our own address


def wait_for_page(server: "subprocess.Popen[bytes]", address: str, within_seconds: float = 60) -> None:
    """Return when the first page answers; refuse when the server ends or stays silent."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise Refused(
                "The web server ended at once.", "Read its message above; a wrong setting is the usual cause."
            )
        try:
            with urllib.request.urlopen(as_reader(address), timeout=5):  # noqa: S310  our own address
                return
        except urllib.error.HTTPError as error:
            raise Refused(
                f"The first page answers with error {error.code}.", "Read the message above and report it."
            ) from error
        except OSError:
            time.sleep(0.2)
    raise Refused(f"No page answered within {within_seconds:.0f} seconds.", f"Look whether {address} is reachable.")
