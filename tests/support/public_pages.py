"""Published cases with live pages, for tests of the public site, and what must be found on none of them."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import ready
from django.core.files.base import ContentFile
from django.utils import timezone
from people import Cast

from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import (
    Attachment,
    CleanFile,
    Contact,
    Deputy,
    Publication,
    Reply,
    Suggestion,
    Unit,
)
from luoshi_cms.models import ColumnPage, ReplyPage, ReportPage, TextPage
from luoshi_cms.reply_pages import reply_page_make

REPLY = """田禾苗代表：
您提出的《关于拓宽云集镇中学门前道路的建议》收悉，现答复如下。
一、关于拓宽门前道路。该路段全长四百二十米，现宽五米，我局已将拓宽至九米列入今年农村公路提质改造计划，沿线需迁移电杆十一根。
二、关于上下学时段的秩序。我局会同县公安局交警大队，在校门两侧各划出临时停靠区一处，每个教学日七时至八时、十六时半至十七时半安排人员疏导。
三、关于夜间照明。沿线增设太阳能路灯二十六盏，由云集镇人民政府负责日常管护。
感谢您对交通工作的关心和支持。"""


@dataclass
class Showcase:
    """What a county has made public, and what it has not. ``needles``: texts that no public address may hold.

    ``pages`` by name: ``main`` (corrected, with promises and a supplement), ``summary``, ``revoked``.
    """

    pages: dict[str, ReplyPage] = field(default_factory=dict)
    publications: dict[str, Publication] = field(default_factory=dict)
    needles: list[str] = field(default_factory=list)

    def needle(self, text: str) -> str:
        """Remember ``text`` as one that may be seen nowhere, and give it back."""
        self.needles.append(text)
        return text


def page_live(publication_id: int) -> ReplyPage:
    """The page of a publication, live as the last reviewer leaves it."""
    page = reply_page_make(publication_id)
    if not page.live:
        page.get_latest_revision().publish()
        page.refresh_from_db()
    return page


def published(c: Cast, **data: Any) -> tuple[Publication, ReplyPage]:
    """A public case: published through the door, its page live, what follows the commit done."""
    publication = ready.at_publication(c, *ready.PUBLISHED, **data)
    page = page_live(publication.pk)
    outbox_drain(limit=1000)
    return publication, page


def publish_masked(
    c: Cast, answer: Reply, mode: str = "full", drop: tuple[str, ...] = (), **texts: str
) -> tuple[Publication, ReplyPage]:
    """Publish ``answer`` in other words than its own: ``texts`` by key, without the pieces of ``drop``."""
    head = c.world.head_of(answer.assignment)
    made = c.world.act(answer, "propose_publication", head, mode=mode, ground="涉及公共利益")
    publication = Publication.objects.get(pk=made.created["publication"])
    c.world.act(publication, "check_secrecy", head)
    confirm_masked(c, publication, drop, **texts)
    c.world.act(publication, "approve", c.government)
    c.world.act(publication, "send_to_editor", c.government)
    c.world.act(publication, "publish", c.system, **ready.publication_data(publication, "publish"))
    page = page_live(publication.pk)
    outbox_drain(limit=1000)
    return ready.fresh(publication), page


def confirm_masked(
    c: Cast, publication: Publication, drop: tuple[str, ...] = (), files: tuple[int, ...] = (), **texts: str
) -> None:
    """Confirm a rendition in these words, with these cleaned files."""
    given = ready.masked(publication, **{key.replace("__", "."): text for key, text in texts.items()})
    given["pieces"] = [piece for piece in given["pieces"] if piece["key"] not in drop]
    c.world.act(publication, "confirm_rendition", c.government, **given, files=list(files))


def attached(publication: Publication, original: bytes, clean: bytes) -> CleanFile:
    """A file of the reply, and what was made of it for the public."""
    attachment = Attachment(
        suggestion=publication.suggestion,
        reply=publication.reply,
        kind="document",
        original_name="秘存原件名.txt",
        media_type="text/plain",
        size=len(original),
        sha256=sha256(original).hexdigest(),
    )
    attachment.file.save("a.txt", ContentFile(original))
    made = CleanFile(
        attachment=attachment,
        name="施工图.txt",
        media_type="text/plain",
        size=len(clean),
        sha256=sha256(clean).hexdigest(),
        source_sha256=attachment.sha256,
        made_at=timezone.now(),
    )
    made.file.save("b.txt", ContentFile(clean))
    return made


def showcase(c: Cast) -> Showcase:
    """Public cases of several kinds, and beside each what may not be seen."""
    shown = Showcase()
    _personal(c, shown)
    _main(c, shown)
    _summary(c, shown)
    _revoked(c, shown)
    _not_public(c, shown)
    outbox_drain(limit=1000)
    return shown


def _personal(c: Cast, shown: Showcase) -> None:
    """What the county knows of people and units beyond their names."""
    Deputy.objects.update(position=shown.needle("代表职务秘存甲"), certificate_no=shown.needle("证号秘存乙"))
    Unit.objects.update(handler=shown.needle("经办秘存丙"), in_charge=shown.needle("分管秘存丁"))


def _issued(c: Cast, shown: Showcase, letter: str, **data: Any) -> Reply:
    reply: Reply = ready.issued(c, class_code=letter, **data)
    Reply.objects.filter(pk=reply.pk).update(
        body=f"{REPLY}\n联系人{shown.needle(f'钱秘存{reply.pk}')}，电话{shown.needle(f'0000-77{reply.pk:05}')}。"
    )
    Contact.objects.filter(suggestion=reply.suggestion).update(
        summary=shown.needle(f"内部沟通秘存{reply.pk}"), persons=shown.needle(f"参加人秘存{reply.pk}")
    )
    return ready.fresh(reply)


def _main(c: Cast, shown: Showcase) -> None:
    """With promises kept, due and late, a supplement, a correction, an ask that was left out, a grade."""
    reply = _issued(
        c,
        shown,
        "B",
        title="关于拓宽云集镇中学门前道路的建议",
        content=f"学生{shown.needle('孙秘存午')}上学路上受伤。云集镇中学门前道路狭窄，上下学时拥堵严重。",
        asks=["拓宽门前道路", shown.needle("请帮助秘存未家"), "夜间照明"],
        category="交通建设",
    )
    today = ready.today()
    head = c.lead_head
    due, responsible = today + timedelta(days=45), shown.needle("责任秘存申")
    for text, on in (("年底前完成道路拓宽", due), ("划出临时停靠区", None), ("增设路灯二十六盏", today)):
        c.world.act(reply, "add_promise", head, text=text, due_on=on, responsible=responsible)
    met = Contact.objects.get(assignment=reply.assignment)
    c.world.act(reply.assignment, "confirm_contact", c.writer, contact=met.pk)
    promises = list(reply.promises.order_by("pk"))
    note = shown.needle("认定依据秘存酉")
    c.world.act(reply, "settle_promise", c.congress, promise=promises[1].pk, kept=True, note=note)
    reply.promises.filter(pk=promises[2].pk).update(due_on=today - timedelta(days=3))
    grades = ready.grades("satisfied", shown.needle("评价理由秘存戌"))
    c.world.act(reply.suggestion, "evaluate", c.writer, grades=grades)
    content = "云集镇中学门前道路狭窄，上下学时拥堵严重。"
    first = shown.needle("第一版才有的秘存亥")
    publication, page = publish_masked(c, reply, drop=("ask.2",), content=content, reply=f"{REPLY}\n{first}")
    confirm_masked(c, publication, drop=("ask.2",), content=content, reply=REPLY)
    c.world.act(publication, "correct", c.government, reason="更正道路长度")
    c.world.act(reply.suggestion, "track", c.congress)
    c.world.reply_issue(reply.assignment, "A", kind="draft_supplement")
    supplement = Reply.objects.get(suggestion=reply.suggestion, kind="supplement")
    Reply.objects.filter(pk=supplement.pk).update(body=shown.needle("补充原文秘存子"))
    _, below = publish_masked(
        c,
        ready.fresh(supplement),
        drop=("ask.2", "ask.1", "ask.3"),
        content=content,
        reply="道路拓宽已经竣工验收，十一根电杆全部迁移。",
    )
    shown.publications["main"], shown.pages["main"] = ready.fresh(publication), page
    shown.pages["supplement"] = below


def _summary(c: Cast, shown: Showcase) -> None:
    """Published as a summary, without the suggestion's text."""
    content = shown.needle("不公开的建议内容秘存丑")
    reply = _issued(
        c, shown, "C", title="关于增建文化广场的建议", content=content, asks=[], category="文化教育"
    )
    publication, page = publish_masked(
        c, reply, mode="summary", drop=("content",), summary="因用地指标限制，暂缓建设，列入下一年度计划。"
    )
    shown.publications["summary"], shown.pages["summary"] = publication, page


def _revoked(c: Cast, shown: Showcase) -> None:
    """Public for a while, and taken down."""
    title, text = shown.needle("关于撤下秘存寅的建议"), shown.needle("撤下的答复秘存卯")
    reply = _issued(c, shown, "A", title=title, content=shown.needle("撤下的内容秘存辰"), asks=[])
    publication, page = publish_masked(c, reply, reply=text)
    c.world.act(publication, "revoke", c.government, reason="涉及未成年人")
    shown.publications["revoked"], shown.pages["revoked"] = ready.fresh(publication), page


def _not_public(c: Cast, shown: Showcase) -> None:
    """Withheld, confidential, with the editor, and approved while its page is a draft."""

    def data(name: str) -> dict[str, Any]:
        title, content = f"关于{shown.needle(f'{name}题秘存')}的建议", shown.needle(f"{name}文秘存")
        return {"title": title, "content": content, "asks": [shown.needle(f"{name}请秘存")]}

    withheld = ready.at_publication(c, ("withhold", "office"), **data("不公开"))
    reason = shown.needle("不公开理由秘存巳")
    Publication.objects.filter(pk=withheld.pk).update(reason=reason)
    ready.replied(c, is_confidential=True, **data("要求保密"))
    waiting = ready.at_publication(c, *ready.WITH_EDITOR, **data("编辑审核"))
    reply_page_make(waiting.pk)
    # Published at the door, and its page taken back by an editor: both are needed.
    half, page = published(c, **data("页面未上线"))
    page.unpublish()
    shown.publications |= {"withheld": withheld, "waiting": waiting, "half": half}
    ready.draft(c, **data("草稿"))
    assert Suggestion.objects.count() > len(shown.publications)


def editorial() -> None:
    """The yearly report below the column and a free text below the start page, live."""
    column = ColumnPage.objects.get()
    report = ReportPage(
        title="2026 年代表建议办理情况报告",
        slug="banli-baogao",
        session="17-4",
        approved_on=ready.today(),
        body="<h2>一、总体情况</h2><p>本次会议期间共交办代表建议<b>二十六件</b>。</p><ul><li>已经解决九件</li></ul>",
    )
    text = TextPage(
        title="怎样读办理结果", slug="shuoming", body="<p>答复不等于落实，承诺到期由县人大认定。</p>"
    )
    for parent, page in ((column, report), (column.get_parent(), text)):
        parent.add_child(instance=page).save_revision().publish()


def tamper(publication_id: int, content: dict[str, Any]) -> None:
    """What no code of ours does: other words under the same digest."""
    import json

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE suggestions_publishedversion SET content = %s WHERE publication_id = %s",
            [json.dumps(content), publication_id],
        )
