"""Options that say which map is meant, for the commands that make one and that read one."""

from __future__ import annotations

from typing import Annotated

import typer

RunArgument = Annotated[str, typer.Argument(help="The run's id (see `runs`).")]
MethodOption = Annotated[str, typer.Option("--method", help="pca or umap.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="UMAP's; the same seed draws the same map.")]
NeighboursOption = Annotated[
    int | None, typer.Option("--neighbours", help="UMAP: how many nearest points each one is kept near, 2 to 200. Default: 15.")
]
DistanceOption = Annotated[
    float | None, typer.Option("--min-distance", help="UMAP: how close points may lie, 0 (tight knots) to 0.99. Default: 0.1.")
]
ComponentsOption = Annotated[int | None, typer.Option("--components", help="2 for a flat map, 3 for one that can be turned. Default: 2.")]


def given(neighbours: int | None, min_distance: float | None, components: int | None) -> dict[str, float]:
    """Those settings of a map that were typed, by their keys."""
    typed = {"neighbours": neighbours, "min_distance": min_distance, "components": components}
    return {key: value for key, value in typed.items() if value is not None}
