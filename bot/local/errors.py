"""What can go wrong in the local workspace, and who is told.

LocalError
├── LocalPortTaken    the operator: another program listens on the port
├── SlackError        the app: the Web API's `ok: false`
└── Refused           the person: the /_local/ interface's 4xx
"""

from bot.local.state import Json


class LocalError(Exception):
    """Anything the local workspace reports."""


class LocalPortTaken(LocalError):  # noqa: N818 - read as a sentence where it is raised
    """Another program listens on the port the workspace was given."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on 127.0.0.1 is already taken. Stop the program that holds it, "
            "or name another port with CANDOR_LOCAL_PORT; 0 takes any free one."
        )
        self.port = port


class SlackError(LocalError):
    """A Web API refusal: Slack's code, further fields of the answer, and its headers."""

    def __init__(self, code: str, *, status: int = 200, retry_after: int | None = None, **fields: Json) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.fields = fields


class Refused(LocalError):  # noqa: N818
    """A request to the /_local/ interface that cannot be carried out, with a sentence that says why."""

    def __init__(self, reason: str, status: int = 400, **fields: Json) -> None:
        super().__init__(reason)
        self.status = status
        self.fields = fields
