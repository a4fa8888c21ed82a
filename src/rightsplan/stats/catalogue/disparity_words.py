"""What the methods on unequal decisions say about themselves."""

UCB = (
    "Graduate admissions at Berkeley, autumn 1973, six largest departments: Bickel, Hammel and O'Connell (1975), "
    "Science 187, and R's data set UCBAdmissions. Published counts, which are facts."
)
CHICAGO = (
    "Complaints against Chicago police officers closed from 2008 to 2012, by month, kind (first two digits of the "
    "allegation code) and sex of the complainant; favourable: at least one allegation sustained. Counted from the "
    "public record released under FOIA request p046957 (github.com/invinst/chicago-police-data). Complaints of several "
    "kinds, or by women and men together, are left out. The record does not tell complaints by citizens from those by "
    "officers and their superiors, which are sustained more often: a difference here is a question, not an answer."
)
CHICAGO_OPEN = (
    "Complaints against Chicago police officers from 2008 to 2012, by month and kind (first two digits of the "
    "allegation code): open when the month began, and closed in it among these. Counted from the public record "
    "released under FOIA request p046957 (github.com/invinst/chicago-police-data)."
)
R_TEST = "R, mantelhaen.test(UCBAdmissions); statsmodels StratifiedTable agrees"
INDEPENDENT = "R's UCBAdmissions computed with statsmodels (StratifiedTable, Logit)"
EXACT = "The product formula in exact fractions, by a separate program (tests/stats/disparity/test_catalogue.py)"
INTEGRATED = "The integral by numerical quadrature, by a separate program (tests/stats/disparity/test_catalogue.py)"
COUNTED = "Sums of the bundled file"

DISPARITY = """
For every office, the favourable rate of the group minus that of the reference (percentage points / 100) and their
ratio, with 95 % intervals that cover:

```
z(d) = (pa - pb - d) / sqrt(V(d) N/(N-1)),   the interval: all d with |z(d)| <= 1.96
```

V(d) is the variance at the most likely rates that differ by d (Miettinen and Nurminen 1985); the ratio likewise. With
fewer than ten cases in a group the interval is exact instead: a rectangle of two Clopper-Pearson intervals, which is
wide. `below_four_fifths` is a screen used in US employment law (29 CFR 1607.4 D), no test.

Within offices (Mantel and Haenszel 1959), with a of n1 favourable in the group, c of n0 in the reference:

```
odds ratio  = sum(a (n0 - c)/n) / sum((n1 - a) c/n)
difference  = sum((a n0 - c n1)/n) / sum(n1 n0/n)
chi-squared = (|sum(a - n1 m/n)| - 1/2)^2 / sum(n1 n0 m (n - m)/(n^2 (n - 1))),   m = a + c
```

Intervals: Robins, Breslow and Greenland (1986) for the odds ratio, Sato (1989) for the difference. Breslow-Day and
Tarone test whether all offices have the same odds ratio: where they do not, read the offices one by one. Offices with
one group only say nothing. In the example men are admitted more often over all (14 points), yet within departments
women are admitted slightly more often: women applied to departments that admit few.

Assumes that cases are decided independently. Does not adjust for anything but the office, and does not say why rates
differ; being refused by a selective office may itself be the effect of unequal chances earlier.
"""

ADJUSTED = """
*Standardised*: a logistic regression on group and case mix predicts every case once as one of either group; the
difference of the two means is what is left with the same cases (g-computation: Lane and Nelder 1982; Hernan and
Robins 2020). *Groups fitted apart*: the case mix may weigh differently in each group.

*Oaxaca-Blinder*: with means x and coefficients b of linear regressions within each group,

```
gap = (xa - xb) . r   +   xa . (ba - r) + xb . (r - bb)
      explained           unexplained
```

r is the treatment held to be right: of all cases with an indicator of the group ("pooled", Jann 2008), without it
("all", Neumark 1988), or of one group.

*One standard for all offices*: a logistic regression with normal office effects (Breslow and Clayton 1993), shrunk so
that few lucky cases make no best office; then every case is decided as the average, or the best, office does. `effect`
is an office's log-odds beside the average for like cases, `expected` its favourable decisions by the standard, and
`gap_expected` the groups' difference that would be left.

Assumes that all that may rightly matter is among the columns and was measured fairly. Unexplained is no proof of
discrimination; explained is no proof of fairness: a covariate may carry an earlier injustice. Intervals are normal and
need some tens of favourable and unfavourable cases in each group.
"""

ALARMS = """
A test made for one look gives false alarms when it is looked at every day. Here each office has an *e-process*: it
starts at 1, and while the office treats both groups alike it is not expected to grow. Every day (or as soon as both
groups have a case) it is multiplied by

```
pa^ya (1-pa)^(na-ya) pb^yb (1-pb)^(nb-yb) / (p^(ya+yb) (1-p)^(na+nb-ya-yb)),   p = (na pa + nb pb)/(na + nb)
```

with pa and pb predicted from earlier days (Turner, Ly and Gruenwald 2024). By Ville's inequality it ever exceeds
1/0.05 in at most 5 of 100 fair offices, whenever one looks, even if the common chance changes from day to day. Fresh
starts catch a disparity that begins late; they are mixed with weights that sum to 1, so the promise stays.

Over all offices together: an office raises an alarm when, for every set of offices it belongs to, the mean e-value is
1/alpha or more (closed testing: Vovk and Wang 2021). Then the chance of any false alarm in any office on any day is at
most alpha. `evidence_log10` 3 is odds of 1000 to 1 against a stake on equal treatment; `adjusted_log10` is compared
with log10(1/alpha) = 1.3. An alarm stays. `difference_low` and `difference_high` bound the difference of the rates on
all days and in all offices together, if rates stay the same; close to the border interval and alarm may disagree, as
they stake differently.

Assumes that within a day, or month, the cases of an office have one chance, whatever their group, and that how many
come in does not depend on how they are decided. Different kinds of cases: watch each kind as an office of its own.
Months instead of days are allowed but cruder. Silence is no proof of fairness: small differences take years. Simulated
false alarms and days to detection: docs/simulations/disparity.md.
"""

BACKLOG = """
The standard says: on every day an open case has a chance of at least 1/standard_days of being closed, a mean wait of
standard_days. Then of the cases open when a period began

```
expected = open (1 - exp(-period_days / standard_days))
```

are closed in it at least. Cases still open count. The evidence that fewer are closed is an e-process: the likelihood of
closing at x times the standard over that at the standard, mixed by a gamma density g of mean 1 cut off at x = 1,

```
E = integral over x < 1 of x^closed exp(-(x - 1) expected) g(x) dx
```

(Robbins 1970; gamma-Poisson mixture of Howard, Ramdas, McAuliffe and Sekhon 2021), with fresh starts and closed testing
over offices as in the method alarms: the chance of any false alarm, in any office on any day, is at most alpha.
`share` is closed over expected.

Assumes that cases are closed independently: an office that closes cases in batches can be accused wrongly. Does not
see that easy cases may be closed first, nor how well they were decided.
"""
