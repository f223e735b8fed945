"""What generators there are, as light specs: read by pages and commands without importing torch or sklearn."""

from __future__ import annotations

from dataclasses import dataclass

from recsys_core.errors import NotFoundError
from recsys_core.models.spec import Setting, Value
from recsys_core.models.specs.players import player_settings

AUTO = "auto"


@dataclass(frozen=True)
class GeneratorSpec:
    """One generator in words. fit: "module:function" below recsys_core.synthesis.generators, of the signature of `fitting.Fit`.

    fitted: "module:class" of what it gives, whose `from_arrays` needs neither torch nor sklearn. good, weak: one sentence each, for pages.
    """

    id: str
    title: str
    words: str
    good: str
    weak: str
    fit: str
    fitted: str
    settings: tuple[Setting, ...] = ()


def _epochs(key: str, title: str, of: str) -> Setting:
    return Setting(
        key, title, f"Passes of {of} over all shoppers; 0 takes as many as suit the size of the log.", "int", 0, 0, 5000, expert=False
    )


SEQUENTIAL = GeneratorSpec(
    "sequential",
    "One product after another",
    "Draws each next product by what the products drawn so far call for.",
    "Keeps what goes together best, also in a shop of near-twins.",
    "Knows a shopper only by its products: no latent space to draw from.",
    "sequential_fit:fit_listening",
    "sequential:SequentialGenerator",
    (
        _epochs("epochs", "Training", "the model"),
        Setting(
            "rank", "Rank", "Width of what ties products together; 0 takes 2 roots of the shoppers, from 16 to 128.", "int", 0, 0, 1024
        ),
    ),
)
LATENT = Setting(
    "latent",
    "Taste dimensions",
    "How many numbers describe a shopper's taste; 0 takes 100, and 200 with 2,000 shoppers or more.",
    "int",
    0,
    0,
    1024,
)
KL_CAP = Setting(
    "kl_cap",
    "Pull to the middle",
    "How strongly tastes are pulled together (the KL weight's cap). Higher keeps less of each single shopper.",
    "float",
    0.2,
    0.0,
    10.0,
)
POSTERIOR = GeneratorSpec(
    "posterior",
    "From the taste map",
    "Squeezes every shopper into a place on a taste map (Mult-VAE), draws new places among them and unfolds these into products.",
    "Quick to draw from, and its shoppers lie between real ones on the same map as the models'.",
    "Blurs a shop of near-twins: which of them go together is lost.",
    "posterior_fit:fit_listening",
    "posterior:PosteriorGenerator",
    (_epochs("epochs", "Training", "the taste map"), LATENT, KL_CAP),
)


PLAYERS: dict[str, Value] = {"beta1": 0.0, "weight_decay": 0.0, "schedule": "linear", "ema_decay": 0.995, "clip_norm": 10.0, "d_steps": 3}


def _players(*, packing: int, hidden: int, **defaults: Value) -> tuple[Setting, ...]:
    """The settings of two players with a Wasserstein critic."""
    return (
        Setting(
            "packing", "Packing", "Shoppers that the critic sees together; more of them make it notice sameness.", "int", packing, 1, 16
        ),
        Setting(
            "gradient_penalty", "Gradient penalty", "How strictly the critic is kept from being too steep.", "float", 10.0, 0.0, 1000.0
        ),
        Setting("g_hidden", "Generator's hidden units", "Width of the generator's hidden layers.", "int", hidden, 2, 4096),
        Setting("d_hidden", "Critic's hidden units", "Width of the critic's hidden layers.", "int", hidden, 2, 4096),
        *(setting for setting in player_settings(**PLAYERS, **defaults) if setting.key != "g_steps"),
    )


LATENT_WGAN = GeneratorSpec(
    "latent-wgan",
    "Generator against critic, on the taste map",
    "A generator makes up places on the taste map, a critic tells them from real shoppers' places, and both learn from each other.",
    "Follows tastes that no bell curve describes, for each activity and segment by itself.",
    "Takes longer to learn, and like the taste map itself blurs near-twins.",
    "latent_wgan_torch:fit_listening",
    "noise:NoiseGenerator",
    (
        _epochs("epochs", "Training of the map", "the taste map"),
        _epochs("rounds", "Training of the players", "generator and critic"),
        LATENT,
        KL_CAP,
        *_players(packing=1, hidden=256, g_learning_rate=2e-4, d_learning_rate=4e-4),
    ),
)
VECTOR_WGAN = GeneratorSpec(
    "vector-wgan",
    "Generator against critic, on whole shoppers",
    "A generator makes up whole shopping histories, a critic who sees several at once tells them from real ones.",
    "Its typical shoppers are the hardest to tell from real ones.",
    "Few unusual shoppers, and by far the longest to learn.",
    "vector_wgan_torch:fit_listening",
    "noise:NoiseGenerator",
    (
        _epochs("epochs", "Training", "generator and critic"),
        Setting("noise", "Numbers of noise", "How many random numbers a shopper is made from.", "int", 64, 1, 1024),
        *_players(packing=4, hidden=128, g_learning_rate=1e-3, d_learning_rate=2e-3),
    ),
)
VAE_GAN = GeneratorSpec(
    "vae-gan",
    "From the taste map, against a critic",
    "Like 'From the taste map', but what the map unfolds into also has to pass a critic who knows real shoppers.",
    "About as true to what goes together as the plain taste map, and sometimes a little closer.",
    "Takes two to three times as long to learn as the plain taste map.",
    "posterior_fit:fit_against_critic",
    "posterior:PosteriorGenerator",
    (
        _epochs("epochs", "Training", "the taste map"),
        LATENT,
        KL_CAP,
        Setting(
            "adversarial_weight",
            "Weight of the critic",
            "How much passing for real counts beside rebuilding histories.",
            "float",
            1.0,
            0.0,
            1000.0,
        ),
        Setting("d_steps", "Critic's steps", "Steps of the critic for each batch.", "int", 1, 1, 20),
    ),
)
SPECS: tuple[GeneratorSpec, ...] = (SEQUENTIAL, POSTERIOR, LATENT_WGAN, VECTOR_WGAN, VAE_GAN)


def generator_spec(id: str) -> GeneratorSpec:
    """One generator. Raises NotFoundError naming those there are."""
    for spec in SPECS:
        if spec.id == id:
            return spec
    raise NotFoundError(f"There is no generator '{id}'.", f"Use one of: {AUTO}, {', '.join(spec.id for spec in SPECS)}.")
