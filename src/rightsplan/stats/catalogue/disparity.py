"""Decisions about two groups of people, office by office: how unequal, why, and since when."""

from rightsplan.stats.catalogue.disparity_runs import run_adjusted, run_alarms, run_backlog, run_disparity
from rightsplan.stats.catalogue.disparity_words import (
    ADJUSTED,
    ALARMS,
    BACKLOG,
    CHICAGO,
    CHICAGO_OPEN,
    COUNTED,
    DISPARITY,
    EXACT,
    INDEPENDENT,
    INTEGRATED,
    R_TEST,
    UCB,
)
from rightsplan.stats.catalogue.entry import Column, Method, Option, Worked
from rightsplan.stats.disparity import (
    compare_rates,
    decompose,
    difference_sequence,
    disparity_evidence,
    expected_closures,
    fit_logistic,
    mantel_haenszel,
    one_standard,
    raise_alarms,
    rate_evidence,
    standardised_difference,
)

GROUPS = (
    Option(name="group", default="", says="The group that is asked about; with two groups, the smaller one."),
    Option(name="reference", default="", says="The group it is compared with; else the one with the most cases."),
)
ALPHA = Option(name="alpha", default=0.05, says="The chance of any false alarm, over all offices and all days.")
RESTART = Option(name="restart_every", default=182.0, says="Fresh starts, in rows of days (12 for a year of months).")
OFFICE = Column(name="office", kind="text", required=False, says="The office, or any kind of case to compare within.")
GROUP = Column(name="group", kind="text", says="The group of people.")
FAVOURABLE = Column(name="favourable", says="How many cases were decided favourably.")
TOTAL = Column(name="total", says="How many cases were decided.")
DATE = Column(name="day", kind="text", says="The day 2025-03-31, or the month 2025-03, of the decisions.")

METHODS: tuple[Method, ...] = (
    Method(
        name="disparity",
        title="Are two groups treated alike?",
        says="Compares how often two groups get a favourable decision, in every office and within offices together.",
        explains=DISPARITY,
        columns=(OFFICE, GROUP, FAVOURABLE, TOTAL),
        options=GROUPS,
        run=run_disparity,
        functions=(compare_rates, mantel_haenszel),
        example="disparity.csv",
        example_source=UCB,
        example_options={"group": "Male", "reference": "Female"},
        worked=(
            Worked(table="within", column="odds_ratio", value=0.9046968, within=5e-8, source=R_TEST),
            Worked(table="within", column="odds_ratio_low", value=0.7719074, within=5e-8, source=R_TEST),
            Worked(table="within", column="odds_ratio_high", value=1.0603298, within=5e-8, source=R_TEST),
            Worked(table="within", column="chi2_corrected", value=1.426946, within=5e-7, source=R_TEST),
            Worked(table="within", column="p_corrected", value=0.2322635, within=5e-8, source=R_TEST),
            Worked(table="within", column="chi2", value=1.524607, within=5e-7, source=R_TEST),
            Worked(table="within", column="breslow_day", value=18.8255, within=5e-5, source=INDEPENDENT),
        ),
    ),
    Method(
        name="adjusted-disparity",
        title="Do the groups differ because their cases differ?",
        says="Gives both groups the same mix of cases, and asks what one standard for all offices would change.",
        explains=ADJUSTED,
        columns=(
            GROUP,
            Column(name="favourable", says="1 where the decision was favourable, 0 where not."),
            Column(name="cases", required=False, says="How many such cases the row stands for; 1 if left out."),
            Column(name="office", kind="text", required=False, says="The office that decided."),
            Column(name="kind", kind="text", required=False, says="A kind of case that may rightly matter."),
            Column(name="kind2", kind="text", required=False, says="Another such kind."),
            Column(name="x1", required=False, says="A number that may rightly matter."),
            Column(name="x2", required=False, says="Another such number."),
            Column(name="x3", required=False, says="Another such number."),
        ),
        options=(
            *GROUPS,
            Option(
                name="within_offices", default="yes", choices=("yes", "no"), says="Compare cases of the same office."
            ),
            Option(
                name="treatment",
                default="pooled",
                choices=("pooled", "all", "a", "b"),
                says="Whose treatment the Oaxaca-Blinder split holds to be right; a is the group asked about.",
            ),
            Option(name="standard", default="average", choices=("average", "best"), says="The standard for all."),
        ),
        run=run_adjusted,
        functions=(standardised_difference, decompose, one_standard, fit_logistic),
        example="adjusted-disparity.csv",
        example_source=UCB,
        example_options={"group": "Male", "reference": "Female"},
        worked=(
            Worked(table="odds", column="log_odds", value=-0.09987, within=5e-6, source=INDEPENDENT),
            Worked(table="odds", column="error", value=0.08085, within=5e-6, source=INDEPENDENT),
        ),
    ),
    Method(
        name="alarms",
        title="An alarm for unequal decisions that may be looked at every day",
        says="Watches many offices day by day and says where two groups are treated unequally, with few false alarms.",
        explains=ALARMS,
        columns=(DATE, Column(name="office", kind="text", says="The office."), GROUP, FAVOURABLE, TOTAL),
        options=(
            *GROUPS,
            ALPHA,
            RESTART,
            Option(
                name="side",
                default="either",
                choices=("either", "worse"),
                says="Worse: only where the group fares worse.",
            ),
        ),
        run=run_alarms,
        functions=(disparity_evidence, raise_alarms, difference_sequence),
        example="alarms.csv",
        example_source=CHICAGO,
        example_options={"restart_every": 12},
        worked=(
            Worked(
                table="offices",
                row={"office": "kind 09"},
                column="evidence_log10",
                value=1.8828321,
                within=5e-8,
                source=EXACT,
            ),
            Worked(table="offices", row={"office": "kind 10"}, column="cases", value=3133, within=0, source=COUNTED),
        ),
    ),
    Method(
        name="backlog-alarms",
        title="An alarm for cases that wait too long",
        says="Watches many offices and says where open cases are closed more slowly than a stated standard.",
        explains=BACKLOG,
        columns=(
            DATE,
            Column(name="office", kind="text", says="The office."),
            Column(name="open", says="Cases open when the day or month began."),
            Column(name="closed", says="How many of these were closed in it."),
        ),
        options=(
            Option(name="standard_days", default=180.0, says="The mean wait that the standard allows, in days."),
            Option(name="period_days", default=1.0, says="The length of a row's period in days (30.44 for months)."),
            ALPHA,
            RESTART,
        ),
        run=run_backlog,
        functions=(rate_evidence, expected_closures, raise_alarms),
        example="alarms-backlog.csv",
        example_source=CHICAGO_OPEN,
        example_options={"restart_every": 12, "period_days": 30.44, "standard_days": 365},
        worked=(
            Worked(
                table="offices",
                row={"office": "kind 01"},
                column="evidence_log10",
                value=1.465285,
                within=5e-7,
                source=INTEGRATED,
            ),
            Worked(table="offices", row={"office": "kind 05"}, column="closed", value=4782, within=0, source=COUNTED),
        ),
    ),
)
