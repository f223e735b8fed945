"""The only exceptions a user ever reads: one sentence on what is wrong and where, one on what to do."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend. `message` says what is wrong and where, `hint` what to do; both are full sentences."""

    def __init__(self, message: str, hint: str = "") -> None:
        message = " ".join(message.splitlines())  # a column's name or a cell within it may have several lines
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(UserError):
    """A file or a value the user gave cannot be used."""


class TooSmallError(InputError):
    """There is too little data for what was asked."""


class NotFoundError(UserError):
    """Nothing has the name or id that was asked for."""


class CorruptArtifactError(UserError):
    """A stored folder is incomplete or was changed since it was written."""


class UnsupportedError(UserError):
    """A model or a dataset cannot do what was asked, by its nature."""
