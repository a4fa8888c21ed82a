"""The bundled examples as arrays, and the map of Scotland that books on disease mapping share."""

import csv
import re
from importlib.resources import files

import numpy as np

from rightsplan.stats.panel import Floats


def column(name: str, field: str) -> Floats:
    text = (files("rightsplan.stats") / "examples" / f"{name}.csv").read_text(encoding="utf-8")
    return np.array([float(row[field] or "nan") for row in csv.DictReader(text.splitlines())])


def numbers(text: str) -> Floats:
    return np.array([float(x) for x in re.findall(r"[\d.]+", text)])


# Lip cancer in 56 districts of Scotland, 1975 to 1980: cases, expected cases, share of work outdoors in percent
# (Clayton and Kaldor 1987, Biometrics 43, table 1), and neighbours as in the Stan case study of Morris (2019), which
# joins the three islands to the mainland.
CASES = numbers(
    "9 39 11 9 15 8 26 7 6 20 13 5 3 8 17 9 2 7 9 7 16 31 11 7 19 15 7 10 16 11 5 3 7 8 11 9 11 8 6 4 10 8 2 6 19 3 2 3"
    " 28 6 1 1 1 1 0 0"
)
EXPECTED = numbers(
    "1.4 8.7 3.0 2.5 4.3 2.4 8.1 2.3 2.0 6.6 4.4 1.8 1.1 3.3 7.8 4.6 1.1 4.2 5.5 4.4 10.5 22.7 8.8 5.6 15.5 12.5 6.0"
    " 9.0 14.4 10.2 4.8 2.9 7.0 8.5 12.3 10.1 12.7 9.4 7.2 5.3 18.8 15.8 4.3 14.6 50.7 8.2 5.6 9.3 88.7 19.6 3.4 3.6"
    " 5.7 7.0 4.2 1.8"
)
OUTDOORS = numbers(
    "16 16 10 24 10 24 10 7 7 16 7 16 10 24 7 16 10 7 7 10 7 16 10 7 1 1 7 7 10 10 7 24 10 7 7 0 10 1 16 0 1"
    " 16 16 0 1 7 1 1 0 1 1 0 1 1 16 10"
)
PAIRS = [
    (int(a), int(b))
    for a, b in re.findall(
        r"(\d+)-(\d+)",
        "0-4 0-8 0-10 0-18 1-6 1-9 2-5 2-11 3-17 3-19 3-27 4-10 4-11 4-12 4-18 5-7 6-9 6-12 6-15 6-16 8-10 8-16"
        " 8-18 8-22 8-28 9-15 9-21 10-11 12-16 12-18 13-30 13-31 13-34 14-24 14-28 14-49 15-16 15-20 15-21 15-28"
        " 16-18 16-28 17-19 17-27 17-32 17-54 17-55 19-54 20-28 20-49 22-28 22-33 22-35 22-36 22-38 23-26 23-29"
        " 23-30 23-43 23-46 23-47 23-54 23-55 24-25 24-28 25-28 25-41 25-42 26-30 26-31 26-54 27-32 27-44 28-33"
        " 28-42 28-49 29-37 29-41 29-43 29-44 29-55 30-31 30-34 30-45 30-46 31-34 32-44 32-55 33-38 33-39 33-41"
        " 33-42 33-50 33-51 33-53 34-36 34-45 35-36 35-38 35-40 36-40 36-45 37-41 37-43 37-48 37-50 37-53 38-39"
        " 38-40 39-40 39-48 39-51 40-45 40-48 40-52 41-42 41-50 43-47 43-48 44-55 45-46 45-52 46-47 46-48 46-52"
        " 47-48 48-51 48-52 48-53 50-53 51-53 54-55",
    )
]
