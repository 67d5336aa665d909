"""One finding of the doctor, as a value."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a thing stands; the value is the word that is printed."""

    OK = "正常"
    WARNING = "注意"
    ERROR = "异常"


@dataclass(frozen=True, slots=True)
class Line:
    """``subject``: what was looked at, with its county where it is one's. ``message``: how it stands and,
    unless it is well, what to do.
    """

    level: Level
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.level.value}  {self.subject}：{' '.join(self.message.split())}"
