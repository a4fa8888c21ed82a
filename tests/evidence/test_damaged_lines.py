"""What is wrong with plans and publications is named, even where somebody who holds the key updated every hash."""

import json

import polars as pl
import pytest

from rightsplan.evidence.canonical import canonical_json, sha256

from .conftest import FILE, PROMISES, Alter, Published, one, problems, relist


def test_a_changed_figure_is_named_although_every_hash_fits(alter: Alter) -> None:
    report = alter(lambda lines: lines[0]["result"].update(verdict="not_met"))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "verdict is published as 'not_met', recomputed as 'met'")
    one(
        report, f"{FILE} counts:plan=XA-2021@independent", "it cannot be recomputed (Refused: 'not_met' is no verdict.)"
    )
    report = alter(lambda lines: lines[0]["result"].update(verdict="behind"))
    one(report, f"{FILE} counts:plan=XA-2021@independent", "behind is published as 0, recomputed as 1")


@pytest.mark.parametrize(
    ("field", "value"), [("latest", 92.0), ("gap", 0), ("latest", 91), ("observed_pace", 2.0000001)]
)
def test_the_smallest_change_of_a_figure_is_named(alter: Alter, field: str, value: float) -> None:
    one(alter(lambda lines: lines[0]["result"].update({field: value})), f"{FILE} XA-2021/1.1-a@independent", field)


def test_an_invented_field_of_a_result_is_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[0]["result"].update(bonus=1))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "bonus is published as 1, recomputed as nothing")


def test_a_dropped_field_of_a_result_is_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[0]["result"].pop("later"))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "later is published as nothing, recomputed as None")


def test_wrong_totals_are_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[2]["result"].update({next(iter(lines[2]["result"])): 77}))
    one(report, f"{FILE} counts:plan=XA-2021@independent", "is published as 77")


def test_a_removed_line_is_named(alter: Alter) -> None:
    one(alter(lambda lines: lines.pop(1)), FILE, "target XA-2021/1.2-a of the plan has no line: a result is missing")


def test_double_and_unordered_lines_are_named(alter: Alter) -> None:
    one(alter(lambda lines: lines.reverse()), FILE, "lines are double or out of order")
    one(alter(lambda lines: lines.append(lines[0])), FILE, "lines are double or out of order")


def test_an_easier_promise_is_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[0]["promise"].update(value=50.0))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "its promise is not the one in the plan")


def test_a_line_for_a_target_that_no_plan_holds_is_named(alter: Alter) -> None:
    one(
        alter(lambda lines: lines[0].update(target="XA-2021/9-z")), f"{FILE} XA-2021/1.1-a@independent", "no plan holds"
    )


def test_a_line_that_rests_on_a_batch_which_is_not_listed_is_named(alter: Alter) -> None:
    report = alter(lambda lines: lines[0]["inputs"][0].update(batch="0" * 64))
    one(report, f"batches/{'0' * 64}.parquet", "a published line uses it, but the catalogue does not list it")


@pytest.mark.parametrize("where", [{"indicator": "literacy", "place": "XA", "colour": "red"}, {"value": "x"}])
def test_a_line_that_asks_a_batch_for_what_it_has_not_is_named(
    alter: Alter, published: Published, where: dict[str, str]
) -> None:
    report = alter(lambda lines: lines[0]["inputs"][0].update(where=where))
    assert f"{FILE} XA-2021/1.1-a@independent" in {place for place, _ in problems(report)}


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": 1}, {"inputs": [1]}, {"inputs": [{}]}, {"inputs": [{"batch": 1, "where": {}}]},
        {"inputs": [{"batch": "x", "where": {"place": 1}}]}, {"inputs": [{"batch": "x", "where": []}]},
        {"inputs": {"a": 1}}, {"inputs": None}, {"id": 5}, {"method": None}, {"method": []}, {"result": []},
    ],
)  # fmt: skip
def test_a_line_of_the_wrong_form_is_named(alter: Alter, change: dict[str, object]) -> None:
    one(alter(lambda lines: lines[0].update(change)), FILE, "line 1 is malformed")


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": None}, {"as_of": "2026"}, {"as_of": 10**400}, {"as_of": []}, {"version": "9"}, {"version": []},
        {"method": "guess"}, {"promise": None}, {"promise": []}, {"promise": {}}, {"promise": {"value": "x"}},
        {"method": "counts", "of": 5}, {"method": "counts", "of": ["nobody"]}, {"method": "counts", "of": [[]]},
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_recomputed_is_named(alter: Alter, change: dict[str, object]) -> None:
    report = alter(lambda lines: lines[0].update(change))
    one(report, f"{FILE} XA-2021/1.1-a@independent", "it cannot be recomputed")


@pytest.mark.parametrize(
    "row", [b"", b"nonsense", b"[]", b"7", b'{"id": "x"}', b'{"id":"\\ud800"}', b'{"a":1e999}', b"[" * 99_999, b"\xff"]
)
def test_a_row_that_is_no_line_is_named(published: Published, row: bytes) -> None:
    content = (published.folder / FILE).read_bytes()
    published.rewrite_publication(row + b"\n" + content)
    one(published.verify(), FILE, "line 1 is malformed")


@pytest.mark.parametrize(("old", "new"), [(b'":', b'": '), (b'{"', b'{"id":"twice","'), (b"2026.0", b"2026.00")])
def test_a_line_in_another_form_of_json_is_named(published: Published, old: bytes, new: bytes) -> None:
    published.rewrite_publication((published.folder / FILE).read_bytes().replace(old, new, 1))
    one(published.verify(), FILE, "line 1 is malformed (ValueError: it is no canonical JSON)")


def test_a_wrong_number_of_lines_is_named(published: Published) -> None:
    published.rewrite_publication((published.folder / FILE).read_bytes(), count=99)
    one(published.verify(), FILE, "it has 3 lines, the catalogue says 99")


def test_a_target_that_vanishes_from_the_next_publication_is_named_unless_withdrawn(published: Published) -> None:
    kept = {"XA-2021/1.1-a": PROMISES["XA-2021/1.1-a"]}
    plan = published.add_plan("XA-2021", kept)
    first = published.contents["batches"][0]["batch"]
    file = published.add_publication(
        [published.line("XA-2021/1.1-a", first, "literacy", kept["XA-2021/1.1-a"])], [plan]
    )
    published.write()
    sentence = "target XA-2021/1.2-a was in the publication before and vanished without withdrawal"
    assert problems(published.verify()) == [(file, sentence)]
    published.contents["publications"].reverse()  # the order of the list does not hide it
    published.write()
    assert problems(published.verify()) == [(file, sentence)]
    published.log("withdrawal", target="XA-2021/1.2-a")
    published.write()
    assert published.verify().ok


def test_a_publication_on_a_plan_that_is_not_listed_is_named(published: Published) -> None:
    report = relist(published, "publications", lambda items: items[0].update(plans=["f" * 64]))
    one(report, FILE, "it rests on plan revision ffffffffffff..., which the catalogue does not list")


@pytest.mark.parametrize(
    "document", [b"{}", b"[]", b"7", b'{"measures":[{}]}', b'{"measures":[{"targets":[1]}]}', b"x"]
)
def test_a_plan_of_the_wrong_form_is_named(published: Published, document: bytes) -> None:
    item = published.contents["plans"][0]
    item["sha256"] = sha256(document)
    item["file"] = f"plans/XA-2021.{item['sha256'][:12]}.json"
    (published.folder / item["file"]).write_bytes(document)
    published.entries[2] = canonical_json({**json.loads(published.entries[2]), "sha256": item["sha256"]})
    published.contents["publications"][0]["plans"] = [item["sha256"]]
    published.resign()
    one(published.verify(), item["file"], "it is no plan")


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"indicator": ["literacy"], "place": ["XA"], "value": [1.0]}),
        pl.DataFrame({"indicator": [1], "place": [2], "period": [2020], "value": [1.0]}),
        pl.DataFrame({"x": ["y"]}),
    ],
)
def test_a_batch_that_a_line_cannot_be_cut_from_is_named(published: Published, frame: pl.DataFrame) -> None:
    name = published.add_batch(frame)
    lines = published.lines()
    lines[0]["inputs"][0]["batch"] = name
    published.rewrite_publication(b"".join(canonical_json(line) + b"\n" for line in lines))
    report = published.verify()
    places = {place for place, _ in problems(report)}
    assert places & {f"batches/{name}.parquet", f"{FILE} XA-2021/1.1-a@independent"}, problems(report)
