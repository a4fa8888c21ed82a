"""What every column of a plan file means, as the form explains it; choices become lists to pick from."""

from rightsplan.stats.promise import DIRECTIONS

YES_NO = ["yes", "no"]
CHOICES: dict[str, list[str]] = {
    "is_example": YES_NO,
    "strict": YES_NO,
    "hold": YES_NO,
    "direction": [name.replace("_", " ") for name in DIRECTIONS],
    "kind": ["quantitative", "qualitative", "process"],
    "force": ["binding", "expected"],
}
# Columns whose cells a spreadsheet program must not turn into numbers or days: 1.10 is not 1.1.
CODES = ["plan", "chapter", "measure", "target", "plan_start", "plan_end", "due", "reported_result", "reported_year"]
MEANING: dict[str, tuple[str, str]] = {
    "plan": ("Code of the plan: place and year. Required on every row.", "XB-NO-2020"),
    "plan_title": ("Title of the plan; on its first row.", "Rights in Northtown"),
    "plan_start": ("First year or day; on the plan's first row.", "2020"),
    "plan_end": ("Last year or day; on the plan's first row.", "2027"),
    "jurisdiction": ("Code of the place the plan holds for; on its first row.", "XB-NO"),
    "predecessor": ("Code of the plan before this one.", "XB-NO-2016"),
    "parent_plan": ("Code of the plan whose targets this one rests on.", ""),
    "is_example": ("yes: made up, and marked so on every page.", "no"),
    "plan_note": ("Anything a reader should know about the plan.", ""),
    "chapter": ("Number of the chapter. Required on every row.", "3"),
    "chapter_title": ("Title of the chapter; on its first row.", "Education"),
    "measure": ("Number of the measure within the plan. Required on every row.", "3.2"),
    "measure_title": ("What will be done; on the measure's first row.", "A place to learn for everyone"),
    "rights": ("Codes of the rights it serves, separated by semicolons (see the sheet Codes).", "education"),
    "groups": ("Codes of the groups it is for, separated by semicolons (see the sheet Codes).", "children; women"),
    "lead_body": ("Code of the one body that answers for it.", "XB-NO/schools"),
    "supporting_bodies": ("Codes of other bodies, separated by semicolons.", ""),
    "due": ("Day or year the measure is due.", "2025-12-31"),
    "target": ("Letter of the target; given in row order where empty.", "a"),
    "target_title": ("The promise in words.", "Nine in ten finish school"),
    "indicator": ("Code of the indicator; empty for a promise in words.", "school_completion"),
    "group": ("For whom it is promised, as dimension values; empty: everyone.", "sex=F;age=15-24"),
    "unit": ("Unit of the figures; must be the indicator's.", "%"),
    "direction": ("How the result is compared with the figure.", "at least"),
    "strict": ("yes: more than, instead of at least.", "no"),
    "hold": ("yes: to be kept in every year, not only at the end.", "no"),
    "tolerance": ("For exactly and about: how far off is still kept, in the unit.", "2"),
    "baseline": ("Where it starts.", "80"),
    "baseline_year": ("Year of the baseline.", "2019"),
    "target_value": ("Where it leads; for change by, the change.", "90"),
    "target_year": ("By when; the plan's last year where empty.", "2027"),
    "kind": ("In figures, in words, or something to be done.", "quantitative"),
    "force": ("Whether the plan calls the target binding or expected.", "binding"),
    "reported_result": ("What the body reports; several figures with semicolons.", "86"),
    "reported_year": ("The year of each reported result.", "2023"),
    "reported_view": ("The body's own words on it.", "Work goes as planned"),
    "source_target": ("Page or address where the promise stands.", "Plan, page 14"),
    "source_result": ("Page or address where the result stands.", "Report 2023, page 3"),
    "language": (
        "Language of the texts of this row (en where empty); others in columns such as measure_title_fr.",
        "en",
    ),
    "note": ("Anything a reader should know about the target.", ""),
}
