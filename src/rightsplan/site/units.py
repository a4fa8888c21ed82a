"""Units beside a number, in the plural that the number needs: "1 year", "1,5 an", "81 год", "5 лет".

The categories are those of Unicode CLDR. A unit, a language or a category that the table lacks keeps the label of the
vocabulary. Russian declines a number's unit after "at least" and its like, so it has a second row.
"""

from decimal import Decimal

from rightsplan.site.labels import unit, unit_code
from rightsplan.site.numbers import here
from rightsplan.site.texts import reading

Forms = dict[str, str]
GOVERNED = "/governed"  # behind a word that asks for the genitive


def two(one: str, other: str = "") -> Forms:
    """Return the forms of a language with one singular and one plural; without `other` the label stands."""
    return {"one": one, **({"other": other} if other else {})}


def slavic(one: str, few: str, many: str, *, after: str = "") -> dict[str, Forms]:
    """Return the Russian forms, also those after a word that asks for the genitive (`after` is its singular)."""
    single = after or few
    governed = {"one": single, "few": many, "many": many, "other": few}
    return {"ru": {"one": one, "few": few, "many": many, "other": few}, f"ru{GOVERNED}": governed}


def arabic(single: str, few: str) -> Forms:
    """Return the Arabic forms beside digits: the plural from three to ten, else the singular."""
    return {**dict.fromkeys(["zero", "one", "two", "many", "other"], single), "few": few}


FORMS: dict[str, dict[str, Forms]] = {
    "years": {
        "en": two("year"), "es": two("año"), "fr": two("an"), "ar": arabic("سنة", "سنوات"),
        **slavic("год", "года", "лет"),
    },
    "persons": {
        "en": two("person"), "es": two("persona"), "fr": two("personne"), "ar": arabic("شخص", "أشخاص"),
        **slavic("человек", "человека", "человек"),
    },
    "million": {"es": two("millón"), "fr": two("million"), "ar": arabic("مليون", "ملايين")},
    "million_persons": {
        "es": two("millón de personas"), "fr": two("million de personnes"), "ar": arabic("مليون شخص", "ملايين شخص"),
    },
    "percentage_points": {
        "en": two("percentage point"), "es": two("punto porcentual"), "fr": two("point de pourcentage"),
        "ar": arabic("نقطة مئوية", "نقاط مئوية"),
        **slavic("процентный пункт", "процентных пункта", "процентных пунктов", after="процентного пункта"),
    },
    "cases": {
        "en": two("case"), "es": two("caso"), "fr": two("cas"), "ar": arabic("حالة", "حالات"),
        **slavic("дело", "дела", "дел"),
    },
    "hours": {
        "en": two("hour"), "es": two("hora"), "fr": two("heure"), "ar": arabic("ساعة", "ساعات"),
        **slavic("час", "часа", "часов"),
    },
    "households": {
        "en": two("household"), "es": two("hogar"), "fr": two("ménage"), "ar": arabic("أسرة معيشية", "أسر معيشية"),
        **slavic("домохозяйство", "домохозяйства", "домохозяйств"),
    },
    "projects": {
        "en": two("project"), "es": two("proyecto"), "fr": two("projet"), "ar": arabic("مشروع", "مشاريع"),
        **slavic("проект", "проекта", "проектов"),
    },
}  # fmt: skip
# A fraction of percentage points is "пункта" in Russian, as after a genitive.
FORMS["percentage_points"]["ru"]["other"] = "процентного пункта"
FORMS["percentage_points"][f"ru{GOVERNED}"]["other"] = "процентного пункта"


def beside(shown: Decimal, words: str, *, governed: bool = False) -> str:
    """Return the unit for a number as it is shown; `governed` says that a word before asks for the genitive."""
    forms = FORMS.get(unit_code(words), {})
    language = reading()
    own = forms.get(f"{language}{GOVERNED}" if governed else language) or forms.get(language, {})
    return own.get(here().plural_form(shown)) or unit(words)
