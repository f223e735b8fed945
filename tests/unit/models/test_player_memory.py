"""The memory of the GANs, counted before they start, and the refusal that names another model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse

from recsys_core.errors import InputError
from recsys_core.models import player_memory
from recsys_core.models.contract import FitContext
from recsys_core.models.player_memory import cfgan_bytes, vae_gan_bytes
from recsys_core.models.registry import model_class, model_spec

MB = 2**20
SHOPPERS, PRODUCTS = 50_000, 100_000


def settings(model: str, **given: Any) -> dict[str, Any]:
    return model_spec(model).resolve(given)


@pytest.mark.parametrize(
    ("given", "users", "measured"),
    [
        ({"hidden": 64, "latent": 16, "batch_size": 500}, 2_000, 698),
        ({"hidden": 64, "latent": 16, "batch_size": 250}, 2_000, 386),
        ({"hidden": 600, "batch_size": 250}, 2_000, 912),
    ],
)
def test_a_vae_gan_is_counted_as_it_was_measured(given: dict[str, Any], users: int, measured: int) -> None:
    """MB above what the process held before, on 20,000 products, in the first steps: the best epoch's copies are not there yet."""
    counted = vae_gan_bytes(settings("vae-gan", **given), users, 20_000) / MB
    assert measured * 0.95 < counted < measured * 1.35


@pytest.mark.parametrize(
    ("given", "measured"),
    [
        ({"hidden": 64, "d_hidden": 32, "batch_size": 64}, 533),
        ({"hidden": 64, "d_hidden": 32, "batch_size": 128}, 844),
        ({"hidden": 400, "batch_size": 32}, 1561),
    ],
)
def test_a_cfgan_is_counted_as_it_was_measured(given: dict[str, Any], measured: int) -> None:
    """On 60,000 shoppers and 400 products."""
    counted = cfgan_bytes(settings("cfgan", **given), 60_000, 400) / MB
    assert measured * 0.95 < counted < measured * 1.35


def test_the_layers_of_a_large_catalogue_by_hand() -> None:
    """hidden 1,000 and latent 100 on 100,000 products: 2 x 10^8 numbers of the generator, seven times, are most of it."""
    needed = vae_gan_bytes(settings("vae-gan", hidden=1000, latent=100, d_hidden=10, batch_size=1), SHOPPERS, PRODUCTS)
    generator, critic, batch = 2 * 100_000 * 1000 + 3 * 100 * 1000, 100_010 * 10, 16 * 100_000
    assert needed == 4 * (7 * generator + 5 * critic + batch)
    assert needed > 4 * 2**30


def test_which_way_a_cfgan_looks_decides_how_wide_it_is() -> None:
    items, users = (cfgan_bytes(settings("cfgan", based_on=way), 1_000, PRODUCTS) for way in ("items", "users"))
    assert users > 10 * (items - 2 * 4 * PRODUCTS * 400)


@pytest.mark.parametrize(("model", "given"), [("vae-gan", {}), ("vae-gan", {"hidden": 1000}), ("cfgan", {"hidden": 2000})])
def test_what_passes_four_gigabytes_on_a_machine_that_has_no_more_is_refused_before_it_starts(
    model: str, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_memory.psutil, "virtual_memory", lambda: type("Memory", (), {"available": 4 * 2**30})())
    train = sparse.csr_matrix(
        (np.ones(SHOPPERS, dtype=np.float32), (np.arange(SHOPPERS), np.arange(SHOPPERS) * 2)), shape=(SHOPPERS, PRODUCTS)
    )
    with pytest.raises(InputError, match=rf"networks of {model} on 50,000 shoppers and [\d,]+ products need .* GB") as refused:
        model_class(model)(given).fit(train, FitContext(seed=0))
    assert "Train edlae or mult-vae" in refused.value.hint
