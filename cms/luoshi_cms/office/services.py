"""Changing how the public site looks and which old addresses lead on: each change with an event in the log.

Both are the system administrator's: who may frame the list is a matter of safety, the codes in the footer are
one of registration, and a redirect publishes without a review.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.models import Image
from wagtail.models import Site

from luoshi.accounts.actor import Actor, Role
from luoshi.audit.services import event_append
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem
from luoshi.suggestions.files.checking import file_check
from luoshi.suggestions.files.kinds import PICTURES, Unfit, limits
from luoshi_cms.look import SiteLook

LOOK_STREAM, REDIRECT_STREAM = "site:look", "site:redirects"
LOOK_FIELDS = (
    *("palette", "organiser", "maintainer", "contact", "icp", "police_record", "site_id_code"),
    "portal_origins",
)
NAME_LONGEST = 60
ADDRESS_LONGEST = 200
EMBLEM = "网站徽标"
_PATH = re.compile(r"/[^\s\\?#]*")
_SYSTEM = re.compile(
    r"/(?:office|cms|api|methods|static|media|documents|_util|health)(?:/|$)|/(?:robots\.txt|sitemap\.xml)?$"
)
"""Addresses of the product's own, which never lead elsewhere."""


def look_current() -> SiteLook:
    """The look of the county's site, to be changed; the defaults where nothing was set."""
    site = Site.objects.get(is_default_site=True)
    return SiteLook.objects.filter(site=site).first() or SiteLook(site=site)


@transaction.atomic
def look_set(
    *,
    name: str,
    data: Mapping[str, Any],
    actor: Actor,
    emblem: tuple[str, bytes] | None = None,
    drops_emblem: bool = False,
) -> bool:
    """Put the name, colours and footer of the county's public site into force. False: nothing has changed.

    :param data: every one of :data:`LOOK_FIELDS`. :param emblem: name and bytes of a picture, kept anew.
    :raises NotAllowed: for anybody but the system administrator or the system itself.
    :raises Invalid: with one Chinese problem for each wrong field; then nothing has changed.
    """
    _administrator(actor)
    site = Site.objects.select_for_update().get(is_default_site=True)
    look = SiteLook.objects.filter(site=site).first() or SiteLook(site=site)
    before = {"name": site.site_name, "emblem": look.emblem_id, **_values(look)}
    for field in LOOK_FIELDS:
        setattr(look, field, str(data[field]).strip())
    problems = [*_name_problems(name.strip()), *_look_problems(look)]
    picture = None
    if emblem is not None:
        try:
            checked = file_check(emblem[0], emblem[1], limits())
            if checked.kind not in PICTURES:
                raise Unfit("徽标只收 JPG、PNG、WebP 图片")
            picture = ContentFile(checked.content, name=f"emblem.{checked.kind}")
        except Unfit as unfit:
            problems.append(Problem("emblem", str(unfit)))
    if problems:
        raise Invalid(problems)
    if picture is not None:
        look.emblem = Image.objects.create(title=EMBLEM, file=picture)
    elif drops_emblem:
        look.emblem = None
    site.site_name = name.strip()
    after = {"name": site.site_name, "emblem": look.emblem_id, **_values(look)}
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changed:
        return False
    site.save()
    look.save()
    _told(LOOK_STREAM, "site.look_changed", actor, {"changed": changed})
    return True


@transaction.atomic
def redirect_add(*, old: str, new: str, actor: Actor) -> Redirect:
    """Let an address that is no more lead to another one of this site.

    :param old: path on this site, such as ``/old/page/``. :param new: path on this site.
    :raises NotAllowed: for anybody but the system administrator or the system itself.
    :raises Invalid: where one of them is no such path, or the old one leads on already.
    """
    _administrator(actor)
    problems = []
    for field, given in (("old", old), ("new", new)):
        if not _PATH.fullmatch(given) or given.startswith("//") or "/../" in f"{given}/":
            problems.append(Problem(field, "请填写本站的网址，以“/”开头，不带 http 和域名，如 /jianyi/"))
        elif len(given) > ADDRESS_LONGEST:
            problems.append(Problem(field, f"网址最长 {ADDRESS_LONGEST} 个字符"))
    if problems:
        raise Invalid(problems)
    if _SYSTEM.match(old):
        raise Invalid([Problem("old", "这是系统自己的网址，不能转向")])
    site = Site.objects.select_for_update().get(is_default_site=True)
    path = Redirect.normalise_path(old)
    if path == Redirect.normalise_path(new):
        raise Invalid([Problem("new", "新旧网址相同")])
    if Redirect.objects.filter(site=site, old_path=path).exists():
        raise Invalid([Problem("old", "这个旧网址已有转向，请先删除原来的")])
    known = dict(
        Redirect.objects.filter(site=site).exclude(redirect_link="").values_list("old_path", "redirect_link")
    )
    at, seen = Redirect.normalise_path(new), {path}
    while at in known and at not in seen:
        seen.add(at)
        at = Redirect.normalise_path(known[at])
    if at == path:
        raise Invalid([Problem("new", "这样会绕回原来的网址")])
    made: Redirect = Redirect.objects.create(site=site, old_path=path, redirect_link=new, is_permanent=False)
    _told(REDIRECT_STREAM, "site.redirect_added", actor, {"old": path, "new": new})
    return made


@transaction.atomic
def redirect_remove(*, redirect_id: int, actor: Actor) -> None:
    """Let an old address lead nowhere again.

    :raises NotAllowed: as in :func:`redirect_add`. :raises NotFound: there is no such redirect.
    """
    _administrator(actor)
    row = Redirect.objects.select_for_update().filter(pk=redirect_id).first()
    if row is None:
        raise NotFound("没有这条转向，可能已经删除")
    _told(REDIRECT_STREAM, "site.redirect_removed", actor, {"old": row.old_path, "new": row.redirect_link})
    row.delete()


def _administrator(actor: Actor) -> None:
    if not actor.has(Role.SYSTEM_ADMIN, Role.SYSTEM):
        raise NotAllowed("网站外观和网址转向由系统管理员设置")


def _values(look: SiteLook) -> dict[str, str]:
    return {field: getattr(look, field) for field in LOOK_FIELDS}


def _name_problems(name: str) -> list[Problem]:
    if not name:
        return [Problem("name", "请填写网站名称")]
    if len(name) > NAME_LONGEST or any(letter < " " for letter in name):
        return [Problem("name", f"网站名称最多 {NAME_LONGEST} 个字，写在一行里")]
    return []


def _look_problems(look: SiteLook) -> list[Problem]:
    try:
        look.full_clean(exclude=["site", "emblem"])
    except ValidationError as error:
        return [Problem(field, texts[0]) for field, texts in error.message_dict.items()]
    return []


def _told(stream: str, kind: str, actor: Actor, payload: Mapping[str, Any]) -> None:
    role = Role.SYSTEM_ADMIN if actor.has(Role.SYSTEM_ADMIN) else Role.SYSTEM
    event_append(
        stream_key=stream,
        kind=kind,
        actor_id=actor.user_id,
        actor_role=role.value,
        payload={"actor": actor.name, **payload},
    )
