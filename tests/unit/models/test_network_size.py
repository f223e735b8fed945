"""Sizes by the log: what is set stays, what is not fits the users, the catalogue and the memory."""

import pytest

from recsys_core.models.network_size import Size, network_size

pytestmark = pytest.mark.unit

AUTO = {"hidden": 0, "latent": 0, "batch_size": 0, "likelihood": "auto"}


@pytest.mark.parametrize(
    ("users", "items", "size"),
    [
        (40, 30, Size(300, 100, 40, False)),
        (943, 1653, Size(300, 100, 100, False)),
        (6040, 3706, Size(600, 200, 302, False)),
        (1_000_000, 20_000, Size(600, 200, 500, False)),
        (100_000, 2_000_000, Size(64, 21, 500, True)),
    ],
)
def test_sizes_follow_the_log(users, items, size):
    assert network_size(AUTO, users, items) == size


def test_what_is_set_stays():
    given = {"hidden": 50, "latent": 7, "batch_size": 9, "likelihood": "full"}
    assert network_size(given, 100, 2_000_000) == Size(50, 7, 9, False)
    assert network_size({**given, "likelihood": "sampled"}, 100, 10).sampled
