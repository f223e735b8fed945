"""VAE-GAN, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.mult_vae import MULT_VAE
from recsys_core.models.specs.players import player_settings

SHARED = ("epochs", "patience", "hidden", "latent", "batch_size", "dropout", "kl_cap", "anneal_epochs", "precision")

VAE_GAN = ModelSpec(
    id="vae-gan",
    title="VAE-GAN",
    words="A Mult-VAE that also learns to fool a critic, so that the shoppers it makes up are harder to tell from real ones.",
    good_for="Made-up shoppers with sharper baskets; its lists are about as good as Mult-VAE's, for two to three times the time.",
    family="neural",
    factory="vae_gan_torch:VAEGAN",
    group="gan",
    settings=(
        *(setting for setting in MULT_VAE.settings if setting.key in SHARED),
        Setting(
            "adversarial_weight",
            "Weight of the critic",
            "How much passing for real counts beside rebuilding the history; the likelihood should stay the larger part.",
            "float",
            1.0,
            0.0,
            1000.0,
            search=(0.1, 30.0),
            log=True,
        ),
        Setting(
            "d_hidden",
            "Critic's hidden units",
            "Width of each of the critic's two hidden layers.",
            "int",
            128,
            2,
            4096,
            search=(32, 512),
            log=True,
        ),
        *(
            setting
            for setting in player_settings(g_learning_rate=1e-3, d_learning_rate=1e-3, clip_norm=0.0, ema_decay=0.99, weight_decay=0.0)
            if setting.key != "g_steps"
        ),
    ),
    has_item_vectors=True,
    has_user_vectors=True,
    generates=True,
)
