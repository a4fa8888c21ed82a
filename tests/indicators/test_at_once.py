"""Six processes that import the same data at the same time, on a database file as it is used."""

import json
import sqlite3
from pathlib import Path

from rightsplan.evidence.canonical import sha256

from .conftest import INDICATORS, PLACES
from .test_killed import Office

ROWS = "".join(f"maternal_deaths,XA,{year}-{month:02},{month + 50}\n" for year in range(1950, 2020) for month in
               range(1, 13))  # fmt: skip


def test_the_same_data_imported_at_once_under_six_titles_have_the_description_that_is_logged(tmp_path: Path) -> None:
    office = Office(tmp_path)
    places, indicators = office.file("places.csv", PLACES), office.file("indicators.csv", INDICATORS)
    prepared = [["people", "add", "alice", "Alice"], ["import", "places", places, "--by", "alice"]]
    assert office.run("-", *prepared, ["import", "indicators", indicators, "--by", "alice"]) == 0
    data = office.file("data.csv", f"indicator,place,period,value\n{ROWS}")
    about = ["--from", "Office", "--licence", "CC0", "--role", "independent", "--by", "alice", "--accept", "made up"]
    started = [office.start("-", ["import", "data", data, "--title", f"Title {n}", *about]) for n in range(6)]
    said = [process.stderr.read() for process in started if process.stderr]
    assert [process.wait(timeout=120) for process in started] == [0] * 6, said
    with sqlite3.connect(tmp_path / "data" / "rightsplan.sqlite3") as database:
        (title,) = database.execute("SELECT title FROM indicators_batch").fetchone()
        ((entry,),) = database.execute("SELECT data FROM ledger_logentry WHERE kind = 'batch'").fetchall()
    logged = json.loads(entry)
    content = (tmp_path / "data" / "batches" / f"{logged['batch']}.json").read_bytes()
    assert (logged["description"], json.loads(content)["title"]) == (sha256(content), title)
