"""Plans as workbooks: a form that is read once filled in, and an export that is a no-op when it comes back."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import fastexcel
import polars as pl
import pytest

from rightsplan import vocabulary
from rightsplan.accounts.models import Person
from rightsplan.plans.columns import CHOICES, MEANING
from rightsplan.plans.models import Plan, PlanRevision, Target
from rightsplan.plans.tables import FILE_COLUMNS, REQUIRED
from rightsplan.plans.workbook import export_plan, template_workbook
from rightsplan.tables.reading import TextTable, read_text_table, spreadsheet_letter

from .files import NEXT, head, later, load, refused, stored, take


def filled_in(form: bytes, rows: Sequence[dict[str, str]]) -> bytes:
    """Return the form with rows typed into its first sheet."""
    names = fastexcel.read_excel(form).load_sheet(0, header_row=None).to_polars().row(0)
    lines = []
    for number, row in enumerate(rows, 2):
        cells = "".join(
            f'<c r="{spreadsheet_letter(i)}{number}" t="inlineStr"><is><t>{escape(row[name])}</t></is></c>'
            for i, name in enumerate(names)
            if row.get(name)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", "".join(lines).encode() + b"</sheetData>")
            new.writestr(part, content)
    return buffer.getvalue()


def sheet(book: bytes, name: str) -> pl.DataFrame:
    """Return one sheet of a workbook with its header."""
    return fastexcel.read_excel(book).load_sheet(name, dtypes="string").to_polars().fill_null("")


def exported(code: str = "XA-2021") -> TextTable:
    """Return a plan's workbook as the importer reads it."""
    return read_text_table(export_plan(Plan.objects.get(code=code)), name="export.xlsx")


def test_the_form_is_read_once_it_is_filled_in(by: Person) -> None:
    table = read_text_table(filled_in(template_workbook(), [head(measure="1.10"), later(measure="1.10")]))
    assert table.columns == FILE_COLUMNS
    take(by, table)
    assert list(Target.objects.values_list("code", flat=True)) == ["XA-2021/1.10-a", "XA-2021/1.10-b"]


def test_the_form_names_the_file_columns_in_order_and_holds_no_row() -> None:
    first = fastexcel.read_excel(template_workbook()).load_sheet(0, header_row=None).to_polars()
    assert list(first.row(0)) == FILE_COLUMNS
    assert first.height == 1


def test_the_form_explains_every_column() -> None:
    rows = sheet(template_workbook(), "Columns")
    assert rows["column"].to_list() == FILE_COLUMNS
    assert rows.filter(pl.col("required") == "yes")["column"].to_list() == REQUIRED
    assert dict(zip(rows["column"], rows["meaning"], strict=True)) == {n: m for n, (m, _) in MEANING.items()}


def test_the_form_lists_every_code_in_every_language() -> None:
    rows = sheet(template_workbook(), "Codes")
    for facet in ["rights", "groups"]:
        assert rows.filter(pl.col("column") == facet)["code"].to_list() == list(vocabulary.codes(facet))
    labels = rows.select(vocabulary.LANGUAGES)
    assert not labels.select(pl.any_horizontal(pl.all() == "").any()).item()


def test_the_examples_of_the_form_are_accepted(by: Person) -> None:
    row = {name: example for name, (_, example) in MEANING.items() if example}
    places = {"jurisdiction": "XA", "predecessor": "", "lead_body": "XA/schools", "indicator": "literacy"}
    load(by, {**row, **places, "groups": "children; women"})
    assert Target.objects.get().promise["value"] == 90.0


def test_the_form_offers_the_choices_as_lists() -> None:
    with zipfile.ZipFile(io.BytesIO(template_workbook())) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    for choices in CHOICES.values():
        assert f'<formula1>"{",".join(choices)}"</formula1>' in xml


@pytest.mark.parametrize(
    "rows",
    [
        [head()],
        [head(target_value="0.1", baseline="33.333333333333336", baseline_year="2019")],
        [head(measure="1.10"), later(measure="1.1", measure_title="Other")],
        [head(plan_start="2021-03-01", plan_end="2025-06-30", due="2024-05-06", is_example="yes", plan_note="Note")],
        [head(rights="education;health", groups="women", lead_body="XA/gov", supporting_bodies="XA/schools;XA/health")],
        [head(direction=">", hold="yes"), later(direction="about", tolerance="2"), later(direction="exactly")],
        [head(direction="change by", target_value="5", baseline="80", baseline_year="2020", force="expected")],
        [head(group="sex=F;age=15-24", reported_result="85;86,5", reported_year="2022;2023", source_result="p. 3")],
        [head(reported_result="over 90", reported_year="2023", reported_view="Well", source_target="p. 4", note="N")],
        [head(target_year="")],
        [head(target_year="", baseline="80", baseline_year="2025")],
        [head(kind="qualitative", indicator="", direction="", target_value=""), later(kind="process", indicator="")],
        [head(kind="qualitative", indicator="", direction="at most", target_value="")],
        [head(target_value="", direction=""), later(target_value="", direction="at most")],
        [{**head(), "target": "c"}, later(), later(target="a2")],
        [head(language="sv", plan_title_en="Plan", measure_title_zh="教", target_title_pt_br="Leitura"), later()],
        [head(chapter_title="", chapter_title_fr="Vivre"), later()],
        [head(measure="1.1"), later(chapter="2", chapter_title="Two", measure="2.1", measure_title="B"),
         later(measure="1.2", measure_title="C")],
        [head(target_title='=1+1 "quoted"; <b>&amp;</b>', note="two\nlines")],
        [head(target_title="https://example.org", note="0012")],
        [{**{k: v for k, v in head().items() if not k.startswith(("target", "indicator", "direction"))}},
         later(language="fr")],
        [head(language="fr"), later(measure="1.2", measure_title="B", language="en")],
    ],
)  # fmt: skip
def test_an_export_that_comes_back_changes_nothing(by: Person, rows: list[dict[str, str]]) -> None:
    load(by, *rows)
    before = stored()
    changes = take(by, exported())
    assert changes.lines() == []
    revisions, measures = stored(), PlanRevision.objects.count()
    assert measures == 1
    assert [[without_position(row) for row in part] for part in revisions] == [
        [without_position(row) for row in part] for part in before
    ]


def without_position(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "position"}


def test_a_second_export_is_the_first(by: Person) -> None:
    load(by, head(language="sv", plan_title_en="Plan"), later(language="zh"), later(language="sv"))
    once = exported().frame
    take(by, exported())
    assert exported().frame.equals(once)


def test_reported_results_survive_the_export(by: Person) -> None:
    load(by, head(reported_result="85;86,25", reported_year="2022;2023-Q1"))
    assert [(r.period, r.value) for r in take(by, exported()).reported] == [("2022", 85.0), ("2023-Q1", 86.25)]


def test_what_was_dropped_is_not_exported(by: Person) -> None:
    load(by, head(), later(), later(measure="1.2", measure_title="Other"))
    load(by, head())
    assert exported().frame["target"].to_list() == ["a"]


def test_an_export_can_be_edited_and_imported(by: Person) -> None:
    load(by, head(), {**NEXT, "measure": "1.2", "measure_title": "Heal"})
    frame = exported().frame.with_columns(target_value=pl.col("target_value").str.replace("90", "91"))
    changes = take(by, TextTable("edited.xlsx", frame))
    assert [str(change) for change in changes.changed] == ["XA-2021/1.1-a promise.value: 90.0 -> 91.0"]


def test_problems_of_a_workbook_carry_its_row_numbers(by: Person) -> None:
    problems = refused(by, *[head(), {}, later(unit="kg")])
    assert [(p.row, p.column) for p in problems] == [(4, "unit")]
