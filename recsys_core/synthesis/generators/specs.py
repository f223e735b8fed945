"""What generators there are, as light specs: read by pages and commands without importing torch or sklearn."""

from __future__ import annotations

from dataclasses import dataclass

from recsys_core.errors import NotFoundError
from recsys_core.models.spec import Setting

AUTO = "auto"


@dataclass(frozen=True)
class GeneratorSpec:
    """One generator in words. fit: "module:function" below recsys_core.synthesis.generators, of the signature of `fitting.Fit`.

    fitted: "module:class" of what it gives, whose `from_arrays` needs neither torch nor sklearn. good, weak: one sentence each, for pages.
    """

    id: str
    title: str
    words: str
    good: str
    weak: str
    fit: str
    fitted: str
    settings: tuple[Setting, ...] = ()


SEQUENTIAL = GeneratorSpec(
    "sequential",
    "One product after another",
    "Draws each next product by what the products drawn so far call for.",
    "Keeps what goes together best, also in a shop of near-twins.",
    "Knows a shopper only by its products: no latent space to draw from.",
    "sequential_fit:fit_listening",
    "sequential:SequentialGenerator",
)
SPECS: tuple[GeneratorSpec, ...] = (SEQUENTIAL,)


def generator_spec(id: str) -> GeneratorSpec:
    """One generator. Raises NotFoundError naming those there are."""
    for spec in SPECS:
        if spec.id == id:
            return spec
    raise NotFoundError(f"There is no generator '{id}'.", f"Use one of: {AUTO}, {', '.join(spec.id for spec in SPECS)}.")
