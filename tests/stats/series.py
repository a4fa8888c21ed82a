"""Series written as a line of text: "2020 90, 2021 -, break 2022 95 (94..96)"."""

import re
from typing import Any

from rightsplan.stats.progress import VERSION, Promise, Result, assess

PART = re.compile(r"(?P<mark>break )?(?P<period>\S+) (?P<value>\S+)(?: \((?P<low>[^.]\S*?)\.\.(?P<high>\S+)\))?")
USUAL: dict[str, Any] = {
    "direction": "at_least",
    "value": 95.0,
    "year": 2025.0,
    "baseline": 90.0,
    "baseline_year": 2020.0,
    "start_year": 2021.0,
    "end_year": 2025.0,
    "lower": 0.0,
    "upper": 100.0,
}


def columns(text: str) -> dict[str, list[Any]]:
    """Return the columns of a series for `assess`."""
    rows = [PART.fullmatch(part.strip()) for part in text.split(",") if part.strip()]
    assert all(rows), text
    found = [row for row in rows if row]
    return {
        "periods": [row["period"] for row in found],
        "values": [None if row["value"] == "-" else float(row["value"]) for row in found],
        "lower": [None if row["low"] is None else float(row["low"]) for row in found],
        "upper": [None if row["high"] is None else float(row["high"]) for row in found],
        "status": ["break" if row["mark"] else None for row in found],
    }


def promise(**changes: Any) -> Promise:
    """Return the usual promise: from 90 in 2020 to at least 95 in 2025, with changes."""
    return Promise(**{**USUAL, **changes})


def judge(text: str, as_of: float = 2023.4, version: str = VERSION, **changes: Any) -> Result:
    """Assess a series against the usual promise with changes."""
    data = columns(text)
    periods, values = data.pop("periods"), data.pop("values")
    return assess(promise(**changes), periods, values, as_of=as_of, version=version, **data)
