"""Single published values to compare with, typed in one by one.

Source: Human Rights Measurement Initiative, economic and social rights, release of 2021 (hrmi-dataportal-data at
dfdb718): esr-indicator-scores_2021 and esr-scores_2021. The release does not state the income that it used; the income
of a row is the one that its own benchmark implies, or that of another indicator of the country and year.
"""

from typing import NamedTuple


class Cell(NamedTuple):
    """One published row; income in dollars of 2017, the rest in per cent."""

    place: str
    year: int
    indicator: str
    group: str
    value: float
    income: float
    benchmark: float
    score: float
    global_best: float


CELLS = [
    Cell("OMN", 2012, "AdultSurvival", "All", 90.557550, 32967.4088, 95.272008, 90.498783, 89.167056),
    Cell("VNM", 2009, "AdultSurvival", "All", 86.757700, 4830.3050, 91.031370, 93.624374, 87.163472),
    Cell("MEX", 2015, "AdultSurvival", "Female", 92.025700, 19361.4703, 95.863723, 93.921660, 92.253213),
    Cell("CHL", 2017, "AdultSurvival", "Male", 89.390800, 23663.8853, 92.901279, 93.861606, 92.079858),
    Cell("SWE", 2014, "BasicSanitation", "All", 99.302627, 50009.1062, 100.000000, 97.754876, 97.754876),
    Cell("MHL", 2017, "BasicSanitation", "All", 83.494057, 3775.5250, 94.837936, 88.038670, 83.494057),
    Cell("UKR", 2012, "NetPrimEnrol", "All", 93.205350, 12527.4655, 100.000000, 83.823308, 83.823308),
    Cell("UGA", 2010, "NetPrimEnrol", "All", 91.500100, 1861.2823, 99.236169, 92.204385, 91.500100),
    Cell("BGD", 2018, "NetSecEnrol", "All", 66.549680, 4441.4245, 87.239291, 76.284068, 66.549680),
    Cell("ESP", 2015, "NetSecEnrol", "Female", 93.288150, 37420.7862, 100.000000, 91.577384, 91.577384),
    Cell("NOR", 2008, "NetSecEnrol", "Male", 96.513430, 62468.5191, 100.000000, 94.358702, 94.358702),
    Cell("IRN", 2010, "WaterInHome", "All", 91.513250, 13805.7038, 100.000000, 90.104104, 90.104104),
    Cell("ESP", 2016, "Contraception", "All", 69.900000, 38522.5846, 83.448513, 80.022826, 78.189804),
    Cell("IND", 2006, "Contraception", "All", 48.500000, 3446.7567, 68.318305, 70.991223, 57.058824),
    Cell("LUX", 2015, "FoodSecure", "All", 95.300000, 110951.9888, 99.351071, 90.897035, 89.554422),
    Cell("COD", 2010, "NotStunted", "All", 56.600000, 865.6840, 65.345323, 77.772903, 42.677824),
    Cell("MEX", 2015, "NotStunted", "All", 87.600000, 19361.4703, 97.700000, 83.111736, 83.111736),
    Cell("TUV", 2007, "U5Survival", "All", 96.527000, 3367.6547, 97.790163, 95.910792, 89.507553),
    Cell("KHM", 2009, "U5Survival", "Female", 95.740000, 2603.5838, 97.503728, 94.236887, 87.129909),
    Cell("MMR", 2012, "U5Survival", "Male", 93.680000, 3491.1850, 97.721186, 86.888286, 80.906344),
    Cell("CRI", 2013, "NotAbsPoor", "All", 95.800000, 17176.6820, 100.000000, 94.475322, 94.475322),
    Cell("MLI", 2006, "NotAbsPoor", "All", 22.000000, 1983.7056, 62.394785, 35.259357, 22.000000),
    Cell("FIN", 2012, "NotLowBirWt", "All", 95.900000, 45851.5226, 96.781905, 94.361630, 93.039270),
    Cell("ARE", 2018, "PISAmath", "All", 32.988753, 66968.2699, 80.400333, 39.392070, 36.713900),
    Cell("SGP", 2015, "PISAreading", "All", 72.727273, 89366.3079, 81.000000, 84.855592, 84.855592),
    Cell("ROU", 2015, "PISAscience", "All", 26.422861, 23920.2154, 68.943927, 38.325147, 31.834773),
    Cell("USA", 2009, "SafeSanitation", "All", 89.214165, 53440.9115, 100.000000, 87.763161, 87.763161),
    Cell("CRI", 2017, "NotLTUnemploy", "All", 85.290438, 19112.4089, 97.662515, 85.033026, 82.694633),
    Cell("LVA", 2017, "NotRelPoor", "All", 83.400000, 28663.7322, 95.770005, 50.108947, 45.945517),
    Cell("ISL", 2015, "AffordHouse", "All", 73.900000, 51739.4268, 96.362704, 74.879977, 71.942296),
    Cell("LBR", 2017, "FoodSecure", "All", 11.000000, 1515.6433, 52.495417, 0.000000, 0.000000),  # at the minimum
    Cell("TUV", 2017, "WaterInHome", "All", 96.988980, 3898.0653, 87.476998, 100.000000, 96.988980),  # beyond it
]

# The curve is undefined at these incomes; the release puts the country's own value in its place and scores 100.
UNDEFINED = [
    Cell("BDI", 2017, "BasicSanitation", "All", 45.821205, 773.5719, 45.821205, 100.000000, 45.821205),
    Cell("VNM", 2011, "NotRelPoor", "All", 86.924000, 5352.0114, 86.924000, 100.000000, 59.576642),
]

# Published indicator scores (place, indicator, year, score) and the right scores made of them
# (place, right, standard, year, score, age of the oldest score in years).
INDICATOR_SCORES = [
    ("GUY", "NetPrimEnrol", 2008, 85.107900),
    ("GUY", "NetPrimEnrol", 2009, 75.729479),
    ("GUY", "NetSecEnrol", 1999, 76.224299),
    ("GUY", "NetSecEnrol", 2009, 79.668191),
    ("KOR", "NetSecEnrol", 2017, 97.366836),
    ("KOR", "PISAmath", 2018, 87.808822),
    ("KOR", "PISAreading", 2018, 79.900451),
    ("KOR", "PISAscience", 2018, 85.760691),
]
RIGHT_SCORES = [
    ("GUY", "Education", "core", 2008, 80.666099, 9),
    ("GUY", "Education", "core", 2009, 77.698835, 0),
    ("KOR", "Education", "high income", 2018, 90.928412, 1),
]
