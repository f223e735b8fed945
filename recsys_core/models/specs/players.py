"""Settings that every model with two players has: how each of them learns, and what keeps them in step."""

from __future__ import annotations

from recsys_core.models.spec import Setting, Value


def player_settings(**defaults: Value) -> tuple[Setting, ...]:
    """The settings of `models.adversarial_torch`, with a model's own defaults for some: `player_settings(ema_decay=0.99)`."""
    start: dict[str, Value] = {
        "g_learning_rate": 3e-4,
        "d_learning_rate": 3e-4,
        "g_steps": 1,
        "d_steps": 1,
        "beta1": 0.9,
        "weight_decay": 1e-5,
        "schedule": "constant",
        "warm_up": 0,
        "rate_bound": 2.0,
        "clip_norm": 10.0,
        "ema_decay": 0.999,
        **defaults,
    }
    return (
        Setting(
            "g_learning_rate",
            "Generator's learning rate",
            "Step size of Adam for the player that makes profiles. Higher is faster, and collapses sooner.",
            "float",
            start["g_learning_rate"],
            1e-6,
            1.0,
            search=(5e-5, 2e-3),
            log=True,
        ),
        Setting(
            "d_learning_rate",
            "Critic's learning rate",
            "Step size of Adam for the player that tells real profiles from made-up ones.",
            "float",
            start["d_learning_rate"],
            1e-6,
            1.0,
            search=(5e-5, 2e-3),
            log=True,
        ),
        Setting("g_steps", "Generator's steps", "Steps of the generator for each batch.", "int", start["g_steps"], 1, 20),
        Setting("d_steps", "Critic's steps", "Steps of the critic for each batch.", "int", start["d_steps"], 1, 20),
        Setting(
            "beta1",
            "Momentum",
            "Adam's first decay (β1); lower calms two players that chase each other.",
            "float",
            start["beta1"],
            0.0,
            0.99,
        ),
        Setting(
            "weight_decay",
            "Weight decay",
            "L2 penalty on the weights of both players.",
            "float",
            start["weight_decay"],
            0.0,
            1.0,
            search=(1e-7, 1e-3),
            log=True,
        ),
        Setting(
            "schedule",
            "Rate schedule",
            "How both learning rates go on after the warm-up: constant, or falling to 0 at the end of the longest training.",
            "choice",
            start["schedule"],
            choices=("constant", "cosine", "linear"),
        ),
        Setting("warm_up", "Warm-up", "Passes over which both learning rates rise to their full size.", "int", start["warm_up"], 0, 1000),
        Setting(
            "rate_bound",
            "Balancing",
            "How far the rates may follow the balance of the players: at 2, the winning player learns at down to half its rate and the"
            " other at up to twice. 1 leaves them alone.",
            "float",
            start["rate_bound"],
            1.0,
            100.0,
        ),
        Setting(
            "clip_norm",
            "Gradient clipping",
            "Longest gradient of a player; a longer one is shortened. 0 clips nothing.",
            "float",
            start["clip_norm"],
            0.0,
            1e6,
        ),
        Setting(
            "ema_decay",
            "Weight averaging",
            "The weights in use are a moving average of the generator's: how much of it stays at each batch. 0 uses the last weights.",
            "float",
            start["ema_decay"],
            0.0,
            0.99999,
        ),
    )
