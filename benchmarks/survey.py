"""Estimates of the California API samples beside those of R survey 4.1-1, figure by figure, and the time of a call.

The data are of R's survey package (GPL) and not bundled: BENCH_SURVEY_API names a folder with apistrat.csv and
apiclus1.csv as that package has them. R's figures were made with survey 4.1-1 on R 4.2.2.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmarks.measure import medians
from rightsplan.stats import survey
from rightsplan.stats.survey import Estimate, Margin

PROMISE = 1e-10  # relative difference: R printed twelve digits
RAKED = 1e-9  # raking stops at a tolerance
REPEATS = 20
STYPE = {"E": 4421.0, "H": 755.0, "M": 1018.0}
SCH_WIDE = {"No": 1072.0, "Yes": 5122.0}
R = {
    "strat mean api00": (662.287363159, 9.40894080278),
    "strat total enroll": (3687177.53244, 114641.716101),
    "strat ratio api.stu/enroll": (0.836956886941, 0.00775710316664),
    "strat mean api00, E": (674.43, 12.3824797939),
    "strat mean api00, H": (625.82, 14.9371291854),
    "strat mean api00, M": (636.60, 16.2147073082),
    "clus1 mean api00": (644.169398907, 23.5422406938),
    "clus1 total enroll": (3404940.13453, 932235.027041),
    "clus1 raked mean api00": (641.230320927, 23.7036168879),
    "clus1 raked total enroll": (3647280.14807, 400603.256862),
}


def read(folder: Path, name: str) -> pl.DataFrame:
    """Read one sample as R writes it."""
    return pl.read_csv(folder / name, null_values="NA", infer_schema_length=10_000)


def stratified(frame: pl.DataFrame) -> Iterator[tuple[str, Estimate]]:
    """Estimate from the stratified sample."""
    drawn = survey.sample(frame["pw"], stratum=frame["stype"].to_list(), population=frame["fpc"])
    yield "strat mean api00", survey.mean(drawn, frame["api00"])[0]
    yield "strat total enroll", survey.total(drawn, frame["enroll"])[0]
    yield "strat ratio api.stu/enroll", survey.ratio(drawn, frame["api.stu"], frame["enroll"])[0]
    for found in survey.mean(drawn, frame["api00"], by=frame["stype"].to_list()):
        yield f"strat mean api00, {found.group}", found


def clustered(frame: pl.DataFrame) -> Iterator[tuple[str, Estimate]]:
    """Estimate from the cluster sample, as drawn and raked."""
    districts = frame["dnum"].cast(pl.String).to_list()
    drawn = survey.sample(frame["pw"], cluster=districts, population=frame["fpc"])
    margins = [
        Margin(name="stype", levels=frame["stype"].to_list(), totals=STYPE),
        Margin(name="sch.wide", levels=frame["sch.wide"].to_list(), totals=SCH_WIDE),
    ]
    raked = survey.rake(drawn, margins, tolerance=1e-12).sample
    for name, bound in (("clus1", drawn), ("clus1 raked", raked)):
        yield f"{name} mean api00", survey.mean(bound, frame["api00"])[0]
        yield f"{name} total enroll", survey.total(bound, frame["enroll"])[0]


def beside(name: str, found: Estimate) -> str:
    """Return the line of one figure: ours, R's, and the larger relative difference of value and error."""
    value, error = R[name]
    if found.value is None or found.error is None:
        return f"  {name}: no figure ({found.note}) FAIL"
    off = max(abs(found.value / value - 1), abs(found.error / error - 1))
    promise = RAKED if "raked" in name else PROMISE
    return (
        f"  {name}: {found.value:.12g} (se {found.error:.12g}), R {value:.12g} ({error:.12g}),"
        f" off by {off:.1e}, promised {promise:g} {'PASS' if off <= promise else 'FAIL'}"
    )


def run(folder: Path) -> list[str]:
    """Return the lines of the report."""
    given = os.environ.get("BENCH_SURVEY_API", "")
    if not given:
        return ["survey: not measured (BENCH_SURVEY_API names a folder with the API samples)"]
    strat, clus = (read(Path(given), name) for name in ("apistrat.csv", "apiclus1.csv"))
    lines = ["survey: estimates of the California API samples beside R survey 4.1-1"]
    lines += [beside(name, found) for part in (stratified(strat), clustered(clus)) for name, found in part]
    drawn = survey.sample(strat["pw"], stratum=strat["stype"].to_list(), population=strat["fpc"])
    groups = strat["stype"].to_list()
    one, by_group = medians(
        lambda: len(survey.mean(drawn, strat["api00"])),
        lambda: len(survey.mean(drawn, strat["api00"], by=groups)),
        repeats=REPEATS,
    )
    return [*lines, f"  a mean {one * 1e3:.1f} ms, means of 3 groups in one call {by_group * 1e3:.1f} ms"]
