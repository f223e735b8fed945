"""Walking and sliders of every model whose codes can be decoded: numpy's lists are those of the model that was trained, torch's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys_core.errors import UnsupportedError
from recsys_core.inference.scorers import CODERS, KINDS
from recsys_core.jobs.work.fitting import as_scorer
from recsys_core.latent.steering import attribute_directions, coder_of, moved, principal_directions, shown, walk
from recsys_core.models.contract import FitContext
from recsys_core.models.registry import model_class, model_specs
from tests.contract.planted import GROUPS, PER_GROUP, PlantedSide, planted, validation
from tests.contract.quick_settings import QUICK, SIDES

pytestmark = pytest.mark.contract
WITH_CODES = ("pure-svd", "content", "ials", "mult-dae", "mult-vae", "recvae", "cfgan", "vae-gan")
USER_BASED = {"cfgan": {"based_on": "users"}}
K = 6


def _torch(layers):
    """Scores of codes, by torch. layers: of codes -> logits."""
    import torch

    def decode(codes):
        with torch.inference_mode():
            return layers(torch.from_numpy(np.ascontiguousarray(codes))).numpy()

    return decode


def _generator(model):
    import torch

    tables = [torch.from_numpy(model._arrays[name]) for name in ("output", "output_bias")]
    return _torch(lambda codes: torch.nn.functional.linear(codes, *tables))


# model -> the trained model -> its own decoder of codes: torch's, or for a model without torch its factors in double precision
DECODERS = {
    "mult-vae": lambda model: _torch(model._network.decode),
    "vae-gan": lambda model: _torch(model._network.decode),
    "mult-dae": lambda model: _torch(model._network.decode_items),
    "recvae": lambda model: _torch(model._network.decoder),
    "cfgan": _generator,
    "pure-svd": lambda model: lambda codes: codes.astype(np.float64) @ model.directions_.T,
    "content": lambda model: lambda codes: codes.astype(np.float64) @ model.vectors_.T,
    "ials": lambda model: lambda codes: codes.astype(np.float64) @ model.scorer_.factors.T,
}


@dataclass(frozen=True)
class Fitted:
    """model: as it was trained. coder: what was exported. matrix: what it was trained on. codes: of its shoppers."""

    model: object
    coder: object
    matrix: object
    codes: np.ndarray

    @property
    def decode(self):
        return DECODERS[self.model.spec.id](self.model)


@pytest.fixture(scope="module", params=WITH_CODES)
def fitted(request):
    matrix = planted()
    spec = next(each for each in model_specs() if each.id == request.param)
    model = model_class(spec.id)({**QUICK.get(spec.id, {}), **USER_BASED.get(spec.id, {})})
    given = {} if spec.family == "closed form" else {"validation": validation(matrix)}
    model.fit(matrix, FitContext(seed=0, side=SIDES.get(spec.id, PlantedSide)(matrix), **given))
    coder = coder_of(as_scorer(model), spec.id)
    return Fitted(model, coder, matrix, coder.encode(matrix))


def test_their_kinds_are_those_that_pages_offer_to_steer(fitted):
    assert fitted.model.export()[0]["kind"] in CODERS


def same_lists(lists, scores, truth):
    """Each list is one that the true scores [n, items] allow: its scores are these to 1e-5, best first but for ties of that size."""
    own = np.take_along_axis(truth, lists, axis=1)
    assert_allclose(scores, own, atol=1e-5, rtol=1e-5)
    best = -np.sort(-truth, axis=1)[:, : lists.shape[1]]
    assert_allclose(own, best, atol=1e-5, rtol=1e-5)
    assert all(len(set(row)) == len(row) for row in lists.tolist())


def test_codes_are_decoded_as_by_the_trained_model(fitted):
    codes = fitted.codes
    assert np.ptp(codes, axis=0).max() > 1e-3
    assert_allclose(fitted.coder.decode(codes), fitted.decode(codes), atol=1e-5, rtol=1e-5)
    everyone = np.arange(fitted.matrix.shape[0])
    assert_allclose(fitted.decode(codes), fitted.model.score(fitted.matrix, everyone), atol=1e-5, rtol=1e-5)


def test_a_walk_lists_what_the_trained_model_would_at_each_step(fitted):
    start, end = fitted.codes[0], fitted.codes[1]
    found = walk(fitted.coder, start, end, steps=7, k=K)
    same_lists(found.lists, found.scores, fitted.decode(found.codes))
    assert_allclose(found.codes[[0, -1]], np.stack([start, end]), atol=1e-6)
    own = found.lists // PER_GROUP
    assert (own[0] == 0).mean() > 0.6  # shopper u is of the planted group u mod GROUPS
    assert (own[-1] == 1 % GROUPS).mean() > 0.6


def test_sliders_list_what_the_trained_model_would(fitted):
    share = np.asarray(fitted.matrix[:, :PER_GROUP].sum(axis=1)).ravel() / np.diff(fitted.matrix.indptr)
    ways = [*attribute_directions(fitted.codes, {"group": share}), *principal_directions(fitted.codes, 2)]
    assert ways[0].name == "group"
    steps = np.array([[a, b, 0.3][: len(ways)] for a in (-2.0, 0.5, 3.0) for b in (-1.0, 0.0)])
    codes = np.stack([moved(fitted.codes[3], ways, row) for row in steps])
    same_lists(*_listed(fitted, codes), fitted.decode(codes))


def test_a_slider_moves_the_list_its_way(fitted):
    share = np.asarray(fitted.matrix[:, :PER_GROUP].sum(axis=1)).ravel() / np.diff(fitted.matrix.indptr)
    way = attribute_directions(fitted.codes, {"group": share})[0]
    middle = fitted.codes.mean(axis=0)
    lists, _ = _listed(fitted, np.stack([moved(middle, [way], [step]) for step in (-2.0, 2.0)]))
    inside = (lists < PER_GROUP).mean(axis=1)
    assert inside[1] > 0.6 > 0.2 > inside[0]


def _listed(fitted, codes):
    return shown(fitted.coder, codes, K)


def test_every_other_model_refuses_in_one_sentence_and_names_what_to_choose():
    from recsys_core.inference.kinds import blend, constant, item_item, rank_fusion, sparse_item_item, user_item, vae_linear

    others = [
        blend.BlendScorer((), ()),
        constant.ConstantScorer(np.zeros(3, np.float32)),
        item_item.ItemItemScorer(np.zeros((3, 3), np.float32)),
        rank_fusion.RankFusionScorer((), (), 60.0),
        sparse_item_item.SparseItemItemScorer(None),
        user_item.UserItemScorer(*np.zeros((3, 2, 2), np.float32), "cfgan"),
        vae_linear.VaeLinearScorer(None, None, 0.5),
    ]
    assert len(others) + len(CODERS) == len(KINDS)
    for scorer in others:
        with pytest.raises(UnsupportedError) as caught:
            coder_of(scorer, "other")
        assert caught.value.message.count(".") == 1
        assert "mult-vae" in caught.value.hint
