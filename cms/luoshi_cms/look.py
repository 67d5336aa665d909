"""How a county's public site looks and who answers for it: a setting of the site, not of the code."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

_ID_CODE = re.compile(r"[1-9][0-9]{9}")
_ORIGIN = re.compile(r"https\://[a-z0-9.-]{1,200}(?::[0-9]{1,5})?")


class Palette(models.TextChoices):
    """Colours whose contrast with white is at least 7 : 1; the values stand in public.css."""

    RED = "red", "朱红"
    BLUE = "blue", "藏青"
    GREEN = "green", "松绿"
    INK = "ink", "墨灰"


@register_setting(icon="view")
class SiteLook(BaseSiteSetting):
    """Emblem, colours and footer, set in the office (``luoshi_cms.office``).

    ``site_id_code``: set only where the county itself serves the site.
    ``portal_origins``: origins of the county's own portal that may show the list in a frame, one a line.
    """

    # Wagtail's own field, but for the unique index, which here has a name.
    site = models.ForeignKey(Site, on_delete=models.CASCADE, editable=False, related_name="+")
    emblem = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="徽标",
    )
    palette = models.CharField("颜色", max_length=8, choices=Palette.choices, default=Palette.RED)
    organiser = models.CharField("主办单位", max_length=100, blank=True)
    maintainer = models.CharField("承办单位", max_length=100, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True, help_text="单位的办公电话或邮箱")
    icp = models.CharField("ICP 备案号", max_length=60, blank=True)
    police_record = models.CharField("公安备案号", max_length=60, blank=True)
    site_id_code = models.CharField(
        "网站标识码",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-Za-z]{10}$", "网站标识码为十位")],
    )
    portal_origins = models.TextField(
        "允许嵌入的门户网站", blank=True, help_text="每行一个，如 https://www.example.cn"
    )

    panels: ClassVar[list[object]] = [
        MultiFieldPanel([FieldPanel("emblem"), FieldPanel("palette")], "外观"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("organiser", "maintainer", "contact", "icp", "police_record")],
            "页脚",
        ),
        FieldPanel("site_id_code"),
        FieldPanel("portal_origins"),
    ]

    class Meta:
        verbose_name = "网站外观"
        constraints = [models.UniqueConstraint(fields=["site"], name="luoshi_cms_sitelook_site_uniq")]

    def clean(self) -> None:
        """Refuse a code of another form, and anything but origins: the lines go into a header.

        :raises ValidationError: naming the first line that is none.
        """
        super().clean()
        if self.site_id_code and not _ID_CODE.fullmatch(self.site_id_code):
            raise ValidationError({"site_id_code": "网站标识码为十位数字，前六位是行政区划代码"})
        for line in self.portal_origins.split():
            if not _ORIGIN.fullmatch(line):
                raise ValidationError(
                    {"portal_origins": f"“{line}”不是网站地址，应形如 https://www.example.cn"}
                )

    @property
    def frame_ancestors(self) -> str:
        """Who may show the embedded list in a frame, for the content security policy."""
        found = [line for line in self.portal_origins.split() if _ORIGIN.fullmatch(line)]
        return " ".join(found) or "'none'"


def look_of(request: HttpRequest) -> SiteLook:
    """The look of the site that was asked; the defaults where nothing was set. Writes nothing."""
    kept: SiteLook | None = getattr(request, "_luoshi_look", None)
    if kept is None:
        site = Site.find_for_request(request)
        kept = SiteLook.objects.filter(site=site).select_related("emblem").first() or SiteLook(site=site)
        request._luoshi_look = kept  # type: ignore[attr-defined]
    return kept
