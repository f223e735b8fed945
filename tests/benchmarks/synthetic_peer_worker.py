"""Learn from a log with another library's synthesizer and draw as many rows. Runs in the peers' environment, never in Aisle's.

    python synthetic_peer_worker.py LIBRARY:MODEL LOG.parquet SEED OUT.parquet

OUT.json gets {"fit_cpu_seconds", "draw_cpu_seconds", "peak_rss_mb"}, imports left out. The log is given as these libraries take one: a
flat table, a row an event. Ids are declared categories: taken for keys they come back as made-up ones that no catalogue knows.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

EPOCHS = 15  # of the networks, whose defaults are 100 to 500: hours on a log like this one
Draw = Callable[[int], pd.DataFrame]


def sdv(model: str, table: pd.DataFrame, seed: int) -> Draw:
    """GaussianCopula, CTGAN, TVAE with the library's own settings but the epochs."""
    import torch
    from sdv.metadata import Metadata
    from sdv.single_table import CTGANSynthesizer, GaussianCopulaSynthesizer, TVAESynthesizer

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    metadata = Metadata.detect_from_dataframes({"log": table}, infer_keys=None)
    for name in ("user_id", "item_id"):
        metadata.update_column(table_name="log", column_name=name, sdtype="categorical")
    made = {
        "GaussianCopula": lambda: GaussianCopulaSynthesizer(metadata),
        "CTGAN": lambda: CTGANSynthesizer(metadata, epochs=EPOCHS, enable_gpu=False),
        "TVAE": lambda: TVAESynthesizer(metadata, epochs=EPOCHS, enable_gpu=False),
    }[model]()
    made.fit({"log": table})

    def draw(n: int) -> pd.DataFrame:
        found = made.sample(num_rows=n)
        return found["log"] if isinstance(found, dict) else found

    return draw


def mostlyai(model: str, table: pd.DataFrame, seed: int) -> Draw:
    """TabularARGN, flat."""
    import torch
    from mostlyai.engine import TabularARGN, set_random_state

    torch.set_num_threads(1)
    set_random_state(seed)
    made = TabularARGN(max_epochs=EPOCHS, device="cpu", verbose=0)
    made.fit(table)
    return lambda n: made.sample(n_samples=n, device="cpu")


def main() -> None:
    """Learn, draw, write."""
    library, _, model = sys.argv[1].partition(":")
    log, seed, out = Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    table = pd.read_parquet(log)
    if "timestamp" in table:
        table["timestamp"] = pd.to_datetime(table["timestamp"]).astype("datetime64[ns]")  # SDV reads other units as nanoseconds
    started = time.process_time()
    draw = {"sdv": sdv, "mostlyai": mostlyai}[library](model, table, seed)
    fitted = time.process_time()
    found = draw(len(table))
    drawn = time.process_time()
    found[list(table.columns)].to_parquet(out, index=False)
    told = {
        "fit_cpu_seconds": round(fitted - started, 1),
        "draw_cpu_seconds": round(drawn - fitted, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    out.with_suffix(".json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()
