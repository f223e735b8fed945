"""Settings with which each model of the registry trains in about a second on the contract's small logs."""

from tests.contract.planted_runs import PlantedRuns

QUICK = {
    "vae-gan": {
        "hidden": 16,
        "latent": 4,
        "batch_size": 32,
        "epochs": 60,
        "anneal_epochs": 30,
        "g_learning_rate": 0.01,
        "d_learning_rate": 0.01,
        "d_hidden": 16,
        "ema_decay": 0.9,
    },
    "pure-svd": {"rank": 4, "exponent": 0.0},
    "ials": {"factors": 8, "epochs": 6},
    "cfgan": {
        "hidden": 32,
        "d_hidden": 16,
        "batch_size": 8,
        "epochs": 55,
        "patience": 12,
        "g_learning_rate": 0.01,
        "d_learning_rate": 0.005,
        "ema_decay": 0.9,
    },
    "mult-dae": {"latent": 16, "batch_size": 32, "epochs": 60, "learning_rate": 0.01},
    "recvae": {"hidden": 16, "latent": 4, "batch_size": 32, "epochs": 40, "learning_rate": 0.01},
    "vae-linear": {"hidden": 16, "latent": 4, "batch_size": 32, "epochs": 30, "anneal_epochs": 15},
    "fusion": {"runs": "linear, best"},
    "blend": {"hidden": 16, "latent": 4, "batch_size": 32, "epochs": 40},
    "mult-vae": {"hidden": 16, "latent": 4, "batch_size": 32, "epochs": 60, "anneal_epochs": 30, "learning_rate": 0.01},
}

# What the contract gives a model that needs more than times, strengths and a catalogue: model id -> function of the training matrix
# that returns a `Side` (the stored runs that a fusion fuses).
SIDES = {"fusion": PlantedRuns}
