"""Counties full of things that could be seen in another one, people of each, and how they ask."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from files import photo, picture_shown
from PIL import Image as Picture
from PIL.PngImagePlugin import PngInfo
from wagtail.documents.models import Document
from wagtail.models import Page
from world import World, world_make

from luoshi.accounts.actor import SYSTEM_ACTOR, Role
from luoshi.accounts.models import ApiKey, RoleGrant, User
from luoshi.accounts.roles import BUSINESS_ROLES, SITE_ROLES
from luoshi.accounts.services import api_key_issue, invitation_issue
from luoshi.notifications.models import Notice
from luoshi.outbox.drain import outbox_drain
from luoshi.publication.clean_files import clean_file_make
from luoshi.suggestions.models import Deputy, Publication, Reply, Suggestion, Unit, Upload
from luoshi.suggestions.services.attachments import attachment_stage
from luoshi.workbench.desk.batches import NewItem, batch_run, batch_start
from luoshi.workbench.desk.records import DeskBatch
from luoshi_cms.models import HomePage, TextPage
from luoshi_tenants.context import county_context
from luoshi_tenants.models import County

OTHER_CASES = 3
"""Cases that the second county has more, so that its last ids are none in the first one."""


@dataclass
class Side:
    """One county. Its marker stands in everything it holds; ``ids`` are of a replied case."""

    county: County
    host: str
    marker: str
    world: World
    people: dict[str, User]
    ids: dict[str, int | str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def address(self, template: str) -> str:
        """``template`` with the ids of this county."""
        return template.format(**self.ids)

    def client(self, person: str = "nobody") -> Client:
        """A browser at this county, signed in as ``person``: each one's in the same session."""
        client = Client(SERVER_NAME=self.host, raise_request_exception=False)
        if person != "nobody":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        return client

    def sign_in(self) -> None:
        """Begin everybody's session."""
        for person, user in self.people.items():
            client = Client(SERVER_NAME=self.host)
            client.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
            self.sessions[person] = client.cookies[settings.SESSION_COOKIE_NAME].value


def send(client: Client, method: str, address: str, **extra: Any) -> Any:
    """Any method, with an empty JSON object where a body belongs."""
    if method != "GET":
        form = not address.startswith("/api/")
        extra = {"content_type": "application/x-www-form-urlencoded" if form else "application/json", **extra}
        extra.setdefault("data", "" if form else "{}")
    return client.generic(method, address, **extra)


def body(answer: Any) -> bytes:
    """The whole body, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def everything(county: County, *rooms: str) -> dict[str, str]:
    """Every row of every table of a county, of the apps ``rooms`` where some are named, as PostgreSQL has it.

    Without the open sessions, and without when a key was last used. One statement: it is asked very often.
    """
    rows = "SELECT '{}', (SELECT string_agg(t::text, chr(10) ORDER BY t.{}) FROM {} t)"
    parts = [
        rows.format(model._meta.label, model._meta.pk.column, model._meta.db_table)
        for model in apps.get_models()
        if model._meta.app_label not in ("luoshi_tenants", "sessions")
        and model is not ApiKey
        and (not rooms or model._meta.app_label in rooms)
    ]
    with county_context(county), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {label: found or "" for label, found in cursor.fetchall()}


def side_fill(county: County, host: str, marker: str, cases: int) -> Side:
    """People, ``cases`` replied cases, pages and files in the bound ``county``."""
    _numbers_restart()
    world = world_make()

    def person(*roles: Role) -> User:
        user = User.objects.create(username=f"more{User.objects.count()}", full_name=marker)
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role.value) for role in roles)
        return user

    people = {
        "congress": User.objects.get(pk=world.congress.user_id),
        "writer": User.objects.get(pk=world.writer.user_id),
        "stranger": User.objects.get(pk=world.other_writer.user_id),
        "lead": User.objects.get(pk=world.roads_head.user_id),
        "outside": User.objects.get(pk=world.schools_head.user_id),
        "audit": person(Role.AUDIT_ADMIN),
        "admin": person(Role.SYSTEM_ADMIN),
        "security": person(Role.SECURITY_ADMIN),
        # As much as one person can hold: of the three administrators one (the database keeps them apart).
        "everything": person(*BUSINESS_ROLES, Role.SYSTEM_ADMIN),
        "office": person(*(BUSINESS_ROLES - SITE_ROLES), Role.SYSTEM_ADMIN),
    }
    for model, column in ((Unit, "handler"), (Deputy, "name"), (User, "full_name")):
        for row in model._default_manager.all():
            setattr(row, column, f"{marker}{row.pk}")
            row.save(update_fields=[column])
    side = Side(county, host, marker, world, people)
    for _ in range(cases):
        side.ids |= _case(side)
    outbox_drain(limit=1000)
    side.ids["notice"] = Notice.objects.filter(recipient=people["writer"]).latest("pk").pk
    side.ids["schema"] = county.schema_name
    home = HomePage.objects.get()
    for number in range(cases):
        page = home.add_child(instance=Page(title=marker, slug=f"{county.code}-{number}"))
        document = Document(title=marker)
        document.file.save("marker.txt", ContentFile(marker.encode()))
    side.ids |= {"page": page.pk, "slug": page.slug, "document": document.pk, "file": document.filename}
    _shown(home, marker, document)
    for name, user in people.items():
        side.keys[name] = api_key_issue(user=user, label="测试")
    for _ in range(cases):
        newcomer = person()
        token, _ = invitation_issue(user=newcomer, actor=SYSTEM_ACTOR)
        api_key_issue(user=people["writer"], label="另一把")
    side.ids |= {"person": newcomer.pk, "token": token}
    side.ids["key"] = ApiKey.objects.filter(user=people["writer"]).latest("pk").pk
    side.sign_in()
    return side


def _numbers_restart() -> None:
    """Count ids from what the tables hold: earlier tests were rolled back, and their numbers were not."""
    models = [model for model in apps.get_models() if model._meta.app_label != "luoshi_tenants"]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _picture(marker: str) -> bytes:
    """A picture that says ``marker`` to who reads its bytes."""
    told, out = PngInfo(), BytesIO()
    told.add_itxt("Title", marker)
    Picture.new("RGB", (1, 1)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


def _shown(home: HomePage, marker: str, document: Document) -> None:
    """A live page that links the document, and an emblem: else nobody outside is given either."""
    link = f'<p><a linktype="document" id="{document.pk}">{marker}</a></p>'
    home.add_child(instance=TextPage(title=marker, slug="files", body=link)).save_revision().publish()
    for folder in ("images", "original_images"):
        default_storage.save(f"{folder}/marker.png", ContentFile(_picture(marker)))
    picture_shown("images/marker.png", marker)


def _case(side: Side) -> dict[str, int | str]:
    """A replied case with its marker in every text, and the unit's proposal to publish."""
    world, marker = side.world, side.marker
    files = [_sent(side, "txt", marker.encode()), _sent(side, "jpg", photo())]
    suggestion: Suggestion = world.replied(
        title=f"关于{marker}的建议", content=marker, asks=[marker], attachments=[file.pk for file in files]
    )
    attachment, picture = suggestion.attachments.order_by("pk")
    clean = clean_file_make(picture.pk)
    assert clean is not None
    assert clean.file
    lead = world.lead(suggestion)
    reply = Reply.objects.get(assignment=lead)
    proposal = {"mode": "full", "ground": marker}
    made = world.act(reply, "propose_publication", world.roads_head, **proposal).created["publication"]
    Reply.objects.filter(pk=reply.pk).update(body=marker)
    return {
        "suggestion": suggestion.pk,
        "assignment": lead.pk,
        "reply": reply.pk,
        "publication": Publication.objects.get(pk=made).pk,
        "batch": _batch(world, suggestion),
        "attachment": attachment.pk,
        "clean": clean.pk,
        "picture": picture.pk,
        "upload": _sent(side, "jpg", photo()).pk,
    }


def _sent(side: Side, ending: str, data: bytes) -> Upload:
    """A file that the case's deputy has sent in."""
    name = f"{side.marker}.{ending}"
    return attachment_stage(name=name, file=ContentFile(data), actor=side.world.writer, form="/office/draft/")


def _batch(world: World, suggestion: Suggestion) -> int:
    """A batch of the congress's office in which the case could not be handed over once more."""
    item = NewItem(suggestion.pk, {"units": []})
    kind = DeskBatch.Kind.HAND_OVER
    batch, _ = batch_start(kind=kind, actor=world.congress, once=f"batch-{suggestion.pk}", items=[item])
    batch_run(batch_id=batch.pk)
    return batch.pk


Sides = tuple[Side, Side]
