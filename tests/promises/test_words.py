"""What may stand in no file of the project: loose ends, somebody's machine, addresses of package registries."""

import re

import pytest

from .tracked import ROOT, text_of, tracked_files

# Put together here, so that this file may be read by its own test.
UNWANTED = {
    "a loose end": r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b",
    "a registry's address": r"py" + r"pi\.org|files\.python" + r"hosted|registry\.npm" + r"js|deb\.debian" + r"\.org",
    "a path of one machine": r"(?<![\w.:/%-])/(wo" + r"rk|ro" + r"ot|ho" + r"me)/",
    "words about how it was written": r"(?i)\b(anthro"
    + r"pic|clau"
    + r"de|chat"
    + r"gpt|language mo"
    + r"del|sub-?ag"
    + r"ent)\b",
}
FILES = [(path.relative_to(ROOT).as_posix(), text) for path in tracked_files() if (text := text_of(path)) is not None]


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_has(what: str) -> None:
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1} {hit[0]}"
        for name, text in FILES
        for hit in pattern.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a loose end", "# TO" + "DO later"),
        ("a registry's address", "--index-url https://py" + "pi.org/simple"),
        ("a path of one machine", "open('/ho" + "me/me/file')"),
        ("words about how it was written", "Written by Clau" + "de"),
    ],
)
def test_each_is_found_where_it_stands(what: str, text: str) -> None:
    assert re.search(UNWANTED[what], text)


def test_a_web_address_with_such_a_folder_is_none() -> None:
    assert not re.search(UNWANTED["a path of one machine"], "https://example.org/wo" + "rk/report")


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "misc"}
    assert [name for name, _text in FILES if drawers & {part.split(".")[0] for part in name.split("/")}] == []
