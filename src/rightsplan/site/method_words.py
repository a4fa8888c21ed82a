"""The names of the methods and what each is for, in the reader's language; a test compares them with the catalogue."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

TITLES: dict[str, str | Promise] = {
    "progress": gettext_lazy("Is a promise being kept?"),
    "published-rules": gettext_lazy("What other rules would say"),
    "human-development": gettext_lazy("Human development of places, of women and of men"),
    "poverty": gettext_lazy("Poverty in many things at once"),
    "coordination": gettext_lazy("How evenly the domains of life move together"),
    "composite": gettext_lazy("One score from many figures, and how sure its ranks are"),
    "survey": gettext_lazy("What a sample says of everybody"),
    "perception": gettext_lazy("What people feel"),
    "durations": gettext_lazy("How long people wait"),
    "outcomes": gettext_lazy("How cases end"),
    "disparity": gettext_lazy("Are two groups treated alike?"),
    "adjusted-disparity": gettext_lazy("Do the groups differ because their cases differ?"),
    "alarms": gettext_lazy("An alarm for unequal decisions that may be looked at every day"),
    "backlog-alarms": gettext_lazy("An alarm for cases that wait too long"),
    "small-areas": gettext_lazy("Estimates for small areas"),
    "rates": gettext_lazy("Rates of small numbers"),
    "map-differences": gettext_lazy("Which differences on a map are noise"),
    "suppress": gettext_lazy("Which cells of a table to hide"),
    "attack": gettext_lazy("What can be worked out from hidden cells"),
    "dp-counts": gettext_lazy("Counts with noise that protects everybody"),
    "quality": gettext_lazy("Quality of series"),
    "completeness": gettext_lazy("What is not measured"),
    "frontier": gettext_lazy("What a place achieves with its income"),
    "frontier-bayes": gettext_lazy("What a place achieves with its resources, and how sure that is"),
    "gaps": gettext_lazy("Inequality between groups"),
    "furthest-behind": gettext_lazy("Who is furthest behind"),
    "who-moved-the-mean": gettext_lazy("Who moved the mean"),
    "latent": gettext_lazy("One scale behind many ratings"),
    "standards": gettext_lazy("Is everyone judged by the same standard?"),
    "standards-bayes": gettext_lazy("Is everyone judged by the same standard, allowing for error?"),
}
SAYS: dict[str, str | Promise] = {
    "progress": gettext_lazy(
        "For each series: how far the target is, whether the pace is enough, how likely it will be met in time."
    ),
    "published-rules": gettext_lazy(
        "The progress rules of Eurostat, the UN, ESCAP and the SDG Index on the same figures, for comparison."
    ),
    "human-development": gettext_lazy(
        "How long people live, how long they learn and how much they have, in one figure between 0 and 1."
    ),
    "poverty": gettext_lazy(
        "How many people lack many things at the same time, how much they lack, and what they lack."
    ),
    "coordination": gettext_lazy(
        "Whether a place is equally far in all domains, how far it is, and which domain lags."
    ),
    "composite": gettext_lazy(
        "One score for each place, the ranks it may have, and which statements another method would reverse."
    ),
    "survey": gettext_lazy(
        "Estimates a mean, total or share of the whole population, and of each group, from a sample survey."
    ),
    "perception": gettext_lazy(
        "Sums up answers such as 1 to 5 into an index by group, and shows how many did not answer."
    ),
    "durations": gettext_lazy(
        "Shows how long cases take in each office or group, counting those still open, and whether groups differ."
    ),
    "outcomes": gettext_lazy(
        "Shows which share of cases has ended in each way by a time, such as decided or withdrawn, in each group."
    ),
    "disparity": gettext_lazy(
        "Compares how often two groups get a favourable decision, in every office and within offices together."
    ),
    "adjusted-disparity": gettext_lazy(
        "Gives both groups the same mix of cases, and asks what one standard for all offices would change."
    ),
    "alarms": gettext_lazy(
        "Watches many offices day by day and says where two groups are treated unequally, with few false alarms."
    ),
    "backlog-alarms": gettext_lazy(
        "Watches many offices and says where open cases are closed more slowly than a stated standard."
    ),
    "small-areas": gettext_lazy(
        "Gives every area an estimate and a margin, also where few people or nobody was asked."
    ),
    "rates": gettext_lazy("Smooths rates of small areas, so that one case more or less does not make a scandal."),
    "map-differences": gettext_lazy(
        "Says which areas truly differ, which ranks they may have, and where the margin of error is not known."
    ),
    "suppress": gettext_lazy(
        "Finds the fewest cells to hide in a table, and shows what could still be worked out about each of them."
    ),
    "attack": gettext_lazy(
        "Shows what anybody can work out about the hidden cells of published tables, also across tables and years."
    ),
    "dp-counts": gettext_lazy(
        "Adds noise to counts so that nobody can tell who is in them, and says how large the error can be."
    ),
    "quality": gettext_lazy(
        "Says of every series how old it is, what is missing, what looks odd and how it was revised."
    ),
    "completeness": gettext_lazy(
        "Shows for every right and group what is measured, and names everything that nobody measures."
    ),
    "frontier": gettext_lazy(
        "Compares what a place achieves with what has been possible for places with the same income."
    ),
    "frontier-bayes": gettext_lazy(
        "Estimates what the best achieve with such resources, how sure that is, and who stays how far behind it."
    ),
    "gaps": gettext_lazy(
        "Shows how unequal groups are, in points and in proportion, with the uncertainty that small groups bring."
    ),
    "furthest-behind": gettext_lazy("Names the group furthest behind, and says how sure that is."),
    "who-moved-the-mean": gettext_lazy(
        "Says which groups made the average rise or fall, and how much is only a change of who is counted."
    ),
    "latent": gettext_lazy(
        "Finds how well each place does from the ratings of many sources, with intervals, year by year."
    ),
    "standards": gettext_lazy("Compares how a source rates different groups whose conduct is the same."),
    "standards-bayes": gettext_lazy(
        "Estimates how much harsher each source is on each group, with sources held to be fair as the yardstick."
    ),
}
