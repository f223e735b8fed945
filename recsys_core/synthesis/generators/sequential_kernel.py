"""The draw itself: each next product by softmax of the model's score given those drawn so far, without replacement."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

CELL = 64  # products summed together, so that a draw looks through I / 64 + 64 numbers


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract", "nsz", "arcp"})  # type: ignore[untyped-decorator]
def draw_sets(
    bias: NDArray[np.float32],
    slope: NDArray[np.float32],
    of_segment: NDArray[np.float32],
    given: NDArray[np.float32],
    scored: NDArray[np.float32],
    table: NDArray[np.float32],
    activity: NDArray[np.float32],
    segment: NDArray[np.int32],
    indptr: NDArray[np.int64],
    uniforms: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    power: float,
    block: int,
    out: NDArray[np.int32],
) -> None:
    """Fills `out` [nnz], each shopper's part with different allowed products.

    score of i = bias[i] + activity x slope[i] + of_segment[segment, i] + n^-power x sum over the n drawn j of <given[j], scored[:, i]>.
    given: [I, d], scored: [d, I]; table: their product [I, I], or [0, 0] where it would be too large: then scores are made from the d.
    block: the scores are made anew after every draw up to 2 block, then after each 1 / block more.
    uniforms: [nnz] in [0, 1). Each shopper must have room: no more products than are allowed.
    """
    items, width = given.shape
    cells = (items + CELL - 1) // CELL
    taste = np.empty(width, np.float32)
    pull = np.empty(items, np.float32)
    tabled = len(table) > 0
    weight = np.empty(items, np.float32)
    mass = np.empty(cells, np.float64)
    free = np.empty(items, np.bool_)
    for user in range(len(indptr) - 1):
        start, stop = indptr[user], indptr[user + 1]
        taste[:] = 0
        pull[:] = 0
        free[:] = allowed
        at = start
        while at < stop:
            for i in range(items):
                weight[i] = bias[i] + activity[user] * slope[i] + of_segment[segment[user], i]
            damping = np.float32(max(at - start, 1) ** -power)
            if not tabled:
                pull[:] = 0
                for d in range(width):
                    for i in range(items):
                        pull[i] += taste[d] * scored[d, i]
            for i in range(items):
                weight[i] += damping * pull[i]
            top = np.float32(-3e38)
            for i in range(items):
                if free[i] and weight[i] > top:
                    top = weight[i]
            for i in range(items):
                weight[i] = np.exp(min(weight[i] - top, np.float32(0)))
            for i in range(items):
                if not free[i]:
                    weight[i] = 0
            for cell in range(cells):
                total = np.float32(0)
                for i in range(cell * CELL, min(items, cell * CELL + CELL)):
                    total += weight[i]
                mass[cell] = total
            for _ in range(min(max(1, (at - start) // block), stop - at)):
                left = uniforms[at] * mass.sum()
                cell = 0
                while cell < cells - 1 and left >= mass[cell]:
                    left -= mass[cell]
                    cell += 1
                i = cell * CELL
                last = min(items, i + CELL) - 1
                while i < last and left >= weight[i]:
                    left -= weight[i]
                    i += 1
                if not free[i] or weight[i] == 0:  # rounding, or all that is left has underflowed
                    i = -1
                    for k in range(items):
                        if free[k] and (i < 0 or weight[k] > weight[i]):
                            i = k
                mass[i // CELL] = max(mass[i // CELL] - weight[i], 0.0)
                weight[i] = 0
                free[i] = False
                out[at] = i
                at += 1
                if tabled:
                    for k in range(items):
                        pull[k] += table[i, k]
                else:
                    for d in range(width):
                        taste[d] += given[i, d]
