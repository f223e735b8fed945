"""What was sent back is not shown again."""

import numpy as np
from scipy.sparse import csr_matrix

from recsys_core.ranking.hidden import without_hidden


def test_hidden_products_leave_the_list_and_the_rest_moves_up() -> None:
    candidates = np.array([[3, 1, 2], [0, 2, -1]], dtype=np.int32)
    scores = np.array([[0.9, 0.8, 0.7], [0.6, 0.5, -np.inf]], dtype=np.float32)
    hidden = csr_matrix(np.array([[0, 1, 0, 0], [0, 0, 0, 0]], dtype=np.float32))
    items, kept = without_hidden(candidates, scores, hidden)
    assert items.tolist() == [[3, 2, -1], [0, 2, -1]]
    np.testing.assert_array_equal(kept, np.array([[0.9, 0.7, -np.inf], [0.6, 0.5, -np.inf]], dtype=np.float32))
    assert candidates[0].tolist() == [3, 1, 2]  # the run's own stay as they are
