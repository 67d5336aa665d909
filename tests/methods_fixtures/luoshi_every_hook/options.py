from pydantic import Field

from luoshi.validation import Input


class EveryHookOptions(Input):
    """What a county may choose."""

    notes_needed: int = Field(default=1, ge=1, le=9, title="至少记录几条")
    transition: str = Field(default="submit_reply", max_length=40, title="在哪一步把关")
