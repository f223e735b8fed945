"""Files that commands read and write beside the log: histories in, lists and coordinates out. The format goes by the ending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys_core.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from scipy import sparse

    from recsys_core.data.dataset import Dataset

FORMATS = (".parquet", ".csv")


def check_format(path: Path) -> None:
    """Raise InputError unless `path` ends in a format we write and can be put where it should; called before the work, not after."""
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"The file '{path}' has an ending that says no format.", f"Use one of: {', '.join(FORMATS)}.")
    from recsys_core.storage.atomic import temporary_sibling

    try:
        if not path.parent.is_dir():
            raise InputError(f"There is no folder '{path.parent}' to write {path.name} into.", "Make it, or choose another place.")
        if path.is_dir():
            raise InputError(f"'{path}' is a folder.", "Give --out the name of a file in it, ending in .parquet or .csv.")
        probe = temporary_sibling(path)
        probe.touch()  # tells better than any flag whether a file can be made there
        probe.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


def write_table(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write equally long columns, whole or not at all. A .csv is safe to open in a spreadsheet.

    Raises InputError for an ending we do not write, and where it cannot be put.
    """
    import pyarrow as pa
    import pyarrow.parquet

    from recsys_core.storage.atomic import new_file
    from recsys_core.storage.spreadsheet import write_csv

    check_format(path)
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    try:
        with new_file(path) as file:
            if path.suffix.lower() == ".parquet":
                pa.parquet.write_table(table, file, compression="zstd")
            else:
                write_csv(table, file)
    except OSError as error:
        raise _unwritable(path, error) from error


def write_batches(path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
    """The same for batches of rows that may not fit into memory. Returns how many rows there were."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from recsys_core.storage.atomic import new_file
    from recsys_core.storage.spreadsheet import write_csv

    check_format(path)
    rows = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal rows
        yield pa.RecordBatch.from_pylist([], schema=schema)  # a file without rows has its heading too
        for batch in batches:
            rows += batch.num_rows
            yield batch

    try:
        with new_file(path) as file:
            if path.suffix.lower() == ".parquet":
                with pq.ParquetWriter(file, schema, compression="zstd") as writer:
                    for batch in counted():
                        writer.write_batch(batch)
            else:
                write_csv(counted(), file)
    except OSError as error:
        raise _unwritable(path, error) from error
    return rows


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(f"The file '{path}' cannot be written ({error.strerror or error}).", "Give --out a place you may write to.")


def read_histories(path: Path, dataset: Dataset) -> tuple[NDArray[np.object_], sparse.csr_matrix, int]:
    """(user ids, csr [users, all items] of 1s, how many different items the dataset does not know).

    Users come in sorted order and keep their place even where all their items are unknown. Raises InputError where the file is no
    table or lacks user_id or item_id.
    """
    import numpy as np
    from scipy import sparse

    from recsys_core.data.pair_file import read_pairs

    users, items = read_pairs(path)
    known_items = np.asarray(dataset.item_ids)
    places = np.minimum(np.searchsorted(known_items, items), len(known_items) - 1)
    known = known_items[places] == items
    ids, rows = np.unique(users, return_inverse=True)
    matrix = sparse.csr_matrix(
        (np.ones(int(known.sum()), np.float32), (rows[known], places[known])), shape=(len(ids), dataset.n_items), dtype=np.float32
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return ids.astype(object), matrix, len(np.unique(items[~known]))
