"""Opens what a file comes in: says by its content what it is, unpacks it within a limit, and turns text into UTF-8."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

from rightsplan.errors import Refused

CHUNK = 1 << 20
LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls and of encrypted .xlsx
ACCEPTED = "Give CSV, XLSX or Parquet."


@dataclass(frozen=True, slots=True)
class Content:
    """What lies in a file: UTF-8 text without a mark, a workbook, or Parquet."""

    kind: Literal["text", "xlsx", "parquet"]
    data: bytes


def open_container(data: bytes, *, name: str, most_bytes: int) -> Content:
    """Return the content. Raises Refused for what is empty, encrypted, old, damaged, too large or no table."""
    if data.startswith(b"\x1f\x8b"):
        data = gunzip(data, name, most_bytes)
    if len(data) > most_bytes:
        raise too_large(name, most_bytes)
    if not data.strip():
        raise Refused(f"{name} is empty.", "Give a file with a header row and at least one row below it.")
    if data.startswith(LEGACY):
        raise legacy(data, name)
    if data.startswith(b"PAR1"):
        return Content("parquet", data)
    if data.startswith(b"PK\x03\x04"):
        check_workbook(data, name, most_bytes)
        return Content("xlsx", data)
    return Content("text", utf8(data, name))


def too_large(name: str, most_bytes: int) -> Refused:
    """Return the refusal of a file that unpacks to more than the limit."""
    return Refused(f"{name} unpacks to more than {most_bytes >> 20:,} MiB.", "Split it into several files.")


def legacy(data: bytes, name: str) -> Refused:
    """Return the refusal of an old or encrypted workbook."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused(f"{name} is protected by a password.", "Save it without a password.")
    return Refused(f"{name} is in the old .xls format.", "Open it in a spreadsheet program and save it as .xlsx.")


def gunzip(data: bytes, name: str, most_bytes: int) -> bytes:
    """Unpack gzip (one member or several) within the limit."""
    parts, total = [], 0
    try:
        while data.startswith(b"\x1f\x8b"):
            stream = zlib.decompressobj(wbits=31)
            while not stream.eof:
                part = stream.decompress(data, CHUNK)
                data = stream.unconsumed_tail
                total += len(part)
                parts.append(part)
                if total > most_bytes:
                    raise too_large(name, most_bytes)
                if not part and not data and not stream.eof:
                    raise Refused(f"{name} ends too early.", "Download or compress it again.")
            data = stream.unused_data
    except zlib.error as error:
        raise Refused(f"{name} is a damaged .gz file.", "Download or compress it again.") from error
    return b"".join(parts)


def check_workbook(data: bytes, name: str, most_bytes: int) -> None:
    """Raise Refused unless a ZIP file is a whole workbook that unpacks within the limit.

    Its own statement of sizes is not believed: every part is unpacked and counted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "[Content_Types].xml" not in archive.namelist() or not any(
                n.startswith("xl/") for n in archive.namelist()
            ):
                raise Refused(f"{name} is a ZIP file, but no workbook.", ACCEPTED)
            total = 0
            for part in archive.infolist():
                part.file_size = most_bytes + 1  # else reading would stop at the stated size
                with archive.open(part) as stream:
                    while chunk := stream.read(CHUNK):
                        total += len(chunk)
                        if total > most_bytes:
                            raise too_large(name, most_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Refused(f"{name} is a damaged workbook.", "Save it again as .xlsx or as CSV (UTF-8).") from error


def utf8(data: bytes, name: str) -> bytes:
    """Return text as UTF-8 without a byte-order mark; UTF-8, UTF-16 and GB18030 are told apart by their bytes."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = decoded(data, "utf-16", name)
    elif looks_like_utf16(data):
        data = decoded(data, "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be", name)
    if b"\x00" in data or re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", data[:CHUNK]):
        raise Refused(f"{name} is no text.", ACCEPTED)
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(data, "gb18030", name) if looks_like_gb18030(data) else decoded(data, "utf-8", name)
    return data


def looks_like_utf16(data: bytes) -> bool:
    """Say whether every other of the first bytes is zero, as in Latin text written in UTF-16."""
    start = data[:200]
    return len(start) >= 4 and (start[0::2].count(0) == len(start) // 2) != (start[1::2].count(0) == len(start) // 2)


def looks_like_gb18030(data: bytes) -> bool:
    """Say whether most two-byte characters lie in the plane of GB 2312, where Chinese text lies.

    Western 8-bit text often decodes as GB18030 by accident, but then an accented letter is followed by an ASCII one.
    """
    pairs = re.findall(rb"[\x81-\xfe](?:[\x40-\xfe]|[\x30-\x39][\x81-\xfe][\x30-\x39])", data[:CHUNK])
    common = sum(1 for pair in pairs if pair[0] >= 0xA1 and pair[1] >= 0xA1)
    return common * 2 > len(pairs)


def decoded(data: bytes, encoding: str, name: str) -> bytes:
    """Return bytes of a known encoding as UTF-8."""
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as error:
        raise Refused(f"{name} is in an unknown character encoding.", "Save it as CSV (UTF-8) or as .xlsx.") from error
