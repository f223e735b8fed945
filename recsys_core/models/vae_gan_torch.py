"""VAE-GAN: a Mult-VAE whose decoder also plays against a critic, so that the shoppers it makes up look real (after Larsen et al. 2016).

The VAE learns by Mult-VAE's loss (Liang et al. 2018, eq. 7). Beside it, its decoder is shown the codes of the batch once more and draws as
many products from each softmax as the shopper had, without replacement (Gumbel's top n; Kool et al. 2019). A critic tells these profiles
from real ones, and the decoder learns to pass, by the non-saturating loss through a straight-through gradient:
    VAE     -sum_i x_i log softmax(f(z))_i + beta KL(q(z|x) || N(0, I)) - adversarial_weight log D(draw(f(z)))
    critic  log D(x) + log(1 - D(draw(f(z))))
As in the paper, the encoder does not see the critic. Multinomial likelihood takes the place of its feature loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional as F

from recsys_core.models.adversarial_torch import TwoPlayers, train_players
from recsys_core.models.contract import FitContext, FitReport, as_float32
from recsys_core.models.history_torch import History
from recsys_core.models.likelihood_torch import output_loss
from recsys_core.models.mult_vae_torch import MultVAE, Network
from recsys_core.models.network_size import network_size
from recsys_core.models.player_memory import check_players_memory, vae_gan_bytes
from recsys_core.models.spec import Value
from recsys_core.models.specs.vae_gan import VAE_GAN
from recsys_core.models.trainee_torch import module_arrays
from recsys_core.training.device_torch import half_precision, prepare


class Critic(nn.Module):
    """Two hidden layers over a profile of length 1, to one logit. The first is a table, so that a real profile is a gather."""

    def __init__(self, items: int, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(items, hidden))
        self.table_bias = nn.Parameter(torch.zeros(hidden))
        self.middle = nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, 1)
        for layer in (self.table, self.middle.weight, self.last.weight):
            nn.init.xavier_normal_(layer, generator=generator)
        for bias in (self.middle.bias, self.last.bias):
            nn.init.zeros_(bias)

    def forward(self, first: Tensor) -> Tensor:
        """Logits [n, 1] of profiles by their share of the first layer, [n, hidden]."""
        hidden = F.leaky_relu(first + self.table_bias, 0.2)
        logits: Tensor = self.last(F.leaky_relu(self.middle(hidden), 0.2))
        return logits


class Trainee(TwoPlayers):
    """A VAE and a critic in the hands of `training.loop`."""

    generator_follows = False
    player: Network
    critic: Critic

    def __init__(
        self,
        network: Network,
        critic: Critic,
        train: sparse.csr_matrix,
        settings: Mapping[str, Value],
        generator: torch.Generator,
        batches: int,
    ) -> None:
        super().__init__(network, critic, settings, generator, int(settings["epochs"]) * batches)
        self.train, self.warm_up = train, int(settings["anneal_epochs"]) * batches
        self.half = half_precision(str(settings["precision"]), generator.device, network.decode_items.weight.numel())

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """The critic's steps on real and drawn profiles, then one step of the VAE on its three terms."""
        values = self.begin(update)
        place = self.generator.device
        history = History.of(self.train[rows], place)
        with torch.autocast(place.type, torch.bfloat16, enabled=self.half):
            mean, log_variance = self.player.encode(history.thinned(float(self.settings["dropout"]), self.generator))
            mean, log_variance = mean.float(), log_variance.float()
            code = mean + torch.randn(mean.shape, generator=self.generator, device=place) * torch.exp(0.5 * log_variance)
            unfolded = self.player.unfold(code)
            played = self.player.decode(code.detach()).float()
        drawn = drawn_profiles(played, history, self.generator)
        for _ in range(int(self.settings["d_steps"])):
            values |= self._critic_step(history, drawn.detach())
        share = min(1.0, update / self.warm_up)
        with self.frozen_critic():
            likelihood = output_loss(unfolded, self.player.decode_items, history, half=self.half)
            kl = (-0.5 * (1 + log_variance - mean.square() - log_variance.exp())).sum(dim=1).mean()
            elbo = likelihood + float(self.settings["kl_cap"]) * share * kl
            passing = F.softplus(-self.critic(drawn @ self.critic.table)).mean()
            norm = self.improve_generator(elbo + float(self.settings["adversarial_weight"]) * share * passing)
        self.end(update)
        kl_weight = float(self.settings["kl_cap"]) * share
        mine = {"loss": elbo.item(), "likelihood": likelihood.item(), "kl": kl.item(), "kl_weight": kl_weight}
        return {**mine, **values, "g_loss": passing.item(), "g_grad": norm}

    def _critic_step(self, history: History, drawn: Tensor) -> dict[str, float]:
        on_real = self.critic(history.through(self.critic.table, history.weights))
        on_drawn = self.critic(drawn @ self.critic.table)
        loss = F.softplus(-on_real).mean() + F.softplus(on_drawn).mean()
        norm = self.improve_critic(loss)
        means = torch.sigmoid(on_real.detach()).mean(), torch.sigmoid(on_drawn.detach()).mean()
        return {"d_loss": loss.item(), "d_grad": norm, "d_real": means[0].item(), "d_fake": means[1].item()}


def drawn_profiles(logits: Tensor, history: History, generator: torch.Generator) -> Tensor:
    """As many distinct items as each history has, drawn from the softmax of its logits: float [n, items], rows of length 1.

    Forward they are the drawn items; backward, the gradient is that of (number of items) x softmax of the noisy logits.
    """
    counts = torch.bincount(history.rows, minlength=history.shape[0])
    uniform = torch.rand(logits.shape, generator=generator, device=logits.device).clamp_(1e-7, 1 - 1e-7)
    noisy = logits - torch.log(-torch.log(uniform))
    highest = noisy.detach().topk(int(counts.max()), dim=1).values
    bar = highest.gather(1, (counts - 1).clamp(min=0)[:, None])
    hard = (noisy.detach() >= bar).float()
    soft = torch.softmax(noisy, dim=1) * counts[:, None]
    return (hard + soft - soft.detach()) / counts.clamp(min=1).sqrt()[:, None]


class VAEGAN(MultVAE):
    """Mult-VAE's recommender with averaged weights; lists are from the decoded posterior mean."""

    spec = VAE_GAN

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """Train until validation stops improving, or for exactly `context.epochs`; rows without a history are left out.

        Raises InputError before it starts where memory is short.
        """
        place = prepare(context.threads)
        train = as_float32(train)
        train = train[np.diff(train.indptr) > 0]
        asked = {**self.settings, **context.learned}
        check_players_memory(self.spec.id, vae_gan_bytes(asked, *train.shape), *train.shape)
        size = network_size(asked, *train.shape)
        start = torch.Generator().manual_seed(context.seed)
        network = Network(train.shape[1], size.hidden, size.latent, start).to(place)
        critic = Critic(train.shape[1], int(self.settings["d_hidden"]), start).to(place)
        batches = -(-train.shape[0] // size.batch)
        trainee = Trainee(network, critic, train, self.settings, torch.Generator(place).manual_seed(context.seed + 1), batches)
        report = train_players(trainee, train.shape[0], size.batch, context, lambda: self._scorer(module_arrays(trainee.average)), train)
        self._keep(trainee.average)
        return replace(report, learned=size.learned(self.settings))
