"""A split as Parquet files, for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from scipy.sparse import csr_matrix

from recsys_core.data.dataset import Dataset
from recsys_core.data.matrices import rows_of
from recsys_core.data.splits import Split
from recsys_core.errors import InputError
from recsys_core.storage.atomic import new_file, write_json


def write_split(split: Split, dataset: Dataset, out_dir: Path) -> dict[str, Any]:
    """Write train, validation, fold_in and test.parquet (user_id, item_id) and split.json into `out_dir`. Returns what split.json says.

    The four files share no pair. fold_in holds what is given of users who do not train, when choosing and when testing; it is empty under
    protocols where every user trains. Raises InputError where the folder cannot be written.
    """
    parts = {
        "train": split.train,
        "validation": split.validation_targets,
        "fold_in": _without(split.validation_fold_in + split.test_fold_in, split.train + split.validation_targets),
        "test": split.test_targets,
    }
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        for name, matrix in parts.items():
            with new_file(out_dir / f"{name}.parquet") as file:
                pq.write_table(_table(matrix, dataset), file, compression="zstd")
        about = {
            "dataset": dataset.id,
            "protocol": split.protocol,
            "seed": split.seed,
            "rows": {name: int(matrix.nnz) for name, matrix in parts.items()},
        }
        write_json(out_dir / "split.json", about)
    except OSError as error:
        raise InputError(f"'{out_dir}' cannot be written: {error.strerror}.", "Choose another folder with --out.") from error
    return about


def _without(matrix: csr_matrix, taken: csr_matrix) -> csr_matrix:
    """The entries of `matrix` where `taken` has none, as ones."""
    ones = (matrix > 0).astype("float32")
    rest = (ones - ones.multiply(taken > 0)).tocsr()
    rest.eliminate_zeros()
    rest.sort_indices()
    return rest


def _table(matrix: csr_matrix, dataset: Dataset) -> pa.Table:
    user, item = rows_of(matrix.indptr), matrix.indices
    ids = [
        pa.DictionaryArray.from_arrays(pa.array(places), pa.array(names, pa.string())).cast(pa.string())
        for places, names in ((user, dataset.user_ids), (item, dataset.item_ids))
    ]
    return pa.table({"user_id": ids[0], "item_id": ids[1]})
