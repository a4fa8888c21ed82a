"""The methods of the part `index`: human development, poverty, coordination, composite."""

from rightsplan.stats.catalogue.entry import Column, Method, Option, Worked
from rightsplan.stats.index.composite import measure, recipes
from rightsplan.stats.index.coupling import balance, coordinate
from rightsplan.stats.index.domains import joined_by
from rightsplan.stats.index.human import gdi, hdi, ihdi
from rightsplan.stats.index.poverty import alkire_foster, nested_weights
from rightsplan.stats.index.ranks import uncertainty
from rightsplan.stats.index.statements import robustness
from rightsplan.stats.index.tables import UNEQUAL, composite, coordination, human_development, poverty
from rightsplan.stats.index.weights import entropy_weights

GDL = "Subnational Human Development Database, Global Data Lab, open-numbers/ddf--gdl--shdi at 044b3e07, CC BY 4.0"
TEXTBOOK = "Test of the R package mpindex (MIT); the same shares as in Alkire and Foster (2011), section 4"

PLACE = Column(name="place", kind="text", says="The place, as a name or a code.")
PERIOD = Column(name="period", kind="text", required=False, says="The year or other period.")
SCALE = Column(name="scale", kind="text", required=False, says="linear (as it is) or log (equal ratios, equal steps).")
POSTS = (
    Column(name="worst", says="The goalpost that counts as 0, in the unit of the value, the same for all places."),
    Column(name="best", says="The goalpost that counts as 1; below worst where less is better."),
    SCALE,
)

HUMAN = """
Three parts, each between 0 and 1:

```
health    = (life expectancy - 20) / 65            women 22.5 to 87.5, men 17.5 to 82.5
education = (expected schooling / 18 + mean schooling / 15) / 2
income    = (ln income - ln 100) / (ln 75,000 - ln 100)
HDI       = cube root of health x education x income
IHDI      = HDI x cube root of (1 - A_health)(1 - A_education)(1 - A_income)
GDI       = HDI of women / HDI of men
```

Source: UNDP, Human Development Report 2023/24, technical notes 1 to 3. `A` is the Atkinson inequality of each part
(aversion 1), in the file as per cent. The loss is computed from exact indices; UNDP prints the loss of the rounded
ones, which differs by up to 0.16 points for the countries of 2022. Progress beyond a goalpost does not show. The index
is an average of a place: it says nothing about groups, nor about rights that are no part of it.
"""
POOR = """
```
score of a household  c = sum of weights of what it lacks      (weights sum to 1)
poor                  c >= cutoff
H  = share of people who are poor          A = mean score of the poor
M0 = H x A                                 contribution of an indicator = weight x share poor and deprived / M0
```

Source: Alkire and Foster (2011), Journal of Public Economics 95, 476-487. Scores are counted in whole parts, so that a
household exactly at the cutoff is poor whatever the decimals. Weights: the column `weight` (fractions such as 1/18 are
best), else equal between dimensions and within them (column `dimension`), else equal. Standard errors by Taylor
linearization with strata and clusters (drawn with replacement); intervals on the log odds. They need more than one row,
and say nothing of people who were never asked. Where nobody is poor, A is 0 by convention and nothing contributes.
"""
EVEN = """
Every value stands on fixed goalposts: 0 at `worst`, 1 at `best`; a domain is the mean of its indicators. Then, for n
domains with values u and weights w:

```
level         T = sum w u
coupling      C = geometric mean / arithmetic mean                               (standard)
              C = sqrt( [1 - mean |u_i - u_j|] x [product of u / max u]^(1/(n-1)) )    (corrected)
coordination  D = sqrt(C x T)
```

Source: Wang, Kong et al. (2021), Journal of Natural Resources 36(3), 793-810. The standard coupling crowds near 1, the
corrected one uses the whole range. Coupling never stands without the level: equally bad in everything is C = 1 too. Any
value of 0 makes C and D 0; where all are 0, C is undefined. A place with a gap is not measured. With three domains of
equal weight, the square of the standard D is the geometric mean of the three: for health, education and income, the
human development index. Says nothing about one domain causing another.
"""
JOINT = """
The plan fixes goalposts, weights and the mean (geometric if nothing else is said). The result of a place then depends
on no other place. Around it:

- **Admissible methods**: goalposts with the arithmetic, geometric or harmonic mean, min-max and z with the arithmetic
  mean; each with the plan's weights, equal weights, and one indicator's weight doubled or halved. All are listed in the
  table `methods`. In none can a place that is nowhere worse score worse.
- **Statements** (who is above whom, who is in which class, who became better): more than a tenth of the methods answer
  otherwise: "depends on the method"; else fewer than 95 of 100 draws of the data agree: "within the error of the data".
- **Ranks**: `rank_low` to `rank_high` is what the errors of the data leave open (a lead counts where it exceeds what
  chance reaches in 95 of 100 draws for the largest lead); `reach` is where 95 of 100 draws land when data, weights
  (Dirichlet around the plan's) and methods vary together.

Source: OECD and JRC (2008), Handbook on Constructing Composite Indicators; Saisana, Saltelli and Tarantola (2005);
Mogstad, Romano, Shaikh and Wilhelm (2024). Weights drawn from the data (entropy) change the yardstick whenever the data
change: they are shown for comparison and never used. Errors are taken as normal and independent. Classes count from 0.
"""

METHODS: tuple[Method, ...] = (
    Method(
        name="human-development",
        title="Human development of places, of women and of men",
        says="How long people live, how long they learn and how much they have, in one figure between 0 and 1.",
        explains=HUMAN,
        columns=(
            PLACE,
            Column(
                name="sex", kind="text", required=False, says="both, female or male; both where there is no column."
            ),
            Column(name="life_expectancy", missing=True, says="Years at birth."),
            Column(name="expected_schooling", missing=True, says="Years of school a child entering now can expect."),
            Column(name="mean_schooling", missing=True, says="Mean years of schooling of people of 25 and over."),
            Column(name="income", missing=True, says="National income per person in purchasing power, dollars."),
            *(
                Column(name=name, required=False, missing=True, says="Atkinson inequality, per cent.")
                for name in UNEQUAL
            ),
        ),
        run=human_development,
        functions=(hdi, ihdi, gdi),
        example="human-development.csv",
        example_source=f"Regions of South Africa and Sweden, 2019: {GDL}",
        worked=tuple(
            Worked(
                table="development",
                row={"place": place, "sex": sex},
                column="hdi",
                value=value,
                within=0.00051,
                source="Global Data Lab, the same database, published index of 2019",
            )
            for place, sex, value in (
                ("Stockholm region", "both", 0.970),
                ("Stockholm region", "female", 0.962),
                ("Central Norrland", "male", 0.938),
                ("Western Cape", "both", 0.745),
                ("Limpopo", "female", 0.705),
                ("Limpopo", "male", 0.714),
            )
        ),
    ),
    Method(
        name="poverty",
        title="Poverty in many things at once",
        says="How many people lack many things at the same time, how much they lack, and what they lack.",
        explains=POOR,
        columns=(
            Column(name="household", kind="text", says="The household or person."),
            Column(
                name="indicator", kind="text", says="What may be lacking: one row for each household and indicator."
            ),
            Column(name="deprived", missing=True, says="1 lacking, 0 not lacking."),
            Column(name="weight", kind="text", required=False, says="Weight of the indicator, as 1/18 or 0.25."),
            Column(name="dimension", kind="text", required=False, says="Dimension of the indicator, if no weight."),
            Column(name="people", required=False, says="How many people the household stands for."),
            Column(name="stratum", kind="text", required=False, says="Stratum of the sample."),
            Column(name="cluster", kind="text", required=False, says="First-stage cluster of the sample."),
            Column(name="group", kind="text", required=False, says="A group to be shown by itself."),
        ),
        options=(Option(name="cutoff", default="1/3", says="Share of all weights from which a household is poor."),),
        run=poverty,
        functions=(alkire_foster, nested_weights),
        example="poverty.csv",
        example_source=f"Made-up households of a textbook case. {TEXTBOOK}",
        example_options={"cutoff": "1/2"},
        worked=tuple(
            Worked(
                table="poverty",
                row={"group": "all", "measure": measure_name},
                column="value",
                value=value,
                within=1e-12,
                source=TEXTBOOK,
            )
            for measure_name, value in (("headcount", 0.5), ("intensity", 0.75), ("adjusted headcount", 0.375))
        ),
    ),
    Method(
        name="coordination",
        title="How evenly the domains of life move together",
        says="Whether a place is equally far in all domains, how far it is, and which domain lags.",
        explains=EVEN,
        columns=(
            PLACE,
            PERIOD,
            Column(name="domain", kind="text", says="The domain or right that the value speaks for."),
            Column(name="indicator", kind="text", required=False, says="The indicator, if a domain has several."),
            Column(name="value", missing=True, says="The figure in its own unit."),
            *POSTS,
        ),
        options=(
            Option(name="form", default="corrected", choices=("corrected", "standard"), says="The form of coupling."),
        ),
        run=coordination,
        functions=(balance, coordinate, joined_by),
        example="coordination.csv",
        example_source=f"Health, education and income in the provinces of China, 2000 and 2019: {GDL}",
        example_options={"form": "standard"},
        worked=tuple(
            Worked(
                table="coordination",
                row={"place": place, "period": period},
                column="coordination",
                value=value**0.5,
                within=0.0004,
                source=f"Square root of the published human development index ({value:.3f}), Global Data Lab",
            )
            for place, period, value in (
                ("Beijing", "2019", 0.904),
                ("Shanghai", "2019", 0.873),
                ("Tibet", "2019", 0.608),
                ("Beijing", "2000", 0.737),
            )
        ),
    ),
    Method(
        name="composite",
        title="One score from many figures, and how sure its ranks are",
        says="One score for each place, the ranks it may have, and which statements another method would reverse.",
        explains=JOINT,
        columns=(
            PLACE,
            PERIOD,
            Column(name="indicator", kind="text", says="One row for each place, period and indicator."),
            Column(name="value", missing=True, says="The figure in its own unit."),
            Column(name="error", required=False, missing=True, says="Its standard error; blank where it is exact."),
            *POSTS,
            Column(name="weight", required=False, says="The plan's weight of the indicator; equal if absent."),
        ),
        options=(
            Option(name="mean", default="geometric", choices=("geometric", "arithmetic", "harmonic"), says="The mean."),
            Option(name="edges", default="0.55, 0.7, 0.8", says="Edges of classes; UNDP's if nothing else is said."),
            Option(name="draws", default=1_000.0, says="Number of draws, 100 to 100,000."),
            Option(name="seed", default=1.0, says="A whole number: the same seed gives the same answer."),
        ),
        run=composite,
        functions=(measure, recipes, uncertainty, robustness, entropy_weights),
        example="composite.csv",
        example_source=f"States of Brazil, 2010 and 2019; errors are made up for illustration: {GDL}",
        worked=tuple(
            Worked(
                table="places",
                row={"place": place, "period": "2019"},
                column=column,
                value=value,
                within=within,
                source="Global Data Lab, published human development index; UNDP's classes",
            )
            for place, column, value, within in (
                ("Federal District", "score", 0.827, 0.00051),
                ("Federal District", "class", 3, 0),
                ("Federal District", "rank", 1, 0),
                ("São Paulo", "score", 0.791, 0.00051),
                ("Maranhão", "score", 0.708, 0.00051),
                ("Maranhão", "class", 2, 0),
                ("Maranhão", "rank", 27, 0),
            )
        ),
    ),
)
