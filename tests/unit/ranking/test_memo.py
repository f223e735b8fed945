"""What is kept for those who ask again: bounded, made once, by whoever came first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import numpy as np
import pytest

from recsys_core.ranking.blocks import in_blocks
from recsys_core.ranking.memo import Memo

pytestmark = pytest.mark.unit


def test_the_last_asked_for_are_kept():
    memo, made = Memo(2), []
    for key in ("a", "b", "a", "c", "a", "b"):
        assert memo.get(key, lambda key=key: made.append(key) or key.upper()) == key.upper()
    assert made == ["a", "b", "c", "b"]
    assert len(memo) == 2


def test_two_who_ask_at_once_get_one_result():
    memo, made, start = Memo(4), [], Barrier(8)

    def ask(_):
        start.wait()
        return memo.get("key", lambda: made.append(1) or object())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert made == [1]


def test_what_is_kept_is_there_while_another_is_made():
    memo, begun, go_on = Memo(4), Event(), Event()
    memo.get("old", lambda: 1)

    def slow():
        begun.set()
        assert go_on.wait(10)
        return 2

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(memo.get, "new", slow)
        assert begun.wait(10)
        assert memo.get("old", lambda: 3) == 1
        go_on.set()
        assert waiting.result() == 2


def test_a_failure_is_not_kept():
    memo = Memo(2)
    with pytest.raises(ZeroDivisionError):
        memo.get("key", lambda: 1 // 0)
    assert memo.get("key", lambda: 5) == 5


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("length", [0, 1, 7, 8])
def test_blocks_cover_everything_once(threads, length):
    seen = np.zeros(length, int)
    in_blocks(lambda start, stop: np.add.at(seen, np.arange(start, stop), 1), length, threads=threads, block=3)
    assert seen.tolist() == [1] * length
