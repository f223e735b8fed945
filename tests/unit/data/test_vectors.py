"""Vectors come in many forms; all of them end as one float32 array aligned with the items."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from recsys_core.data.vectors import Vectors, take_vectors
from recsys_core.errors import InputError

IDS = ["a", "b", "C 3", "d"]
WANTED = np.array([[0.5, -1, 2], [1e-3, 4, 5], [0, 0, 1], [0, 0, 0]], dtype=np.float32)


def read(path: Path) -> Vectors:
    scratch = path.parent / f"scratch-{path.name}"
    scratch.mkdir()
    return take_vectors(path, IDS, scratch)


def arrays(taken: Vectors) -> tuple[np.ndarray, list[bool]]:
    return np.load(taken.folder / "vectors.npy"), np.load(taken.folder / "vectors_mask.npy").tolist()


def forms(folder: Path) -> dict[str, Path]:
    """The same three vectors as people write them."""
    rows, ids = WANTED[:3].astype(float), ["a", "b", "c3"]
    wide = pd.DataFrame(rows, columns=["v0", "v1", "v2"]).assign(item_id=ids, title=["x", "y", "z"])
    wide.to_csv(folder / "wide.csv", index=False)
    wide.to_parquet(folder / "wide.parquet")
    pd.DataFrame({"sku": ids, "embedding": list(rows)}).to_parquet(folder / "list.parquet")
    texts = {
        "json": [str(row) for row in rows.tolist()],
        "spaced": [" ".join(map(str, row)) for row in rows.tolist()],
        "numpy": [str(row) for row in rows],
        "bars": ["|".join(map(str, row)) for row in rows.tolist()],
    }
    for name, cells in texts.items():
        pd.DataFrame({"asin": ids, "vector": cells}).to_csv(folder / f"{name}.csv", index=False)
    np.savez(folder / "arrays.npz", vectors=rows.astype(np.float32), ids=np.array(ids))
    pd.DataFrame({"which": ids, "p": rows[:, 0], "q": rows[:, 1], "r": rows[:, 2]}).to_csv(folder / "unnamed.tsv", index=False, sep="\t")
    return {path.name: path for path in folder.iterdir() if path.is_file()}


def test_every_form_gives_the_same_vectors(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    hashes = set()
    for name, path in forms(tmp_path / "forms").items():
        taken = read(path)
        vectors, mask = arrays(taken)
        assert vectors.dtype == np.float32, name
        assert_array_equal(vectors, WANTED, err_msg=name)
        assert mask == [True, True, True, False], name
        assert [note["name"] for note in taken.notes] == ["vectors"], name
        hashes.add(taken.hash)
    assert len(hashes) == 1


def test_rows_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    rows = [
        'a,"[1, 2]"',
        'b,"[1, 2, 3]"',
        'C 3,"[1, NaN]"',
        'd,"[0, 0]"',
        'z,"[1, 2]"',
        'a,"[9, 9]"',
        ',"[1, 2]"',
        "d,[]",
        'b,"[1e39, 1]"',
        "b,x",
    ]
    path.write_text("item_id,vector\n" + "\n".join(rows))
    taken = read(path)
    assert (taken.width, taken.matched) == (2, 1)
    assert arrays(taken)[0].tolist() == [[1, 2], [0, 0], [0, 0], [0, 0]]
    assert [note["text"] for note in taken.notes] == [
        "1 of 4 products have a vector of 2 numbers, from v.csv.",
        "2 of the 10 rows of v.csv are of no product of the log or catalogue, for example 'z'.",
        "6 of the 10 rows of v.csv do not hold 2 numbers other than zeros.",
        "1 of the 10 rows of v.csv are of a product that has a vector already; the first counts.",
    ]


def test_ids_may_be_numbers(tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", np.array([3, 1]), np.array([[1.0], [2.0]]))
    scratch = tmp_path / "s"
    scratch.mkdir()
    assert arrays(take_vectors(tmp_path / "v.npz", ["1", "2", "3"], scratch))[0].tolist() == [[2], [0], [1]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("v.npz", b"PK no zip"),
        ("v.npy", b"\x93NUMPY"),
        ("words.csv", b"item_id,title\na,x\nb,y\n"),
        ("strangers.csv", b"name,v\nx,1.5\ny,2.5\n"),
        ("empty.csv", b"item_id,v\n"),
    ],
)
def test_what_holds_no_vectors_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        read(tmp_path / name)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", ids=np.array(["a", None], dtype=object), vectors=np.ones((2, 2)))
    with pytest.raises(InputError, match=r"v\.npz cannot be read"):
        read(tmp_path / "v.npz")


def test_a_bomb_is_not_unpacked_and_arrays_stay_on_disk(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", ids=np.arange(10), vectors=np.zeros((10, 2 << 20), dtype=np.float32))
    with pytest.raises(InputError, match=r"bomb\.npz unpacks to more than"):
        read(tmp_path / "bomb.npz")
    ids, numbers = np.array(["c3", "a"]), np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    np.savez(tmp_path / "v.npz", ids=ids, numbers=numbers, made=np.array(2026))  # what else is in it does not matter
    assert read(tmp_path / "v.npz").matched == 2


def test_nothing_is_written_where_nothing_matches(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item_id,v0,v1\nx,1,2\n")
    taken = read(tmp_path / "v.csv")
    taken.write(tmp_path)
    assert (taken.matched, taken.hash, (tmp_path / "vectors.npy").exists()) == (0, "", False)


def test_a_thousand_columns_fit_into_memory(tmp_path: Path) -> None:
    header = ",".join(["item_id", *(f"v{place}" for place in range(768))])
    (tmp_path / "v.csv").write_text("\n".join([header, *(f"{id},{','.join(['0.25'] * 768)}" for id in IDS)]))
    assert read(tmp_path / "v.csv").matched == 4
