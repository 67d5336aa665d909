"""What a county may choose: the settings form, the JSON schema and the type are this one class."""

from pydantic import Field

from luoshi.validation import Input


class SiteVisitOptions(Input):
    """Options of the method."""

    visits_needed: int = Field(default=1, ge=1, le=5, title="答复前至少回访几次")
    public_column: bool = Field(default=False, title="在公开网站上设“实地回访”栏目")
