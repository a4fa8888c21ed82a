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


def single(one: str) -> Forms:
    """Return the singular of a language whose label is the plural."""
    return {"one": one}


def slavic(one: str, few: str, many: str, of_one: str = "") -> dict[str, Forms]:
    """Return the Russian forms, alone and after a word that asks for the genitive; `of_one` is that of one."""
    of_one = of_one or few  # the same word in most cases; fractions take it too
    governed = {"one": of_one, "few": many, "many": many, "other": of_one}
    return {"ru": {"one": one, "few": few, "many": many, "other": of_one}, f"ru{GOVERNED}": governed}


def arabic(usual: str, few: str) -> Forms:
    """Return the Arabic forms beside digits: the plural from three to ten, else the singular."""
    return {**dict.fromkeys(["zero", "one", "two", "many", "other"], usual), "few": few}


FORMS: dict[str, dict[str, Forms]] = {
    "years": {
        "en": single("year"), "es": single("año"), "fr": single("an"), "ar": arabic("سنة", "سنوات"),
        **slavic("год", "года", "лет"),
    },
    "persons": {
        "en": single("person"), "es": single("persona"), "fr": single("personne"), "ar": arabic("شخص", "أشخاص"),
        **slavic("человек", "человека", "человек"),
    },
    "million": {"es": single("millón"), "fr": single("million"), "ar": arabic("مليون", "ملايين")},
    "million_persons": {
        "es": single("millón de personas"), "fr": single("million de personnes"),
        "ar": arabic("مليون شخص", "ملايين شخص"),
    },
    "percentage_points": {
        "en": single("percentage point"), "es": single("punto porcentual"), "fr": single("point de pourcentage"),
        "ar": arabic("نقطة مئوية", "نقاط مئوية"),
        **slavic("процентный пункт", "процентных пункта", "процентных пунктов", "процентного пункта"),
    },
    "cases": {
        "en": single("case"), "es": single("caso"), "fr": single("cas"), "ar": arabic("حالة", "حالات"),
        **slavic("дело", "дела", "дел"),
    },
    "hours": {
        "en": single("hour"), "es": single("hora"), "fr": single("heure"), "ar": arabic("ساعة", "ساعات"),
        **slavic("час", "часа", "часов"),
    },
    "households": {
        "en": single("household"), "es": single("hogar"), "fr": single("ménage"),
        "ar": arabic("أسرة معيشية", "أسر معيشية"),
        **slavic("домохозяйство", "домохозяйства", "домохозяйств"),
    },
    "projects": {
        "en": single("project"), "es": single("proyecto"), "fr": single("projet"), "ar": arabic("مشروع", "مشاريع"),
        **slavic("проект", "проекта", "проектов"),
    },
}  # fmt: skip


def beside(shown: Decimal, words: str, *, governed: bool = False) -> str:
    """Return the unit for a number as it is shown; `governed` says that a word before asks for the genitive."""
    forms = FORMS.get(unit_code(words), {})
    language = reading()
    own = forms.get(f"{language}{GOVERNED}" if governed else language) or forms.get(language, {})
    return own.get(here().plural_form(shown)) or unit(words)
