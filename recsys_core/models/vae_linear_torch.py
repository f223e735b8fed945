"""vae-linear: a VAE with a full-rank linear path around its bottleneck.

    logits = f(z) + s x B,   z ~ q(z|x),   B: EDLAE's item-item matrix (Steck 2020), fixed;   s > 0 learned

trained by the multinomial likelihood of Mult-VAE (Liang et al. 2018). The idea is VASP's (Vancura & Kordik 2021), whose two paths are
multiplied; a sum of logits is a product of likelihoods. f starts near 0, so training starts as EDLAE and f learns what it lacks. Two
things make that work: the linear scores that f is trained beside are those of a matrix without the row itself (`linear_path`), as new
shoppers meet it; and as thinned histories make the likelihood trust the linear path too little, s is raised on validation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import nn

from recsys_core.evaluation.intervals import bootstrap_intervals
from recsys_core.evaluation.protocol import evaluate_lists
from recsys_core.inference.contract import ArrayLoader, Floats, Scorer, Users, nested, part_loader
from recsys_core.inference.kinds.autoencoder import AutoencoderScorer
from recsys_core.inference.kinds.vae_linear import VaeLinearScorer
from recsys_core.inference.top_k import mask_seen, top_k
from recsys_core.models.contract import FitContext, FitReport, Recommender, Validation, as_float32
from recsys_core.models.edlae import Edlae
from recsys_core.models.history_torch import History
from recsys_core.models.likelihood_torch import multinomial_loss
from recsys_core.models.linear_part import choose_edlae, exported, fit_edlae
from recsys_core.models.linear_path import LinearPath
from recsys_core.models.mult_vae_torch import MultVAE, export_layers
from recsys_core.models.mult_vae_torch import Network as VaeNetwork
from recsys_core.models.network_size import network_size
from recsys_core.models.spec import Value
from recsys_core.models.specs.vae_linear import VAE_LINEAR
from recsys_core.models.spectral import spectral_vectors
from recsys_core.models.trainee_torch import Arrays, TorchTrainee, load_module
from recsys_core.training.device_torch import prepare
from recsys_core.training.loop import LoopSettings, run_epochs

START_SCALE = 10.0  # a linear score near 1 should outweigh a few thousand items near 0 in the softmax
START_SPREAD = 0.05  # of the usual spread of the output layer's weights: f starts near 0
RAISES = (1.0, 2.0, 4.0)  # what s is raised by on validation: more and f would have nothing to say
ITEM_DIMENSIONS = 64
BATCH = 512
AT = (10, 100)


class Network(VaeNetwork):
    """Mult-VAE's network and the logarithm of s."""

    def __init__(self, items: int, hidden: int, latent: int, generator: torch.Generator) -> None:
        super().__init__(items, hidden, latent, generator)
        self.log_scale = nn.Parameter(torch.tensor(math.log(START_SCALE)))
        with torch.no_grad():
            self.decode_items.weight.mul_(START_SPREAD)


class Trainee(TorchTrainee):
    """Both paths in the hands of `training.loop`; the linear one is fixed but for its scale."""

    network: Network

    def __init__(
        self,
        network: Network,
        path: LinearPath,
        train: sparse.csr_matrix,
        settings: Mapping[str, Value],
        generator: torch.Generator,
        warm_up: int,
    ) -> None:
        self.path, self.train, self.settings, self.warm_up = path, train, settings, warm_up
        rate, decay = float(settings["learning_rate"]), float(settings["weight_decay"])
        adam = torch.optim.Adam(network.parameters(), lr=rate, weight_decay=decay, fused=True)
        super().__init__(network, {"adam": adam}, generator)

    def step(self, rows: NDArray[np.int64], update: int) -> dict[str, float]:
        """One Adam step on the negative ELBO; both paths read the same thinned histories."""
        own = self.train[rows]
        history = History.of(own, self.generator.device)
        thinned = history.thinned(float(self.settings["dropout"]), self.generator)
        linear = torch.from_numpy(self.path.without_own(own, _as_csr(thinned))).to(self.generator.device)
        mean, log_variance = self.network.encode(thinned)
        noise = torch.randn(mean.shape, generator=self.generator, device=mean.device)
        scale = self.network.log_scale.exp()
        likelihood = multinomial_loss(self.network.decode(mean + noise * torch.exp(0.5 * log_variance)) + scale * linear, history)
        kl = (-0.5 * (1 + log_variance - mean.square() - log_variance.exp())).sum(dim=1).mean()
        kl_weight = float(self.settings["kl_cap"]) * min(1.0, update / self.warm_up)
        self.descend(likelihood + kl_weight * kl)
        parts = {"likelihood": likelihood.item(), "kl": kl.item(), "kl_weight": kl_weight, "linear_scale": scale.item()}
        return {"loss": parts["likelihood"] + kl_weight * parts["kl"], **parts}


class VaeLinear(Recommender):
    """Lists by the decoded posterior mean plus the linear path."""

    spec = VAE_LINEAR

    def fit(self, train: sparse.csr_matrix, context: FitContext) -> FitReport:
        """EDLAE by its own grid, then the VAE beside it until validation stops improving.

        `learned`: linear, form, raise (of s), and worth: what the lists of both parts and of each alone reach on validation.
        """
        place = prepare(context.threads)
        train = as_float32(train)
        learned = dict(context.learned)
        if "linear" not in learned:
            l2 = self.settings["l2"]
            learned["linear"] = {"l2": l2} if l2 else choose_edlae(train, context)
        self.linear, learned["form"] = fit_edlae(learned["linear"], train, context, learned.get("form"))
        self._train = train
        rows = train[np.diff(train.indptr) > 0]
        size = network_size(self.settings, *rows.shape)
        network = Network(train.shape[1], size.hidden, size.latent, torch.Generator().manual_seed(context.seed)).to(place)
        warm_up = int(self.settings["anneal_epochs"]) * -(-rows.shape[0] // size.batch)
        path = LinearPath.of(self.linear, train, context.memo)
        trainee = Trainee(network, path, rows, self.settings, torch.Generator(place).manual_seed(context.seed + 1), warm_up)
        validate = context.validation
        result = run_epochs(
            trainee,
            rows.shape[0],
            LoopSettings(
                epochs=context.epochs or int(self.settings["epochs"]),
                batch_size=size.batch,
                seed=context.seed,
                patience=int(self.settings["patience"]) if validate is not None and context.epochs is None else None,
                checkpoint_share=0.05,
            ),
            listener=context.listener,
            validate=None if validate is None else lambda: self._best_raise(trainee.weights(), validate)[1],
            metric=context.metric,
            checkpoint=context.checkpoint,
        )
        weights = {name: array.copy() for name, array in trainee.weights().items()}
        if validate is not None and "raise" not in learned:
            learned["raise"] = self._best_raise(weights, validate)[0]
        self._keep(network, float(np.exp(weights["log_scale"])) * float(learned.setdefault("raise", 1.0)))
        if validate is not None and "worth" not in learned:
            learned["worth"] = self._worth(validate)
        return FitReport(result.curves, result.best_epoch, learned)

    def _best_raise(self, weights: Arrays, validation: Validation) -> tuple[float, float]:
        """Which of `RAISES` validates best, and the metric there."""
        vae, linear, scale = _vae_scorer(weights), exported(self.linear), float(np.exp(weights["log_scale"]))
        lists: dict[float, list[NDArray[np.int32]]] = {factor: [] for factor in RAISES}
        for start in range(0, validation.histories.shape[0], BATCH):
            seen = validation.histories[start : start + BATCH]
            logits, scores = vae.score(seen), linear.score(seen)
            for factor in RAISES:
                lists[factor].append(top_k(mask_seen(logits + np.float32(factor * scale) * scores, seen), validation.at)[0])
        found = {factor: float(validation.of_lists(np.concatenate(lists[factor])).mean(dtype=np.float64)) for factor in RAISES}
        best = max(RAISES, key=lambda factor: found[factor])
        return best, found[best]

    def _worth(self, validation: Validation) -> dict[str, Any]:
        """NDCG of both parts and of each alone on validation, and the gain by the VAE with its paired 95 % interval."""
        values = {}
        for part in ("both", "linear", "vae"):
            scorer = self._exported(part)
            lists = [
                top_k(mask_seen(scorer.score(seen), seen), max(AT))[0]
                for seen in (validation.histories[start : start + BATCH] for start in range(0, validation.histories.shape[0], BATCH))
            ]
            found = evaluate_lists(np.concatenate(lists), validation.targets, at=AT)
            values[part] = {f"ndcg@{k}": found.values[:, found.names.index(f"ndcg@{k}")] for k in AT}
        worth: dict[str, Any] = {}
        for name in values["both"]:
            means = {part: float(values[part][name].mean(dtype=np.float64)) for part in values}
            gain = bootstrap_intervals(values["both"][name] - values["linear"][name])[0]
            worth[name] = {**means, "vae_adds": {"value": gain.value, "low": gain.low, "high": gain.high}}
        return worth

    def _keep(self, network: Network, scale: float) -> None:
        self._network, self._scale = network.cpu().requires_grad_(False), scale

    def _vae(self) -> AutoencoderScorer:
        return _vae_scorer({name: value.numpy() for name, value in self._network.state_dict().items()})

    def _exported(self, part: str) -> VaeLinearScorer:
        return VaeLinearScorer(self._vae(), exported(self.linear), self._scale, part)

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        """By the torch network and EDLAE (the exported numpy path must equal it to 1e-5)."""
        return VaeLinearScorer(_TorchPath(self._network), self.linear, self._scale, str(self.settings["part"])).score(as_float32(histories))

    def item_vectors(self) -> Floats:
        """Leading eigenvectors of the normalised Gram matrix (`spectral_vectors`): the decoder knows only what EDLAE does not.

        Only a model that was fitted in this process has them; they are exported beside the weights.
        """
        return spectral_vectors(self._train, ITEM_DIMENSIONS)

    def user_vectors(self, histories: sparse.csr_matrix) -> Floats:
        """The posterior mean of each history."""
        return self._vae().encode(as_float32(histories))

    def export(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """The VAE's layers and the linear matrix, nested."""
        vae, vae_arrays = export_layers(self._vae())
        linear, linear_arrays = self.linear.export()
        description = {"kind": "vae-linear", "parts": [vae, linear], "scale": self._scale, "part": str(self.settings["part"])}
        return description, {**nested(vae_arrays, 0), **nested(linear_arrays, 1)}

    @classmethod
    def load(cls, settings: Mapping[str, Value], description: Mapping[str, Any], array: ArrayLoader) -> VaeLinear:
        """Both parts back."""
        model = cls(settings)
        vae, linear = description["parts"]
        found = MultVAE.load({}, vae, part_loader(array, 0))._network.state_dict()
        hidden, latent = found["decode_hidden.weight"].shape
        network = Network(len(found["encode_items"]), hidden, latent, torch.Generator().manual_seed(0))
        load_module(network, {"log_scale": np.zeros((), dtype=np.float32), **{name: value.numpy() for name, value in found.items()}})
        model.linear = Edlae.load({}, linear, part_loader(array, 1))
        model._keep(network, float(description["scale"]))
        return model


class _TorchPath(Scorer):
    """The VAE's logits by torch."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def score(self, histories: sparse.csr_matrix, users: Users | None = None) -> Floats:
        with torch.inference_mode():
            logits: Floats = self.network.decode(self.network.encode(History.of(histories))[0]).numpy()
        return logits


def _vae_scorer(weights: Arrays) -> AutoencoderScorer:
    return MultVAE._scorer(weights)


def _as_csr(history: History) -> sparse.csr_matrix:
    starts = np.append(history.offsets.cpu().numpy(), len(history.items))
    return sparse.csr_matrix((history.values.cpu().numpy(), history.items.cpu().numpy(), starts), shape=history.shape)
