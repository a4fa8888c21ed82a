"""Checks one file of the vocabulary against its rule and names every cell that is wrong."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from rightsplan.errors import Problem
from rightsplan.vocabulary.articles import parse_articles
from rightsplan.vocabulary.entries import LANGUAGES, split_list
from rightsplan.vocabulary.rules import Rule, rule_of
from rightsplan.vocabulary.sheets import Sheet
from rightsplan.vocabulary.spelling import nearest

# Returns the codes that a facet knows, those of the file under check included.
Known = Callable[[str], Collection[str]]
Row = Mapping[str, str]


def find_problems(
    facet: str, sheet: Sheet, *, columns: Collection[str], existing: Sequence[Row], known: Known
) -> list[Problem]:
    """Return everything that is wrong with a file.

    `columns` are those the file must have, `existing` the rows whose codes and unique values may not come again. Wrong
    columns are returned alone: cells below them would be read wrongly.
    """
    problems = list(column_problems(sheet, columns))
    if problems:
        return problems
    rule, seen = rule_of(facet), set[str]()
    taken = {row["code"] for row in existing}
    problems += width_problems(sheet)
    for number, row in sheet.records():
        problems += code_problems(number, row["code"], rule, taken, seen)
        problems += label_problems(number, row)
        problems += parent_problems(number, row, rule, known(rule.parents or facet))
        problems += value_problems(number, row, rule, known)
        seen.add(row["code"])
    for column in rule.unique:
        problems += repeated_values(sheet, column, {row[column] for row in existing})
    return problems


def width_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield rows with more cells than there are columns."""
    width = len(sheet.columns)
    for number, cells in sheet.rows:
        if len(cells) > width:
            message = f"{len(cells)} cells for {width} columns."
            yield Problem(number, "", cells[-1], message, "Put quotation marks around a cell that holds a comma.")


def column_problems(sheet: Sheet, columns: Collection[str]) -> Iterator[Problem]:
    """Yield columns that are missing, unknown or there twice."""
    for column in columns:
        if column not in sheet.columns:
            yield Problem(1, column, "", "This column is missing.", f"The columns are {', '.join(columns)}.")
    for place, column in enumerate(sheet.columns):
        if column not in columns:
            yield Problem(1, column, column, "No such column is known.", f"The columns are {', '.join(columns)}.")
        elif column in sheet.columns[:place]:
            yield Problem(1, column, column, "This column is there twice.", "Remove one of them.")


def code_problems(number: int, code: str, rule: Rule, taken: Collection[str], seen: set[str]) -> Iterator[Problem]:
    """Yield a code that is empty, badly formed, or there already."""
    if not code:
        yield Problem(number, "code", "", "The code is missing.", f"Write one such as {rule.example}.")
    elif code in taken:
        yield Problem(
            number, "code", code, "This code exists already, and a published code never changes its meaning.",
            "Choose another code, or remove the row.",
        )  # fmt: skip
    elif code in seen:
        yield Problem(number, "code", code, "This code stands in a row above.", "Remove one of the two rows.")
    elif not rule.fits(code):
        yield Problem(number, "code", code, "The code has not the form of its kind.", f"Write it like {rule.example}.")


def label_problems(number: int, row: Row) -> Iterator[Problem]:
    """Yield the languages without a label."""
    for language in LANGUAGES:
        if not row[language]:
            yield Problem(
                number, language, "", f"The label of {row['code']!r} in this language is missing.",
                f"Labels are needed in {', '.join(LANGUAGES)}.",
            )  # fmt: skip


def parent_problems(number: int, row: Row, rule: Rule, parents: Collection[str]) -> Iterator[Problem]:
    """Yield a parent that is missing or unknown, and a code that does not begin with its parent."""
    code, parent = row["code"], row["parent"]
    if not parent:
        if rule.parents:
            yield Problem(number, "parent", "", "The parent is missing.", f"Write a code of {rule.parents}.")
    elif parent not in parents or parent == code:
        yield Problem(number, "parent", parent, "No such parent is known.", remedy_for(parent, parents))
    elif rule.parents and code and not code.startswith(f"{parent}."):
        yield Problem(
            number, "code", code, f"The code does not begin with its parent {parent!r} and a point.",
            f"Write it like {rule.example}.",
        )  # fmt: skip


def value_problems(number: int, row: Row, rule: Rule, known: Known) -> Iterator[Problem]:
    """Yield values of other columns that are no known codes, have the wrong form or cannot be read."""
    for column, facet in rule.lists.items():
        for value in split_list(row[column]):
            if value not in known(facet):
                yield Problem(
                    number, column, value, f"No such code is known in {facet}.", remedy_for(value, known(facet))
                )
    for column, pattern in rule.patterns.items():
        if row[column] and not re.fullmatch(pattern, row[column]):
            yield Problem(
                number, column, row[column], "The value has not the form of this column.", f"It must match {pattern}."
            )
    yield from article_problems(number, row.get("articles", ""), known)


def article_problems(number: int, text: str, known: Known) -> Iterator[Problem]:
    """Yield articles that cannot be read and instruments that are unknown."""
    try:
        found = parse_articles(text)
    except ValueError as error:
        yield Problem(
            number, "articles", str(error), "This names no article.", "Write it like UDHR 1-2, 7; ICCPR 2(3); CEDAW."
        )
        return
    for instrument in dict.fromkeys(article.instrument for article in found):
        if instrument not in known("instruments"):
            yield Problem(
                number, "articles", instrument, "No such instrument is known.",
                remedy_for(instrument, known("instruments")),
            )  # fmt: skip


def repeated_values(sheet: Sheet, column: str, taken: Collection[str]) -> Iterator[Problem]:
    """Yield values of a column that exist already or stand in a row above."""
    seen = set[str]()
    for number, row in sheet.records():
        value = row[column]
        if value and (value in seen or value in taken):
            place = "in a row above" if value in seen else "in the bundled file already"
            yield Problem(number, column, value, f"This value stands {place}.", "Correct one of the two rows.")
        seen.add(value)


def remedy_for(value: str, known: Collection[str]) -> str:
    """Return the remedy for an unknown code: the nearest known ones."""
    near = nearest(value, {code: (code,) for code in known}, 3)
    return f"Did you mean {' or '.join(near)}?" if near else f"Known ones are {', '.join(list(known)[:5])}, ..."
