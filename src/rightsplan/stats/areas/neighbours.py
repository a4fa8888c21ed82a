"""Which areas touch which, as the structure that a spatial model smooths along."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from rightsplan.errors import Refused
from rightsplan.stats import checks
from rightsplan.stats.panel import Floats, Ints

MOST_AREAS = 3000  # the spectrum of larger maps takes minutes


def adjacency(number: int, pairs: Sequence[tuple[int, int]]) -> Floats:
    """Return the symmetric 0/1 matrix (m, m) of neighbours from pairs of area numbers, counted from 0.

    A pair may be given once or in both orders. Raises Refused for an area beside itself and for numbers of no area.
    """
    if not 1 <= number <= MOST_AREAS:
        raise Refused(f"There are {number} areas.", f"Give 1 to {MOST_AREAS}.")
    found = checks.matrix("neighbours", np.asarray(pairs, dtype=object).reshape(-1, 2), shape=(None, 2))
    index = found.astype(np.int64)
    wrong = (index != found).any(axis=1) | (index < 0).any(axis=1) | (index >= number).any(axis=1)
    wrong |= index[:, 0] == index[:, 1]
    if wrong.any():
        raise Refused(
            f"neighbours names no two areas at {checks.places(wrong)}.",
            f"Give pairs of different areas from 0 to {number - 1}.",
        )
    matrix = np.zeros((number, number))
    matrix[index[:, 0], index[:, 1]] = matrix[index[:, 1], index[:, 0]] = 1.0
    return matrix


def components(matrix: Floats) -> tuple[int, Ints]:
    """Return the number of parts of the map that do not touch, and the part of every area."""
    count, part = connected_components(coo_array(matrix), directed=False)
    return int(count), part.astype(np.int64)


def scaled_root(matrix: Floats) -> Floats:
    """Return S (m, k) such that S z, with z of k standard normals, is the scaled intrinsic autoregression of the map.

    The structure matrix is Q = diag(number of neighbours) - matrix (Besag 1974). Its generalised inverse is scaled so
    that the geometric mean of the variances is 1 (Sorbye and Rue 2014; Riebler et al. 2016, section 3.2), in every
    connected part by itself, and an area without neighbours gets an independent standard normal (Freni-Sterrantino,
    Ventrucci and Rue 2018). In every connected part the effects sum to zero exactly.
    """
    number, part = components(matrix)
    columns = []
    for k in range(number):
        inside = np.flatnonzero(part == k)
        root = np.zeros((len(matrix), max(len(inside) - 1, 1)))
        if len(inside) == 1:
            root[inside, 0] = 1.0
        else:
            piece = matrix[np.ix_(inside, inside)]
            values, vectors = np.linalg.eigh(np.diag(piece.sum(axis=1)) - piece)
            factor = vectors[:, 1:] / np.sqrt(values[1:])  # the first is the constant, with the value zero
            scale = np.exp(np.log((factor**2).sum(axis=1)).mean() / 2)
            root[inside] = factor / scale
        columns.append(root)
    return np.concatenate(columns, axis=1)
