"""What a file comes in: encodings, packing, and everything that is no table."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from rightsplan.errors import Refused
from rightsplan.tables import containers
from rightsplan.tables.containers import open_container
from rightsplan.tables.reading import read_text_table

from .files import read, refusal_of, rezipped, rows_of, sheet_of

TEXT = "place,name\nCN-BJ,北京\nAA,Ñandú\n"
READ = [("CN-BJ", "北京"), ("AA", "Ñandú")]
CHINESE = "代码,名称,说明\nCN-BJ,北京市,首都,\nCN-SH,上海市,直辖市\n".replace("首都,", "首都")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_the_same_in_every_unicode_encoding(encoding: str) -> None:
    table = read(TEXT.encode(encoding))
    assert table.columns == ["place", "name"]
    assert rows_of(table) == READ


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised_by_its_zero_bytes(encoding: str) -> None:
    assert rows_of(read("a,b\nx,y\n".encode(encoding))) == [("x", "y")]


def test_utf16_big_endian_with_a_mark() -> None:
    assert rows_of(read(b"\xfe\xff" + TEXT.encode("utf-16-be"))) == READ


def test_gb18030_is_recognised_without_being_told() -> None:
    table = read(CHINESE.encode("gb18030"))
    assert table.columns == ["代码", "名称", "说明"]
    assert rows_of(table) == [("CN-BJ", "北京市", "首都"), ("CN-SH", "上海市", "直辖市")]


def test_a_four_byte_character_of_gb18030_survives() -> None:
    assert rows_of(read("名称,值\n北京的𠮷字,一\n".encode("gb18030"))) == [("北京的𠮷字", "一")]


def test_western_eight_bit_text_is_refused_and_never_turned_into_chinese() -> None:
    refusal = refusal_of("name,value\nMünchen,1\nÉvry,2\nMálaga,3\n".encode("latin-1"))
    assert "character encoding" in refusal.message
    assert "UTF-8" in refusal.remedy


@pytest.mark.parametrize("packed", [False, True])
def test_gzip_changes_nothing(packed: bool, tmp_path: Path) -> None:
    data = TEXT.encode()
    path = tmp_path / "places.csv.gz"
    path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
    table = read_text_table(path)
    assert table.name == "places.csv.gz"
    assert rows_of(table) == READ


def test_gzip_of_several_members_is_read_to_the_end() -> None:
    assert rows_of(read(gzip.compress(b"a,b\n1,2", mtime=0) + gzip.compress(b"\n3,4", mtime=0))) == [
        ("1", "2"),
        ("3", "4"),
    ]


def test_a_workbook_packed_by_gzip_is_a_workbook() -> None:
    assert rows_of(read(gzip.compress(sheet_of([["a"], ["x"]]), mtime=0))) == [("x",)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(TEXT.encode(), mtime=0)[:-12], "ends too early"),
        (gzip.compress(TEXT.encode(), mtime=0)[:4], "ends too early"),
        (b"\x1f\x8bnothing", "damaged .gz"),
        (b"", "is empty"),
        (b" \r\n\t\n ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"a,b\n\x00\x01,\x02\n", "is no text"),
        (b"%PDF-1.7\x00\x01\x02", "is no text"),
        (b"PK\x03\x04 but nothing else", "damaged workbook"),
        (b"PAR1 but nothing else PAR1", "damaged Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(data: bytes, message: str) -> None:
    refusal = refusal_of(data)
    assert message in refusal.message
    assert refusal.remedy


def test_a_zip_file_that_is_no_workbook_is_named_as_one() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.csv", TEXT)
    assert "ZIP file" in refusal_of(buffer.getvalue()).message


def test_a_missing_file_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"gone\.csv cannot be read"):
        read_text_table(tmp_path / "gone.csv")


def test_a_gzip_bomb_is_stopped_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = []
    original = containers.zlib.decompressobj

    class Counting:
        def __init__(self) -> None:
            self.stream = original(wbits=31)

        def __getattr__(self, name: str) -> object:
            return getattr(self.stream, name)

        def decompress(self, data: bytes, most: int) -> bytes:
            part: bytes = self.stream.decompress(data, most)
            unpacked.append(len(part))
            return part

    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    monkeypatch.setattr(containers.zlib, "decompressobj", lambda wbits: Counting())
    with pytest.raises(Refused, match="unpacks to more than 4 MiB"):
        open_container(bomb, name="bomb.gz", most_bytes=4 << 20)
    assert sum(unpacked) <= (4 << 20) + 2 * containers.CHUNK


def test_a_zip_bomb_is_stopped_whatever_size_it_states() -> None:
    def blown_up(name: str, content: bytes) -> bytes:
        return content + b" " * 20_000_000 if name.endswith("sheet1.xml") else content

    bomb = rezipped(sheet_of([["a"], ["x"]]), blown_up)
    stated = 20_000_000 + len(zipfile.ZipFile(io.BytesIO(sheet_of([["a"], ["x"]]))).read("xl/worksheets/sheet1.xml"))
    lying = bomb.replace(stated.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    for data in [bomb, lying]:
        with pytest.raises(Refused, match=r"unpacks to more than 4 MiB|damaged workbook"):
            open_container(data, name="bomb.xlsx", most_bytes=4 << 20)
    assert lying != bomb


def test_a_plain_file_above_the_limit_is_refused() -> None:
    with pytest.raises(Refused, match="more than 1 MiB"):
        open_container(b"a,b\n" * 300_000, name="big.csv", most_bytes=1 << 20)


def test_a_damaged_part_of_a_workbook_is_a_refusal() -> None:
    data = bytearray(sheet_of([["a"], ["x"]]))
    data[len(data) // 2] ^= 0xFF
    assert "workbook" in refusal_of(bytes(data)).message or rows_of(read(bytes(data))) == [("x",)]


def test_a_sheet_whose_xml_is_broken_is_a_refusal() -> None:
    broken = rezipped(sheet_of([["a"], ["x"]]), lambda name, c: c[:200] if "sheet1" in name else c)
    assert refusal_of(broken).remedy
