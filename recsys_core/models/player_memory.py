"""What a generator and its critic hold in memory at once, counted before they start: by the models and by pages. No torch.

Measured by the highest resident size of a fit's first steps: a batch costs vae-gan 15.6 arrays of users x products (250 and 500 users of
20,000 products), cfgan 20 arrays of the vectors in it (64 and 128 products of 60,000 shoppers); the rest follows from the layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psutil

from recsys_core.errors import InputError
from recsys_core.models.network_size import network_size

FLOAT = 4  # bytes
GENERATOR_COPIES = 7  # weights, gradient, Adam's two moments, the average, and the best epoch's weights and average
CRITIC_COPIES = 5  # weights, gradient, two moments, the best epoch's weights
VAE_GAN_ARRAYS, CFGAN_ARRAYS = 16, 20  # as wide as a vector, for each row of a batch
SHARE_OF_FREE = 0.8


def vae_gan_bytes(settings: Mapping[str, Any], users: int, items: int) -> float:
    """Of a vae-gan with all its settings, on as many users who train."""
    size, critic = network_size(settings, users, items), int(settings["d_hidden"])
    generator = (2 * items + 3 * size.latent) * size.hidden
    numbers = GENERATOR_COPIES * generator + CRITIC_COPIES * (items + critic) * critic + VAE_GAN_ARRAYS * size.batch * items
    return float(FLOAT * numbers)


def cfgan_bytes(settings: Mapping[str, Any], users: int, items: int) -> float:
    """Of a cfgan: its vectors are the products', as long as there are users, or the users', as long as there are products."""
    vectors, width = (items, users) if settings["based_on"] == "items" else (users, items)
    hidden, critic = int(settings["hidden"]), int(settings["d_hidden"])
    deeper = (int(settings["d_layers"]) - 1) * critic
    batch = min(int(settings["batch_size"]), vectors)
    numbers = GENERATOR_COPIES * 2 * width * hidden + CRITIC_COPIES * (2 * width + deeper) * critic + CFGAN_ARRAYS * batch * width
    made = 2 * vectors * hidden if settings["based_on"] == "items" else 0  # the hidden layer of every product, which scores
    return float(FLOAT * (numbers + made))


def check_players_memory(model: str, needed: float, users: int, items: int) -> None:
    """Raise InputError where `needed` bytes are not free."""
    free = psutil.virtual_memory().available
    if needed > SHARE_OF_FREE * free:
        raise InputError(
            f"The two networks of {model} on {users:,} shoppers and {items:,} products need {needed / 2**30:.1f} GB of memory"
            f" and {free / 2**30:.1f} GB are free.",
            "Train edlae or mult-vae, which need less, or set a smaller batch_size or hidden.",
        )
