"""What can go wrong, by who can mend it.

    CandorError
    ├── UserError        the person who typed it: told what to type instead
    │   ├── NotAllowedError   somebody else: told who
    │   └── SkippedError      who would still hold what was skipped: shown the button for it
    └── StorageError     the operator: the database cannot be used as it is

(config.settings.ConfigError and responses.faults.ContentError are the operator's too; they stand with what they check.)
"""


class CandorError(Exception):
    """The root of Candor's own errors."""


class UserError(CandorError):
    """Something a person can put right; `key` and `values` name the phrase that tells how."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


class NotAllowedError(UserError):
    """The person may not do this; the phrase says who may."""


class SkippedError(UserError):
    """A session is skipped, which can still be undone; `back` is what the button for it carries."""

    def __init__(self, key: str, back: str, **values: object) -> None:
        self.back = back
        super().__init__(key, **values)


class StorageError(CandorError):
    """The database cannot be used; the text says what the operator can do."""
