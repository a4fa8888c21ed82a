"""What can be taken along: files of an indicator, the whole catalogue, the feed, descriptions for search engines."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from django.test import Client

from rightsplan.evidence.verify import verify
from rightsplan.indicators.models import Batch, Indicator

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def code(site: Client) -> str:
    """Return an indicator with data."""
    return str(Indicator.objects.filter(coverage__isnull=False).order_by("code").values_list("code", flat=True)[0])


def body(site: Client, address: str) -> bytes:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def test_csv_parquet_and_json_hold_the_same_observations(site: Client, code: str) -> None:
    frame = pl.read_parquet(io.BytesIO(body(site, f"/data/{code}.parquet")))
    rows = list(csv.DictReader(io.StringIO(body(site, f"/data/{code}.csv").decode())))
    document = json.loads(body(site, f"/data/{code}.json"))
    assert len(rows) == frame.height == len(document["observations"]) > 0
    assert [float(r["value"]) for r in rows] == frame["value"].to_list()
    assert [o["value"] for o in document["observations"]] == frame["value"].to_list()


def test_the_csv_has_metadata_that_name_its_columns(site: Client, code: str) -> None:
    about = json.loads(body(site, f"/data/{code}.csv-metadata.json"))
    header = next(csv.reader(io.StringIO(body(site, f"/data/{code}.csv").decode())))
    assert [c["name"] for c in about["tableSchema"]["columns"]] == header
    assert about["url"] == f"{code}.csv"
    assert set(about["tableSchema"]["primaryKey"]) <= set(header)
    assert all(source["licence"] for source in about["dc:source"])


def test_sdmx_csv_is_read_by_an_sdmx_library(site: Client, code: str) -> None:
    rows = list(csv.DictReader(io.StringIO(body(site, f"/data/{code}.sdmx.csv").decode())))
    frame = pl.read_parquet(io.BytesIO(body(site, f"/data/{code}.parquet")))
    assert {"TIME_PERIOD", "OBS_VALUE", "REF_AREA"} <= set(rows[0])
    assert sorted(float(r["OBS_VALUE"]) for r in rows) == sorted(frame["value"].to_list())


def test_what_is_no_format_or_no_indicator_is_not_found(site: Client, code: str) -> None:
    for address in (f"/data/{code}.exe", "/data/none.csv", "/data/../settings.csv"):
        assert site.get(address, follow=True).status_code == 404, address


def test_the_archive_of_everything_verifies_where_it_is_unpacked(site: Client, tmp_path: Path) -> None:
    first = body(site, "/data/catalogue.zip")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    report = verify(str(tmp_path / "published"))
    assert [str(p) for p in report.problems] == []
    assert report.counts["figures recomputed"] > 0
    assert body(site, "/data/catalogue.zip") == first


def test_the_feed_names_every_change(site: Client) -> None:
    for language in ("en", "ar", "zh-hans"):
        feed = ElementTree.fromstring(body(site, f"/{language}/changes.atom"))
        entries = feed.findall(f"{ATOM}entry")
        assert len(entries) >= Batch.objects.count() + 2
        ids = [e.findtext(f"{ATOM}id") for e in entries]
        assert len(set(ids)) == len(ids)
        assert all(re.fullmatch(r"urn:sha256:[0-9a-f]{64}", i or "") for i in ids)


def dataset(text: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    document: dict[str, object] = json.loads(found[1])
    return document


def test_data_pages_describe_themselves_to_search_engines(site: Client, code: str) -> None:
    for address in (f"/en/indicators/{code}/", f"/en/data/{Batch.objects.all()[0].sha256}/"):
        facts = dataset(body(site, address).decode())
        assert (facts["@context"], facts["@type"]) == ("https://schema.org", "Dataset")
        assert all(facts[name] for name in ("name", "description", "license", "distribution", "url"))


def test_a_name_cannot_break_out_of_the_description(site: Client, code: str) -> None:
    Indicator.objects.filter(code=code).update(name={"en": "</script><script>alert(1)</script>&"})
    text = body(site, f"/en/indicators/{code}/").decode()
    assert "<script>alert" not in text
    assert dataset(text)["name"] == "</script><script>alert(1)</script>&"


@pytest.mark.parametrize(
    "name", ["../rightsplan.sqlite3", "..%2fsecret_key", "/etc/passwd", "batches/../../secret_key", "log_key", "a\\b"]
)
def test_the_published_folder_lets_nobody_out(site: Client, name: str) -> None:
    assert site.get(f"/published/{name}").status_code in (301, 404)


def test_published_files_can_be_kept_for_ever_and_asked_for_again(site: Client) -> None:
    sha = Batch.objects.all()[0].sha256
    answer = site.get(f"/published/batches/{sha}.json")
    assert "immutable" in answer.headers["Cache-Control"]
    assert site.get("/published/catalogue.json").headers["Cache-Control"] == "public, no-cache"
    again = site.get(f"/published/batches/{sha}.json", headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304
