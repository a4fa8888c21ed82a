"""Takes the pictures of docs/images from the demo site in Debian's Chromium.

usage: python scripts/screenshots.py
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
# File, language, path (below the language, or a link to follow), width, height.
PICTURES = [
    ("home.png", "en", "", 1280, 1000),
    ("target.png", "en", "main a[href*='/targets/']", 1280, 1400),
    ("phone-ar.png", "ar", "", 390, 844),
    ("phone-zh.png", "zh-hans", "", 390, 844),
]


@contextmanager
def demo_site() -> Iterator[str]:
    """Serve the demo on a free port and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "rightsplan"), "demo", "--port", str(port)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  our own program
        try:
            for line in server.stdout or []:
                print(line, end="")
                if "The site answers" in line:
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)


def take(chromium: Browser, address: str, picture: tuple[str, str, str, int, int]) -> None:
    """Take one picture."""
    name, language, where, width, height = picture
    page = chromium.new_page(viewport={"width": width, "height": height}, locale=language)
    page.goto(f"{address}/{language}/")
    if where:
        page.goto(address + (page.locator(where).first.get_attribute("href") or ""))
    page.screenshot(path=IMAGES / name)
    page.close()
    print(f"==> docs/images/{name}")


def main() -> None:
    """Take every picture."""
    chromium_path = shutil.which("chromium")
    if chromium_path is None:
        sys.exit("MISSING: Chromium. REMEDY: sudo apt-get install chromium fonts-noto-core fonts-noto-cjk")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo_site() as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, args=["--headless", "--no-sandbox", "--disable-background-networking"]
        )
        for picture in PICTURES:
            take(chromium, address, picture)
        chromium.close()


if __name__ == "__main__":
    main()
