"""Reads the folder of one instance: files with the names and columns of the bundled ones, and new codes only."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from rightsplan.errors import Problem, Refused
from rightsplan.vocabulary.checks import find_problems
from rightsplan.vocabulary.entries import Entry, entry_of
from rightsplan.vocabulary.sheets import Sheet, bundled_names, read_bundled, read_sheet
from rightsplan.vocabulary.spelling import nearest

REMEDY = "Correct the files, or unset RIGHTSPLAN_VOCABULARY to start without them."


def read_folder(path: Path) -> dict[str, dict[str, Entry]]:
    """Return what a folder adds, by facet and code. Files that do not end in `.csv` are passed over.

    Raises Refused with a Problem for every cell that is wrong, in all files at once; each message begins with its file.
    """
    if not path.is_dir():
        raise Refused(f"There is no folder {str(path)!r} with vocabulary files.", REMEDY)
    sheets, problems = read_sheets(path)
    for facet, sheet in sheets.items():
        problems += [named(problem, sheet.name) for problem in problems_of(facet, sheet, sheets)]
    if problems:
        raise Refused(f"Problems in the vocabulary files of {str(path)!r}: {len(problems)}.", REMEDY, problems)
    return {facet: {row["code"]: entry_of(row) for _n, row in sheet.records()} for facet, sheet in sheets.items()}


def read_sheets(path: Path) -> tuple[dict[str, Sheet], list[Problem]]:
    """Return the files of a folder by facet, and what keeps others from being read at all."""
    sheets: dict[str, Sheet] = {}
    problems: list[Problem] = []
    for file in sorted(path.glob("*.csv")):
        if file.stem not in bundled_names():
            near = nearest(file.stem, {name: (name,) for name in bundled_names()}, 3) or bundled_names()
            problem = Problem(0, "", file.stem, "No part of the vocabulary has this name.", f"Use {', '.join(near)}.")
            problems.append(named(problem, file.name))
            continue
        try:
            sheets[file.stem] = read_sheet(file)
        except UnicodeDecodeError:
            problem = Problem(0, "", "", "The file is not UTF-8.", "Save it as CSV in UTF-8.")
            problems.append(named(problem, file.name))
        except csv.Error as error:
            problem = Problem(0, "", "", f"The file is no CSV: {error}.", "Look for a quotation mark without its pair.")
            problems.append(named(problem, file.name))
    return sheets, problems


def problems_of(facet: str, sheet: Sheet, added: Mapping[str, Sheet]) -> list[Problem]:
    """Return what is wrong with one file, beside the bundled ones and the others of its folder."""

    @cache
    def known(name: str) -> tuple[str, ...]:
        sheets = [read_bundled(name), *([added[name]] if name in added else [])]
        return tuple(row["code"] for each in sheets for _number, row in each.records() if row.get("code"))

    bundled = read_bundled(facet)
    existing = [row for _number, row in bundled.records()]
    return find_problems(facet, sheet, columns=bundled.columns, existing=existing, known=known)


def named(problem: Problem, file: str) -> Problem:
    """Return a problem whose message begins with its file."""
    return replace(problem, message=f"{file}: {problem.message}")
