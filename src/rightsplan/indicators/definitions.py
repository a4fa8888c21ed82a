"""Files that define indicators: columns, checks, rows."""

import re
from dataclasses import dataclass
from typing import Any

from rightsplan.indicators.models import Indicator
from rightsplan.tables.cells import Cells, Problems, check_columns, check_lengths
from rightsplan.tables.reading import TextTable

REQUIRED = ["code", "name", "unit", "better"]
OPTIONAL = [
    "right", "attribute", "kind", "lower", "upper", "measured_as", "sdg", "definition", "source",
    "expected_dimensions", "language",
]  # fmt: skip
CODE = re.compile(r"[A-Za-z0-9_-]{1,80}")
BETTER = {
    **dict.fromkeys(["higher", "higher is better", "up"], "higher"),
    **dict.fromkeys(["lower", "lower is better", "down"], "lower"),
    "none": "none",
}
MEASURED_AS = {"level": "level", "count": "count", "change": "change"}


@dataclass(frozen=True, slots=True)
class Definition:
    """One row: the indicator's code and its other fields."""

    code: str
    fields: dict[str, Any]


def read_definitions(table: TextTable, *, rights: set[str], problems: Problems) -> list[Definition]:
    """Return the rows of an indicators file; `rights` are the codes of the vocabulary."""
    check_columns(table, required=REQUIRED, optional=OPTIONAL, texts=["name", "definition"])
    check_lengths(table, {"language": 20}, problems)
    rows: dict[str, int] = {}
    definitions = []
    for values in table.rows():
        cells = Cells(values, problems)
        definition = read_definition(cells, rights)
        if definition.code in rows:
            cells.wrong("code", f"Row {rows[definition.code]} has this code too.", "Keep one of them.")
        rows[definition.code] = cells.row
        definitions.append(definition)
    return definitions


def read_definition(cells: Cells, rights: set[str]) -> Definition:
    """Return one indicator; every problem is noted in the cells."""
    for column in ["name", "unit", "better"]:
        cells.required(column)
    code = cells.required("code")
    if code and not CODE.fullmatch(code):
        cells.wrong("code", "This cannot be a code.", "Use up to 80 letters, digits, hyphens and underscores.")
    lower, upper = cells.number("lower"), cells.number("upper")
    if lower is not None and upper is not None and lower >= upper:
        cells.wrong("upper", "The upper bound is not above the lower one.", "Correct one of them.")
    kinds = {kind: kind for kind in Indicator.Kind.values}
    dimensions = [part.strip().lower() for part in cells.text("expected_dimensions").split(";") if part.strip()]
    fields = {
        "name": cells.texts("name"),
        "language": cells.language,
        "unit": cells.text("unit"),
        "better": cells.choice("better", BETTER),
        "right": cells.code("right", rights),
        "attribute": cells.text("attribute"),
        "kind": cells.choice("kind", kinds, default=Indicator.Kind.OUTCOME.value),
        "lower": lower,
        "upper": upper,
        "measured_as": cells.choice("measured_as", MEASURED_AS, default="level"),
        "sdg": cells.text("sdg"),
        "definition": cells.texts("definition"),
        "source": cells.text("source"),
        "expected_dimensions": ";".join(dimensions),
    }
    for name in ["unit", "attribute", "sdg", "expected_dimensions"]:
        longest = getattr(Indicator._meta.get_field(name), "max_length", None) or 0
        if len(str(fields[name])) > longest:
            cells.wrong(name, f"This is longer than {longest} characters.", "Shorten it.")
    return Definition(code, fields)
