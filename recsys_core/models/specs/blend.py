"""The blend, as a spec."""

from __future__ import annotations

from recsys_core.models.spec import ModelSpec, Setting
from recsys_core.models.specs.network import BATCH_SIZE, DROPOUT, EPOCHS, HIDDEN, LATENT, PATIENCE

BLEND = ModelSpec(
    id="blend",
    title="Blend (VAE and EDLAE)",
    words="Trains an autoencoder, the linear EDLAE and the factors of iALS, and learns on held-out purchases how much each should say.",
    good_for="The accuracy of EDLAE or a little more, with a place on the taste map for everyone; takes the time of all three models.",
    family="ensemble",
    factory="blend:Blend",
    group="ensemble",
    settings=(
        Setting(
            "vae",
            "Autoencoder",
            "Which autoencoder speaks beside the linear model.",
            "choice",
            "vae-linear",
            choices=("vae-linear", "mult-vae", "recvae"),
            expert=False,
            search=("vae-linear", "mult-vae", "recvae"),
        ),
        Setting(
            "third",
            "Third voice",
            "Matrix factorisation beside both: often better deep in the list, and it costs its own time.",
            "choice",
            "ials",
            choices=("ials", "none"),
        ),
        EPOCHS,
        PATIENCE,
        HIDDEN,
        LATENT,
        BATCH_SIZE,
        DROPOUT,
        Setting(
            "l2",
            "Smoothing, linear part",
            "How strongly rare coincidences are ignored (λ); 0 chooses it and the hidden share on held-out purchases.",
            "float",
            0.0,
            0.0,
            1e6,
        ),
    ),
    has_item_vectors=True,
    has_user_vectors=True,
)
