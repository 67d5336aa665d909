"""The county's settings in force."""

import json

from luoshi.statement import Statement
from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import CountySettingsVersion

# Asked for by every act and most pages.
_NEWEST = Statement(lambda: CountySettingsVersion.objects.order_by("-version").values_list("data"))


def county_settings() -> CountySettings:
    """The newest version, or the defaults where the county has never set any. One query."""
    found = _NEWEST.tuples({}, limit=1)
    return CountySettings.model_validate(json.loads(found[0][0])) if found else CountySettings()
