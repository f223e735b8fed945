"""The models there are, as light specs, and the way from an id to the class that trains."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import TYPE_CHECKING

from recsys_core.errors import NotFoundError
from recsys_core.models.spec import ModelSpec
from recsys_core.models.specs.blend import BLEND
from recsys_core.models.specs.cfgan import CFGAN_SPEC
from recsys_core.models.specs.content import CONTENT
from recsys_core.models.specs.ease import EASE
from recsys_core.models.specs.edlae import EDLAE
from recsys_core.models.specs.fusion import FUSION
from recsys_core.models.specs.ials import IALS
from recsys_core.models.specs.item_knn import ITEM_KNN
from recsys_core.models.specs.mult_dae import MULT_DAE
from recsys_core.models.specs.mult_vae import MULT_VAE
from recsys_core.models.specs.popularity import POPULARITY
from recsys_core.models.specs.pure_svd import PURE_SVD
from recsys_core.models.specs.recvae import RECVAE
from recsys_core.models.specs.rp3beta import RP3BETA
from recsys_core.models.specs.vae_gan import VAE_GAN
from recsys_core.models.specs.vae_linear import VAE_LINEAR

if TYPE_CHECKING:
    from recsys_core.models.contract import Recommender

_SPECS = (
    POPULARITY,
    ITEM_KNN,
    RP3BETA,
    PURE_SVD,
    CONTENT,
    IALS,
    EASE,
    EDLAE,
    MULT_DAE,
    MULT_VAE,
    RECVAE,
    VAE_LINEAR,
    CFGAN_SPEC,
    VAE_GAN,
    BLEND,
    FUSION,
)


def model_specs() -> tuple[ModelSpec, ...]:
    """All models, baselines first."""
    return _SPECS


def model_spec(model_id: str) -> ModelSpec:
    """The spec of one model. Raises NotFoundError with the nearest names."""
    for spec in _SPECS:
        if spec.id == model_id:
            return spec
    names = [spec.id for spec in _SPECS]
    near = difflib.get_close_matches(model_id, names, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise NotFoundError(f"There is no model called '{model_id}'.", f"{hint}The models are: {', '.join(names)}.")


def default_model() -> ModelSpec:
    """The model that the demo trains."""
    return next(spec for spec in _SPECS if spec.default)


def model_class(model_id: str) -> type[Recommender]:
    """The class that trains `model_id`; imports it (and torch, for a neural one) now."""
    module, name = model_spec(model_id).factory.split(":")
    found: type[Recommender] = getattr(import_module(f"recsys_core.models.{module}"), name)
    return found
