"""The API does what the door does, for the person whose key it is, and says why when it does not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from world import World, fresh

from luoshi.accounts.actor import Actor
from luoshi.accounts.models import ApiKey, User
from luoshi.accounts.services import api_key_revoke
from luoshi.outbox.drain import outbox_drain
from luoshi.suggestions.models import Reply, Suggestion

Calling = Callable[[Actor], Any]


def test_the_committed_openapi_file_is_the_present_one(county: object) -> None:
    committed = Path(__file__).parents[3] / "docs/api/openapi.json"
    generator = SchemaGenerator(urlconf="luoshi_site.urls.county")
    present = generator.get_schema(request=None, public=True)
    assert json.loads(json.dumps(present)) == json.loads(committed.read_text("utf-8")), (
        "run `make openapi` and commit docs/api/openapi.json"
    )


def test_a_deputy_writes_and_submits(world: World, calling: Calling) -> None:
    api = calling(world.writer)
    made = api.post(
        "suggestions/", {"session": "17-4", "title": "关于增设校车站点的建议", "asks": ["增设站点"]}
    )
    assert made.status_code == 201
    path = f"suggestions/{made.json()['id']}/"
    assert api.get(path).json()["asks"] == ["增设站点"]
    shut = api.post(f"{path}acts/submit/")
    assert (shut.status_code, shut.json()["code"]) == (409, "gate_shut")
    assert [row["code"] for row in shut.json()["requirements"] if not row["met"]] == [
        "one_matter",
        "exclusions_acknowledged",
    ]
    declared = {"data": {"one_matter": True, "exclusions_acknowledged": True}}
    done = api.post(f"{path}acts/submit/", declared)
    assert (done.status_code, done.json()["state"]) == (200, "submitted")
    again = api.post(f"{path}acts/submit/", declared)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert again.json()["message"].startswith("建议现为“已提交”，不能“提交”；最近一次操作：田禾苗 于 ")


def test_the_same_request_with_the_same_key_is_done_once(world: World, calling: Calling) -> None:
    suggestion = world.submitted()
    api = calling(world.congress)
    path = f"suggestions/{suggestion.pk}/acts/register/"
    first = api.post(path, {"data": {}}, **{"Idempotency-Key": "k1"}).json()
    second = api.post(path, {"data": {}}, **{"Idempotency-Key": "k1"}).json()
    assert (first.pop("repeated"), second.pop("repeated")) == (False, True)
    assert first == second
    other = api.post(path, {"data": {"number": 9}}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["message"]) == (409, "这个幂等键已用于另一个请求，请换一个")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"title": "长" * 30_000}, "标题：过长，最多 200 个字"),
        ({"title": "  "}, "标题：不能为空"),
        ({"title": "题", "session": "99-9"}, "本县没有“99-9”这一届次，请先建立届次"),
        ({"title": "题", "raised_when": "昨天"}, "提出时段：不在可选范围内"),
        ({"title": "题", "state": "closed"}, "state：没有这一项，请删去"),
        ({"title": "题", "lead_deputy": 10**18}, "只能以本人名义领衔提出建议"),
    ],
)
def test_a_wrong_draft_is_refused_in_chinese(
    world: World, calling: Calling, data: dict[str, Any], message: str
) -> None:
    answer = calling(world.writer).post("suggestions/", {"session": "17-4", **data})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(message)
    assert Suggestion.objects.count() == 0


@pytest.mark.parametrize("body", ["{", "[]", '"text"', "null", '{"data": 7}', '{"data": {"numbr": 1}}'])
def test_a_body_that_is_no_act_is_refused(world: World, calling: Calling, body: str) -> None:
    suggestion = world.submitted()
    api = calling(world.congress)
    answer = api.client.post(
        f"/api/v1/suggestions/{suggestion.pk}/acts/register/",
        body,
        content_type="application/json",
        headers=api.headers,
    )
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "problems", "requirements"}
    assert fresh(suggestion).state == "submitted"


def test_an_unknown_act_and_an_unknown_case_are_not_found(world: World, calling: Calling) -> None:
    suggestion = world.submitted()
    api = calling(world.congress)
    assert api.post(f"suggestions/{suggestion.pk}/acts/vanish/").status_code == 404
    assert api.post("suggestions/999999999/acts/register/").status_code == 404
    assert api.get("suggestions/999999999999999999/").status_code == 404


def test_what_one_may_not_see_answers_as_if_it_were_not_there(world: World, calling: Calling) -> None:
    suggestion = world.handed_over()
    lead = world.lead(suggestion)
    api = calling(world.water_head)
    hidden, absent = api.get(f"suggestions/{suggestion.pk}/"), api.get("suggestions/999999999/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    hidden = api.post(f"assignments/{lead.pk}/acts/accept/")
    absent = api.post("assignments/999999999/acts/accept/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert api.get("suggestions/").json()["results"] == []


def test_a_unit_reads_neither_grades_nor_what_was_entered(world: World, calling: Calling) -> None:
    suggestion = world.evaluated("dissatisfied")
    unit, congress, deputy = calling(world.roads_head), calling(world.congress), calling(world.writer)
    path = f"suggestions/{suggestion.pk}/"
    assert unit.get(path).json()["evaluations"] is None
    assert [row["grade"] for row in congress.get(path).json()["evaluations"]] == ["dissatisfied"] * 2
    assert [row["grade"] for row in deputy.get(path).json()["evaluations"]] == ["dissatisfied"] * 2
    assert all(row["detail"] is None for row in unit.get(f"{path}events/").json())
    assert all("dissatisfied" not in json.dumps(row) for row in congress.get(f"{path}events/").json())


def test_no_unit_reads_that_a_meeting_was_denied(world: World, calling: Calling) -> None:
    suggestion = world.in_handling()
    lead = world.lead(suggestion)
    made = lead.contacts.get().pk
    world.act(lead, "deny_contact", world.writer, contact=made, reason="当天未见面")
    path = f"suggestions/{suggestion.pk}/events/"
    unit, congress, deputy = (
        [row["kind"] for row in calling(actor).get(path).json()]
        for actor in (world.roads_head, world.congress, world.writer)
    )
    assert congress == deputy
    assert congress == [*unit, "assignment.deny_contact"]


def test_a_past_year_is_not_written_over_the_api(world: World, calling: Calling) -> None:
    suggestion = world.draft()
    given = {"number": 7, "units": [{"unit": world.roads.pk, "role": "lead"}], "source_digest": "0" * 64}
    answer = calling(world.congress).post(f"suggestions/{suggestion.pk}/acts/import_closed/", {"data": given})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (fresh(suggestion).state, fresh(suggestion).is_imported) == ("draft", False)


def test_a_draft_reply_is_hidden_from_the_deputy_until_it_is_shared(world: World, calling: Calling) -> None:
    suggestion = world.in_handling()
    lead = world.lead(suggestion)
    reply = Reply.objects.get(pk=world.act(lead, "draft_reply", world.roads_head).created["reply"])
    world.act(reply, "edit", world.roads_head, body="初稿")
    deputy = calling(world.writer)
    assert deputy.get(f"suggestions/{suggestion.pk}/").json()["replies"] == []
    world.act(reply, "share_draft", world.roads_head)
    assert [row["body"] for row in deputy.get(f"suggestions/{suggestion.pk}/").json()["replies"]] == ["初稿"]


def test_keys(world: World, calling: Calling, at: Callable[[str], Client]) -> None:
    anonymous = at("hengnan.localhost").get("/api/v1/suggestions/")
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "not_authenticated")
    forged = at("hengnan.localhost").get(
        "/api/v1/suggestions/", headers={"Authorization": "Bearer luoshi_forged_key"}
    )
    assert (forged.status_code, forged.json()["message"]) == (
        401,
        "密钥无效或已作废，请在“我的密钥”中重新生成",
    )
    api = calling(world.congress)
    assert api.get("me/").json() == {
        "name": "联工委",
        "county": "430422",
        "roles": ["congress_office"],
        "units": [],
        "deputy": None,
    }
    api_key_revoke(key=ApiKey.objects.get(user=User.objects.get(pk=world.congress.user_id)))
    assert api.get("me/").status_code == 401


def test_notices_are_ones_own(world: World, calling: Calling) -> None:
    world.handed_over()
    outbox_drain()
    deputy, head = calling(world.writer), calling(world.roads_head)
    notice = head.get("notices/").json()["results"][0]
    assert notice["kind"] == "suggestion.hand_over"
    assert deputy.post(f"notices/{notice['id']}/read/").status_code == 404
    assert head.post(f"notices/{notice['id']}/read/").status_code == 204
    assert head.get("notices/").json()["results"][0]["read_at"] is not None


def test_the_catalogue_of_acts_tells_what_each_needs(world: World, calling: Calling) -> None:
    acts = {(row["subject"], row["name"]): row for row in calling(world.writer).get("acts/").json()}
    assert acts[("suggestion", "register")]["input"]["properties"]["number"]["title"] == "编号"
    assert acts[("reply", "issue")]["target"] == "issued"


def test_the_list_filters_and_needs_the_same_queries_whatever_its_length(
    world: World, calling: Calling
) -> None:
    api = calling(world.congress)
    for number in range(3):
        world.handed_over(title=f"关于第{number}件事的建议")
    world.draft()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert api.get("suggestions/?state=assigned").status_code == 200
        return len(captured)

    queries()  # the first call of a key also notes that it was used
    few = queries()
    for number in range(10):
        world.handed_over(title=f"关于另{number}件事的建议")
    assert queries() == few
    assert api.get("suggestions/?state=assigned").json()["count"] == 13
    assert api.get(f"suggestions/?unit={world.water.pk}").json()["count"] == 0
    assert api.get("suggestions/?unit=x").json()["count"] == 0
