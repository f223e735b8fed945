"""The project job: several maps, what is there already, how far each may be trusted, and the same map from the same seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from recsys_core.errors import InputError, UnsupportedError
from recsys_core.jobs import resume
from recsys_core.jobs.project_spec import project_spec
from recsys_core.jobs.train_spec import train_spec
from recsys_core.jobs.worker import run, run_here
from recsys_core.latent.map_settings import MapSettings, map_settings
from recsys_core.latent.projections import load_projection, need_projection, placer, project, projection_dir
from recsys_core.models.runs import Run
from recsys_core.storage.atomic import write_json
from recsys_core.storage.workspace import Workspace
from tests.unit.work.small_shop import TINY_VAE, small_shop

ROOT = Path(__file__).parents[3]
MEASURED = {"trustworthiness", "continuity", "neighbours_kept", "by_chance", "k", "sampled"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str, str]:
    """(workspace, a VAE run, an EASE run)."""
    workspace, dataset = small_shop(tmp_path_factory.mktemp("maps"))
    ids = []
    for model, settings in (("mult-vae", TINY_VAE), ("ease", {"l2": 5})):
        spec = train_spec(dataset.id, model, settings=settings)
        ids.append(str(run_here(workspace, "train", spec, title="Train").result["run"]))
    return workspace, ids[0], ids[1]


def drawn(workspace, run_id, what, **asked):
    return run_here(workspace, "project", project_spec(workspace, run_id, what, **asked), title="Map").result


def test_both_maps_in_one_job(shop):
    workspace, vae, _ = shop
    found = drawn(workspace, vae, "both")
    assert [(each["what"], each["points"]) for each in found["maps"]] == [("items", 36), ("users", 90)]
    assert all(each.keys() >= MEASURED for each in found["maps"])
    assert found["cpu_seconds"] > 0
    assert "points" not in found


def test_one_map_has_its_figures_beside_the_list(shop):
    workspace, vae, _ = shop
    found = drawn(workspace, vae, "users")
    assert found["points"] == found["maps"][0]["points"] == 90
    assert found["neighbours_kept"] == found["maps"][0]["neighbours_kept"] > found["by_chance"]


def test_both_of_a_model_without_shoppers_is_its_products(shop):
    workspace, _, ease = shop
    assert [each["what"] for each in drawn(workspace, ease, "both")["maps"]] == ["items"]


def test_a_specification_of_an_older_job_still_runs(shop):
    workspace, vae, _ = shop
    found = run_here(workspace, "project", {"run": vae, "what": "items", "method": "pca", "seed": 0}, title="Map").result
    assert (found["points"], found["seed"]) == (36, 0)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"what": "moods"}, "items, users, both"),
        ({"method": "tsne"}, "pca, umap"),
        ({"settings": {"neighbours": 1}}, "from 2 to 200"),
        ({"settings": {"min_distance": 1.5}}, "from 0 to 0.99"),
        ({"settings": {"components": 4}}, "from 2 to 3"),
        ({"settings": {"neighbors": 4}}, "neighbours"),
        ({"seed": -1}, "from 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_there_is_a_job(shop, asked, words):
    with pytest.raises(InputError) as refused:
        project_spec(shop[0], shop[1], **asked)
    assert words in str(refused.value)


def test_a_model_without_vectors_for_shoppers_is_refused(shop):
    with pytest.raises(UnsupportedError, match="has no vectors for shoppers"):
        project_spec(shop[0], shop[2], "users")


def test_maps_of_other_settings_lie_in_folders_of_their_own(tmp_path):
    def name(method="umap", seed=0, **given):
        return projection_dir(tmp_path, "items", method, seed, map_settings(method, given)).name

    assert [name(), name("pca"), name(seed=7)] == ["items-umap", "items-pca", "items-umap-7"]  # as they were before there were settings
    assert name("pca", seed=7, neighbours=30) == "items-pca"
    others = [
        name(seed=s, neighbours=n, min_distance=d, components=c) for s in (0, 7) for n in (15, 30) for d in (0.1, 0.25) for c in (2, 3)
    ]
    assert len(set(others)) == 16
    assert others[-1] == "items-umap-7-n30-d0.25-c3"


def test_a_turning_map_has_three_columns_and_stays_beside_the_flat_one(shop):
    workspace, vae, _ = shop
    drawn(workspace, vae, "items", settings={"components": 3})
    drawn(workspace, vae, "items")
    folder = Run.open(workspace.run_dir(vae)).artifact.folder
    assert load_projection(folder, "items", "pca", settings=MapSettings(components=3)).coordinates.shape == (36, 3)
    assert load_projection(folder, "items", "pca").coordinates.shape == (36, 2)


def test_a_map_made_before_there_were_settings_is_read(shop):
    workspace, vae, _ = shop
    drawn(workspace, vae, "items")
    opened = Run.open(workspace.run_dir(vae))
    folder = projection_dir(opened.artifact.folder, "items", "pca")
    made = load_projection(opened.artifact.folder, "items", "pca")
    old = {
        key: made.manifest[key] for key in ("kind", "run", "what", "method", "seed", "explained", "neighbours_kept", "files", "versions")
    }
    write_json(folder / "manifest.json", old)
    found = drawn(workspace, vae, "items")
    assert found["neighbours_kept"] == pytest.approx(made.manifest["neighbours_kept"])
    assert "trustworthiness" not in found
    assert placer(opened, need_projection(opened, "items", "pca")).place(opened.vectors("items")[0]) == pytest.approx(
        np.array(made.coordinates), abs=1e-4
    )


def test_a_job_that_was_stopped_between_two_maps_goes_on_with_the_second(shop):
    workspace, vae, _ = shop
    spec = project_spec(workspace, vae, "both", settings={"components": 3})
    folder = Run.open(workspace.run_dir(vae)).artifact.folder
    settings = MapSettings(components=3)

    def stop(fraction, message):
        if "shoppers" in message:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_here(workspace, "project", spec, title="Map", on_progress=stop)
    first = projection_dir(folder, "items", "pca", settings=settings)
    assert (first.is_dir(), projection_dir(folder, "users", "pca", settings=settings).is_dir()) == (True, False)
    made = (first / "manifest.json").stat().st_mtime_ns
    (job,) = [each for each in workspace.registry.jobs() if each.kind == "project" and each.state == "interrupted"]
    resume(workspace, job.id, start=False)
    assert run(workspace, job.id).state == "done"
    assert (first / "manifest.json").stat().st_mtime_ns == made
    assert load_projection(folder, "users", "pca", settings=settings).coordinates.shape == (90, 3)


def test_a_map_by_landmarks_says_how_far_the_placed_points_are_to_be_trusted(shop, monkeypatch):
    """The first shoppers' plain coordinates stand in for UMAP's; the placed ones must come out near what they would have been."""
    workspace, vae, _ = shop
    opened = Run.open(workspace.run_dir(vae))
    stand_in = SimpleNamespace(umap_map=lambda vectors, *, seed, settings: np.array(vectors[:, :2]))
    monkeypatch.setitem(sys.modules, "recsys_core.latent.umap_umap", stand_in)
    found = project(opened, "users", "umap", landmarks=60)
    assert found.coordinates.shape == (90, 2)
    assert found.manifest["landmarks"] == 60
    assert found.manifest["fidelity"].keys() == {"landmarks", "placed"}
    assert found.manifest["fidelity"]["placed"]["sampled"] == 30
    off = np.linalg.norm(found.coordinates - opened.vectors("users")[0][:, :2], axis=1)
    assert np.count_nonzero(off == 0) == 60
    assert np.median(off[off > 0]) < np.ptp(found.coordinates) / 8
    assert "landmarks" not in project(opened, "users", "umap", landmarks=90).manifest


DRAW = """
import sys
import numpy as np
from pathlib import Path
from recsys_core.jobs.work.project import _compiled
from recsys_core.latent.projections import project
from recsys_core.models.runs import Run
from recsys_core.storage.workspace import Workspace
workspace = Workspace.open(Path(sys.argv[1]))
_compiled(workspace.home / "cache" / "numba")
run = Run.open(workspace.run_dir(sys.argv[2]))
maps = [project(run, "items", "umap", seed=3), project(run, "users", "umap", seed=3), project(run, "users", "umap", seed=3, landmarks=60)]
np.savez(sys.argv[3], *[made.coordinates for made in maps])
from pynndescent.rp_trees import binary_search
from umap.layouts import rdist
print(sum(rdist.stats.cache_hits.values()), rdist._cache.cache_path, binary_search._cache.cache_path)
"""


def in_a_fresh_process(workspace, run_id, out, threads):
    env = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    env |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(workspace.home), run_id, str(out)], cwd=ROOT, env=env, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.split()


@pytest.mark.slow
def test_two_processes_draw_the_same_map_to_the_last_digit_and_the_second_finds_what_the_first_compiled(shop, tmp_path):
    """On one thread and on two; compiled code is in the workspace, for umap and for what it rests on."""
    workspace, vae, _ = shop
    hits, *places = in_a_fresh_process(workspace, vae, tmp_path / "one.npz", "1")
    assert hits == "0"
    assert all(place.startswith(str(workspace.home / "cache" / "numba")) for place in places)
    again, *_ = in_a_fresh_process(workspace, vae, tmp_path / "two.npz", "2")
    assert int(again) > 0
    one, two = np.load(tmp_path / "one.npz"), np.load(tmp_path / "two.npz")
    assert len(one.files) == 3
    for name in one.files:
        assert one[name].tobytes() == two[name].tobytes()
