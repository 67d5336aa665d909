"""What was found is marked where it stands, as it stands there."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.publication.passages import AROUND, Pieces, marked, passage_of
from luoshi.publication.values import PublicCase, PublicPromise
from luoshi_cms.templatetags.luoshi_public import pieces as as_html


def hits(found: Pieces) -> list[str]:
    return [text for text, is_hit in found if is_hit]


def case(**texts: Any) -> PublicCase:
    """A public case with these texts and nothing else in it."""
    given: dict[str, Any] = {
        "publication_id": 1, "version_id": 1, "version_number": 1, "digest": "", "number": 1, "title": "标题",
        "session_code": "", "session_name": "", "year": 2026, "kind": "", "raised_when": "", "category": "",
        "reply_kind": "reply", "round": 1, "proposer": "", "unit_id": 1, "lead_units": (), "co_units": (),
        "class_code": "", "class_label": "", "result_class": "", "replied_on": date(2026, 1, 1),
        "published_on": None, "approved_at": datetime(2026, 1, 1, tzinfo=UTC), "corrected_on": None,
        "correction_reason": "", "content": None, "asks": (), "mode": "full", "reply": "", "promises": (),
        "story": (), "evaluation": (), "attachments": (),
    }  # fmt: skip
    return PublicCase(**(given | texts))


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("请硬化道路和修路灯。", "路灯", ["路灯"]),
        ("Ｇ２０７国道", "g207", ["Ｇ２０７"]),
        ("WiFi 与 wifi", "WIFI", ["WiFi", "wifi"]),
        ("四类危桥\n  改造", "四类危桥改造工程", ["四类", "危桥", "改造"]),
        ("有护\n栏的桥", "护栏", ["护\n栏"]),
        ("投资三百八十万元", "380万元", ["三百八十万元"]),
        ("投资380 万元", "三百八十万元", ["380 万元"]),
        ("新增1,200 个", "1200个", ["1,200 个"]),
        ("江交函〔2026〕12号", "江交函(2026)12号", ["江交函", "〔2026〕12号"]),
        ("112盏、12盏", "12盏", ["12盏"]),
        ("江水县交通运输局", "县交通局", ["交通运输局"]),
        ("王某某来电（电话略），反映路灯", "路灯", ["路灯"]),
        ("王某某来电（电话略），反映路灯", "王某某", ["王某某"]),
        ("没有这个词", "路灯", []),
        ("", "路灯", []),
    ],
)
def test_what_is_marked(text: str, phrase: str, found: list[str]) -> None:
    pieces = marked(text, phrase)
    assert hits(pieces) == found
    assert "".join(part for part, _ in pieces) == text


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_the_pieces_are_the_text_again(text: str, phrase: str) -> None:
    assert "".join(part for part, _ in marked(text, phrase)) == text


def test_a_page_gets_them_escaped() -> None:
    html = as_html(marked('<script>"路灯"</script>&', "路灯 script"))
    assert html == "&lt;<mark>script</mark>&gt;&quot;<mark>路灯</mark>&quot;&lt;/<mark>script</mark>&gt;&amp;"


def test_the_passage_is_around_the_hits_that_stand_together() -> None:
    far = "字" * 200
    found = passage_of(case(reply=f"路灯{far}增设路灯二十盏，电费由镇里承担{far}"), "路灯 电费")
    assert hits(found) == ["路灯", "电费"]
    text = "".join(part for part, _ in found)
    assert (text[0], text[-1]) == ("…", "…")
    assert len(text) <= 2 * AROUND + len("路灯") + 2


def test_the_passage_is_of_the_text_that_has_most_of_the_words() -> None:
    promise = PublicPromise(1, "六月前装好路灯并落实电费", "open", None, None)
    found = passage_of(case(reply="路灯的事", content="另外", promises=(promise,)), "路灯 电费")
    assert "".join(part for part, _ in found) == promise.text
    assert passage_of(case(reply="路灯"), "水库") == ()
    assert passage_of(case(reply="路灯"), "，") == ()
