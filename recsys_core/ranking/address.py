"""A scenario as text: short enough for the address of a page, and read back without trusting where it came from."""

from __future__ import annotations

import base64
import json
import zlib
from typing import NoReturn

from recsys_core.errors import InputError, UserError
from recsys_core.ranking.scenario import Scenario

FORM = "a"  # how the rest is packed: compact JSON, zlib, base64url; the scenario's own version is inside
LONGEST_ADDRESS = 8_000  # characters; servers and proxies refuse addresses much longer
LARGEST_TEXT = 256_000  # characters of JSON: 100 rules of 20 tests each stay below

_NO_JSON = (ValueError, RecursionError)
_NO_SCENARIO = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


def to_address(scenario: Scenario) -> str:
    """The whole scenario in letters, digits, - and _, the same on every machine. Raises InputError if it is too large for an address."""
    text = json.dumps(scenario.to_json(), separators=(",", ":"), allow_nan=False)
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode("ascii"), 9)).decode("ascii").rstrip("=")
    if len(text) > LARGEST_TEXT or len(packed) >= LONGEST_ADDRESS:
        raise InputError(f"The scenario '{scenario.name}' is too large for an address.", "Save it, or export it as a file and send that.")
    return FORM + packed


def from_address(address: str) -> Scenario:
    """The scenario that `to_address` wrote. It takes bounded memory whatever it is given.

    Raises InputError for what is damaged, too long or of another version, and for settings that no scenario may have.
    """
    if len(address) > LONGEST_ADDRESS:
        raise InputError(f"The address of this scenario has {len(address):,} characters.", f"It may have {LONGEST_ADDRESS:,}.")
    if not address.startswith(FORM):
        raise InputError(
            "This is not the address of a scenario that this version can read.", "Copy it again, or ask for the scenario's file."
        )
    packed = address[len(FORM) :]
    unpacking = zlib.decompressobj()
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        text = unpacking.decompress(raw, LARGEST_TEXT)
        if not unpacking.eof or unpacking.unused_data:
            raise ValueError("more or less than one scenario")
        told = text.decode("ascii")
    except (ValueError, zlib.error) as error:
        raise InputError(
            "The address of this scenario is damaged, cut off or too large.", "Copy all of it again, or ask for the scenario's file."
        ) from error
    return from_text(told)


def from_text(text: str) -> Scenario:
    """The scenario in JSON text of unknown origin. Raises InputError for what is none."""
    if len(text) > LARGEST_TEXT:
        raise InputError("This is too long for a scenario.", f"It may have {LARGEST_TEXT:,} characters.")
    try:
        told = json.loads(text, parse_constant=_refuse)
        json.dumps(told, ensure_ascii=False).encode("utf-8")  # half a character (\ud800) is legal JSON, and no database takes it
    except _NO_JSON as error:
        raise InputError("This is not a scenario: it is no JSON.", "Give a file that `scenario export` wrote.") from error
    try:
        return Scenario.from_json(told)
    except UserError:
        raise
    except _NO_SCENARIO as error:  # a value of a kind that nobody thought of
        raise InputError("A setting of this scenario is not what it should be.", "Give a file that `scenario export` wrote.") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
