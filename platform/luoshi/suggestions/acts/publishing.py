"""The decision to publish a reply (domain.md C1 row 21): checked, masked, approved, published, taken down."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import SuggestionState
from luoshi.suggestions.acts.act import Act, NoInput, Reason, nothing_more
from luoshi.suggestions.files.names import name_split
from luoshi.suggestions.models import (
    CleanFile,
    Publication,
    PublishedVersion,
    Rendition,
    WithholdGround,
)
from luoshi.suggestions.published_names import name_given, name_marks, name_proposed, private_names
from luoshi.suggestions.rendition import (
    LONGEST,
    Source,
    content_digest,
    files_chosen,
    names_hidden,
    numbers_standing,
    rendition_sources,
    sources_digest,
    version_content,
)
from luoshi.suggestions.services.clocks import clock_end, clock_start
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input

ANSWERED = (
    SuggestionState.REPLIED,
    SuggestionState.EVALUATED,
    SuggestionState.EVALUATION_LAPSED,
    SuggestionState.TRACKING,
    SuggestionState.CLOSED,
)


def publication_clock_start(ctx: ActContext) -> None:
    """The working days within which a reply is published or withheld begin."""
    clock_start(
        suggestion=ctx.suggestion,
        kind="publication",
        starts_on=ctx.today,
        deadline=ctx.deadline(ctx.today, ctx.settings.windows.publication),
        assignment=ctx.own_assignment(),
        reply=ctx.own_reply(),
    )


def _publication_clock_end(ctx: ActContext) -> None:
    clock_end(
        suggestion=ctx.suggestion,
        kind="publication",
        assignment=ctx.own_assignment(),
        reply=ctx.own_reply(),
        on=ctx.today,
    )


class ProposePublicationInput(Input):
    """Open by default; not to publish needs a ground in law just as publishing does (HN-19)."""

    mode: Annotated[Publication.Mode, Field(title="方式")]
    ground: Annotated[str, Field(title="依据", min_length=1, max_length=2000)]


def propose_publication(ctx: ActContext, data: ProposePublicationInput) -> None:
    """提出公开意见."""
    if ctx.suggestion.state not in ANSWERED:
        raise Invalid([Problem("", "建议尚未答复完毕，答复齐后再提出公开意见")])
    publication = Publication.objects.create(
        reply=ctx.own_reply(), suggestion=ctx.suggestion, mode=data.mode, ground=data.ground
    )
    ctx.created["publication"] = publication.pk


def check_secrecy(ctx: ActContext, data: NoInput) -> None:
    """先审查、后公开 (保密法实施条例 art. 42)."""
    ctx.own_publication().secrecy_checked_by = ctx.actor.name[:40]


class Piece(Input):
    """One piece of the masked text, by its key."""

    key: Annotated[str, Field(title="段落", min_length=1, max_length=40)]
    text: Annotated[str, Field(title="文字", max_length=LONGEST)]


class Kept(Input):
    """What looks like personal data and stays, with the reason."""

    text: Annotated[str, Field(title="保留的文字", min_length=1, max_length=200)]
    why: Annotated[str, Field(title="保留的理由", min_length=1, max_length=200)]


LONGEST_NAME = 200
"""Characters of a file's name."""


class FileName(Input):
    """The name under which a file is published; its ending stays the file's own."""

    file: Annotated[int, Field(title="附件")]
    name: Annotated[str, Field(title="公开的文件名", max_length=LONGEST_NAME)] = ""


class ConfirmRenditionInput(Input):
    """``source``: digest of the originals that the reviewer has seen beside the text.

    ``pieces``: optional ones that are left out are not published. ``files``: the cleaned attachments that go
    with it; ``names``: what they are called. One without a name keeps its own, or gets a neutral one where
    its own looks as if it told of a person.
    """

    source: Annotated[str, Field(title="原文摘要", pattern="^[0-9a-f]{64}$")]
    pieces: Annotated[tuple[Piece, ...], Field(title="脱敏稿", min_length=1, max_length=200)]
    kept: Annotated[tuple[Kept, ...], Field(title="保留的内容", max_length=200)] = ()
    files: Annotated[tuple[int, ...], Field(title="公开的附件", max_length=50)] = ()
    names: Annotated[tuple[FileName, ...], Field(title="公开的文件名", max_length=50)] = ()


def confirm_rendition(ctx: ActContext, data: ConfirmRenditionInput) -> None:
    """确认脱敏稿: a named person vouches for the text that goes out (个人信息保护法 arts. 25, 51)."""
    publication = ctx.own_publication()
    if publication.mode == Publication.Mode.NONE:
        raise Invalid([Problem("", "本件拟不公开，没有需要脱敏的文字")])
    sources = rendition_sources(publication)
    hidden = names_hidden(ctx.suggestion, ctx.settings)
    source = sources_digest(publication, sources, hidden)
    if data.source != source:
        raise Invalid([Problem("source", "原文在您核对期间有改动，请重新打开对照页面核对后再确认")])
    pieces = _pieces(sources, data.pieces)
    _masked(sources, pieces, {row.text for row in data.kept}, hidden)
    files = _named(_files(ctx, data.files), data.names, sources, hidden)
    rendition, _ = Rendition.objects.update_or_create(
        publication=publication,
        defaults={
            "source_digest": source,
            "pieces": pieces,
            "kept": [row.model_dump() for row in data.kept],
            "files": files,
            "confirmed_by": ctx.actor.name[:40],
            "confirmed_by_id": ctx.actor.user_id,
            "confirmed_at": ctx.now,
        },
    )
    ctx.payload["rendition"] = content_digest({"pieces": pieces, "files": files})
    ctx.created["rendition"] = rendition.pk


def _pieces(sources: Sequence[Source], given: Sequence[Piece]) -> dict[str, str]:
    wanted = {source.key: source for source in sources}
    pieces: dict[str, str] = {}
    for position, piece in enumerate(given):
        if piece.key not in wanted or piece.key in pieces:
            raise Invalid([Problem(f"pieces.{position}.key", f"没有“{piece.key}”这一段，或它写了两次")])
        if piece.text.strip():
            pieces[piece.key] = piece.text.strip()
    problems = [
        Problem(f"pieces.{source.key}", f"“{source.label}”不能为空")
        for source in sources
        if source.key not in pieces and not source.is_optional
    ]
    if problems:
        raise Invalid(problems)
    return pieces


def _masked(
    sources: Sequence[Source], pieces: Mapping[str, str], kept: set[str], hidden: frozenset[str]
) -> None:
    """Refuse what still shows a number of a person, or the deputy's name where the county publishes none,
    unless the reviewer says why it stays."""
    labels = {source.key: source.label for source in sources}
    problems = [
        Problem(
            f"pieces.{key}",
            f"“{labels[key]}”里还有像{kind.label}的文字“{number}”，请删去或写明保留的理由",
        )
        for key, text in pieces.items()
        for number, kind in numbers_standing(text, hidden).items()
        if number not in kept
    ]
    if problems:
        raise Invalid(problems)


def _files(ctx: ActContext, ids: Sequence[int]) -> list[CleanFile]:
    """The cleaned files, each made from an attachment of this suggestion or reply as it is now."""
    found = CleanFile.objects.select_related("attachment").in_bulk(list(ids))
    reply = ctx.own_reply()
    for pk in ids:
        row = found.get(pk)
        attachment = None if row is None else row.attachment
        belongs = attachment is not None and (
            attachment.reply_id == reply.pk
            or (attachment.suggestion_id == ctx.suggestion.pk and attachment.kind == "original")
        )
        fits = row is not None and attachment is not None and row.source_sha256 == attachment.sha256
        if row is None or not belongs or not fits or row.refused:
            raise Invalid([Problem("files", "所选附件不是本件的清洁版，或原件已经更换，请重新生成")])
    return [found[pk] for pk in ids]


def _named(
    files: Sequence[CleanFile],
    names: Sequence[FileName],
    sources: Sequence[Source],
    hidden: frozenset[str],
) -> list[dict[str, Any]]:
    """Each file with the name it is published under; refused where a number of a person stands in it, or a
    name of ``hidden``."""
    typed = {row.file: row.name for row in names}
    named = hidden | private_names([source.text for source in sources]) if files else frozenset()
    chosen: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for position, row in enumerate(files, 1):
        name = name_given(typed.get(row.pk, ""), name_split(row.name)[1])
        name = name or name_proposed(row.name, position, name_marks(row.name, named=named))
        problems += [
            Problem(
                f"names.{row.pk}",
                f"文件名“{name}”里还有像{kind.label}的文字“{number}”，请改名",
            )
            for number, kind in numbers_standing(name_split(name)[0], hidden).items()
        ]
        chosen.append({"file": row.pk, "name": name})
    if problems:
        raise Invalid(problems)
    return chosen


class ApproveInput(Input):
    """``override_ground``: the legal ground for publishing what the deputy did not agree to."""

    override_ground: Annotated[str, Field(title="不同意公开仍须公开的依据", max_length=500)] = ""


def approve_publication(ctx: ActContext, data: ApproveInput) -> None:
    """批准公开: the confirmed text becomes the version that the public is given."""
    publication = ctx.own_publication()
    publication.approved_by = ctx.actor.name[:40]
    publication.override_ground = data.override_ground
    _version_make(ctx, "")


class CorrectInput(ApproveInput):
    """``reason``: shown to the public beside the date."""

    reason: Annotated[str, Field(title="公开的更正说明", min_length=1, max_length=500)]


def correct(ctx: ActContext, data: CorrectInput) -> None:
    """更正: the newly confirmed text takes the place of the published one, which the office keeps."""
    publication = ctx.own_publication()
    _fit_for_the_public(ctx, "公开的更正说明", data.reason)
    newest = PublishedVersion.newest(publication.pk)
    rendition = Rendition.objects.filter(publication=publication).first()
    if newest is not None and rendition is not None and rendition.confirmed_at <= newest.made_at:
        raise Invalid([Problem("", "公开之后没有新确认的脱敏稿，请先修改并确认，再更正")])
    publication.override_ground = data.override_ground or publication.override_ground
    _version_make(ctx, data.reason)


def _version_make(ctx: ActContext, correction: str) -> None:
    publication = ctx.own_publication()
    rendition = Rendition.objects.get(publication=publication)
    content = version_content(rendition, _files(ctx, list(files_chosen(rendition))))
    newest = PublishedVersion.newest(publication.pk)
    version = PublishedVersion(
        publication=publication,
        number=1 if newest is None else newest.number + 1,
        content=content,
        digest=content_digest(content),
        approved_by=ctx.actor.name[:40],
        approved_by_id=ctx.actor.user_id,
        made_at=ctx.now,
        correction_reason=correction,
    )
    version.save()
    publication.vouched_digest = version.digest
    ctx.payload["version"] = [version.number, version.digest]
    ctx.created["version"] = version.pk


class PublishInput(Input):
    """``digest``: of the version that the last reviewer has seen."""

    digest: Annotated[str, Field(title="公开版摘要", pattern="^[0-9a-f]{64}$")]


def publish(ctx: ActContext, data: PublishInput) -> None:
    """公开: after the site's last review, word for word what was approved."""
    ctx.own_publication().published_on = ctx.today
    _publication_clock_end(ctx)


class WithholdInput(Reason):
    """Which case of the law it is, and why."""

    ground: Annotated[WithholdGround, Field(title="法定情形")]


def withhold(ctx: ActContext, data: WithholdInput) -> None:
    """不公开, with the reason (政府信息公开条例 art. 37)."""
    publication = ctx.own_publication()
    publication.withhold_ground = data.ground
    publication.reason = data.reason
    _publication_clock_end(ctx)


class RevokeInput(Input):
    """``reason``: shown to the public where the reply stood."""

    reason: Annotated[str, Field(title="公开的撤下理由", min_length=1, max_length=2000)]


def revoke(ctx: ActContext, data: RevokeInput) -> None:
    """撤下: gone from every public page at once; the reason stands in its place."""
    _fit_for_the_public(ctx, "公开的撤下理由", data.reason)
    ctx.own_publication().reason = data.reason


def _fit_for_the_public(ctx: ActContext, label: str, reason: str) -> None:
    """Refuse a reason that anybody will read and that shows what no published text may show."""
    hidden = names_hidden(ctx.suggestion, ctx.settings)
    problems = [
        Problem("reason", f"“{label}”公众都看得到，里面有像{kind.label}的文字“{found}”，请删去")
        for found, kind in numbers_standing(reason, hidden).items()
    ]
    if problems:
        raise Invalid(problems)


class ReassessInput(Reason):
    """``mode`` and ``ground``: what is proposed now; what is left out stays as it was."""

    mode: Annotated[Publication.Mode | None, Field(title="方式")] = None
    ground: Annotated[str | None, Field(title="依据", min_length=1, max_length=2000)] = None


def reassess(ctx: ActContext, data: ReassessInput) -> None:
    """重新评估 (政府信息公开条例 art. 18): the decision starts anew, and so does the masking."""
    publication = ctx.own_publication()
    publication.mode = data.mode or publication.mode
    publication.ground = data.ground or publication.ground
    publication.secrecy_checked_by = ""
    publication.approved_by = ""
    publication.override_ground = ""
    publication.withhold_ground = ""
    publication.published_on = None
    Rendition.objects.filter(publication=publication).delete()
    publication_clock_start(ctx)


PUBLICATION_ACTS: dict[str, Any] = {
    "check_secrecy": Act(NoInput, check_secrecy),
    "confirm_rendition": Act(ConfirmRenditionInput, confirm_rendition),
    "approve": Act(ApproveInput, approve_publication),
    "send_to_editor": Act(NoInput, nothing_more),
    "publish": Act(PublishInput, publish),
    "correct": Act(CorrectInput, correct),
    "withhold": Act(WithholdInput, withhold),
    "revoke": Act(RevokeInput, revoke),
    "reassess": Act(ReassessInput, reassess),
}
