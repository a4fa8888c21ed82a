"""What the documents say of the method is what the code does: tables, numbers, words."""

import re
from pathlib import Path

import pytest

from rightsplan.stats import compat, forecast, progress, verdicts
from rightsplan.stats.damped_trend import FIELDS, SETTINGS
from rightsplan.stats.facts import BASELINE_REACH
from rightsplan.stats.flags import FLAGS, REVISED, SIGNIFICANT
from rightsplan.stats.goal import ROUNDING
from rightsplan.stats.promise import ABOUT_TOLERANCE
from rightsplan.stats.scales import SCALES
from rightsplan.stats.verdicts import RULES, VERDICTS

from .laws import LAWS
from .test_laws import FAILURES
from .test_progress_edge_cases import CASES, VERDICT_OF

DOCS = Path(__file__).resolve().parents[2] / "docs"
METHOD = (DOCS / "methods" / "progress.md").read_text(encoding="utf-8")
READERS = (DOCS / "readers" / "verdicts.md").read_text(encoding="utf-8")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table as the documents write it."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def in_words(verdict: str) -> str:
    """Return the verdict as readers see it."""
    return verdict.replace("_", " ")


def rules_table() -> str:
    """Return the table that turns facts into a verdict."""
    rows = [[str(i), rule.when, in_words(rule.verdict), f"`{rule.reason}`"] for i, rule in enumerate(RULES, 1)]
    return table(["", "the first that applies", "verdict", "reason"], rows)


def flags_table() -> str:
    """Return the table of what is said beside the verdict."""
    return table(["flag", "what it says"], [[f"`{name}`", says] for name, says in FLAGS.items()])


def laws_table() -> str:
    """Return the table of laws and of the published rules that break them."""
    rows = []
    for law in LAWS:
        broken = ", ".join(f"`{row[0]}`" for row in FAILURES if row[1] == law.name)
        rows.append([law.name, law.says, broken or "none of these"])
    return table(["law", "in words", "broken by"], rows)


def failures_table() -> str:
    """Return the table of the simplest stories in which a published rule breaks a law."""
    sides = {1: "at least", -1: "at most"}
    rows = [
        [f"`{rule}`", law, f"{base} % in 2015, {last} % in 2022", f"{sides[side]} {target} % in 2030"]
        for rule, law, base, last, target, side in FAILURES
    ]
    return table(["rule", "law", "series", "promise"], rows)


def sources_table() -> str:
    """Return the table of the published rules."""
    return table(["rule", "source"], [[f"`{rule}`", source] for rule, source in compat.SOURCES.items()])


def settings_table() -> str:
    """Return the table of the frozen numbers of the forecast."""
    rows = [[name, *(f"{getattr(SETTINGS[code], field):g}" for field in FIELDS)] for code, name in enumerate(SCALES)]
    return table(["scale", "k", "v", "r", "nu", "s0^2", "tail"], rows)


@pytest.mark.parametrize(
    "written", [rules_table, flags_table, laws_table, failures_table, sources_table, settings_table]
)
def test_a_table_of_the_method_is_the_one_in_the_code(written: object) -> None:
    assert callable(written)
    assert written() in METHOD


def rows_of(document: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading."""
    section = re.split(rf"^## {re.escape(heading)}$", document, flags=re.MULTILINE)[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in lines[2:]]


EDGES = rows_of(METHOD, "Edge cases")
BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("row", EDGES, ids=lambda row: row[0])
def test_an_edge_case_of_the_method_is_a_test_with_that_outcome(row: list[str]) -> None:
    case = BY_NAME[row[0]]
    assert row[1:] == [case.series or "(none)", in_words(VERDICT_OF[case.reason]), f"`{case.reason}`"]


def test_every_verdict_is_reached_by_an_edge_case_of_the_document() -> None:
    assert {row[2] for row in EDGES} == {in_words(verdict) for verdict in VERDICTS}


NUMBERS = [
    f"{verdicts.ENOUGH_PACE * 100:.0f} %",
    f"{verdicts.STALE_YEARS:.0f} years",
    f"{SIGNIFICANT}",
    f"{ABOUT_TOLERANCE * 100:.0f} %",
    f"{forecast.WINDOW_YEARS:.0f} years",
    f"{forecast.LEAST_YEARS} calendar years",
    f"{BASELINE_REACH:.0f} years",
    f"{(2 * forecast.CENTRAL - 1) * 100:.0f} %",
    f"version {progress.VERSION}",
    f"{ROUNDING:.0e}".replace("1e-", "10^-"),
]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_numbers_of_the_method_are_those_of_the_code(number: str) -> None:
    assert number in METHOD


def test_tenths_and_thirds_are_written_as_words() -> None:
    assert (verdicts.NO_CHANGE_PACE, REVISED, verdicts.UNLIKELY, verdicts.LIKELY) == (0.1, 0.1, 1 / 3, 2 / 3)
    for document in (METHOD, READERS):
        assert "a tenth" in document
        assert "two thirds" in document


def test_every_reason_for_silence_is_explained() -> None:
    assert [row[0].strip("`") for row in rows_of(METHOD, "No probability")] == list(forecast.NO_FORECAST[1:])


def test_readers_find_the_verdicts_of_the_code_in_its_order() -> None:
    names = [line.split("|")[1].strip() for line in READERS.splitlines() if line.startswith("|")][2:]
    assert names == [in_words(verdict) for verdict in VERDICTS]


@pytest.mark.parametrize(
    "words",
    [
        f"{verdicts.ENOUGH_PACE * 100:.0f} %",
        "more than three years" if verdicts.STALE_YEARS == 3 else "",
        "one third" if verdicts.UNLIKELY == 1 / 3 else "",
        "Not measurable is not a pass",
    ],
)
def test_readers_find_the_numbers_of_the_code(words: str) -> None:
    assert words
    assert words in READERS


def test_the_statisticians_page_links_to_the_method() -> None:
    text = (DOCS / "statisticians" / "methods.md").read_text(encoding="utf-8")
    target = re.search(r"\((\.\./methods/progress\.md)\)", text)
    assert target is not None
    assert (DOCS / "statisticians" / target[1]).is_file()
