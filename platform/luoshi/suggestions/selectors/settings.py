"""The county's settings in force."""

from luoshi.suggestions.county_settings import CountySettings
from luoshi.suggestions.models import CountySettingsVersion


def county_settings() -> CountySettings:
    """The newest version, or the defaults where the county has never set any. One query."""
    latest = CountySettingsVersion.objects.order_by("-version").values_list("data", flat=True).first()
    return CountySettings() if latest is None else CountySettings.model_validate(latest)
