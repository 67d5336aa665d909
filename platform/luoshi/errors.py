"""What the product says when it will not do a thing: a code, a status and a Chinese sentence that helps."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent. ``field`` is empty where the whole input is meant."""

    field: str
    message: str


class Refusal(Exception):  # noqa: N818 - a refusal is not a fault
    """Base of every refusal that a person is told about; nothing has been written when it is raised."""

    code = "refused"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Refusal):
    """The input is wrong. ``problems`` names each field."""

    code = "invalid"
    status = 400

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(problem.message for problem in self.problems))


class NotAllowed(Refusal):
    """This person may not do this here (403)."""

    code = "not_allowed"
    status = 403


class WrongState(Refusal):
    """The subject is in a state in which this act does not exist, often because somebody was faster (409)."""

    code = "wrong_state"
    status = 409


class NotFound(Refusal):
    """There is no such thing in this county, or this person may not know of it (404)."""

    code = "not_found"
    status = 404
