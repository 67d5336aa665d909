"""What methods ask and mark: opened, closed, set and cleared; who sees it in which worklist."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from ready import Cast, handed_over, part_of

from luoshi.accounts.actor import Actor, Role
from luoshi.methods.markers import hookimpl
from luoshi.methods.models import MethodActivation
from luoshi.methods.registry import MethodRegistry, registry_using
from luoshi.methods.types import MethodInfo
from luoshi.suggestions.models import CaseDuty, CaseFlag, Clock, Suggestion
from luoshi.suggestions.selectors.duties import Worklist, flags_of, worklist_find, worklists_of
from luoshi.suggestions.services.duties import (
    DutyAsked,
    cases_duties_set,
    duties_set,
    duty_close,
    duty_open,
    flag_clear,
    flag_set,
)

DAY, LATER = date(2026, 3, 2), date(2026, 3, 9)
OWNER = "some-method"


@pytest.fixture
def case(cast: Cast) -> Iterator[Suggestion]:
    """Handed over to the roads office in a county that has one method on, which asks nothing by itself."""
    about = hookimpl(lambda: MethodInfo(OWNER, "某工作法", "样例", "样例"))
    MethodActivation.objects.create(slug=OWNER, is_enabled=True, enabled_at=timezone.now())
    with registry_using(MethodRegistry.of_plugins({OWNER: SimpleNamespace(describe_method=about)})):
        yield handed_over(cast)


def unit_duty(cast: Cast, case: Suggestion, **changes: Any) -> DutyAsked:
    given = {
        "kind": "meet",
        "title": "欠见面",
        "label": "办前见面",
        "owed_by": Clock.Debtor.UNIT,
        "key": "before",
        "assignment_id": part_of(case, cast.world.roads).pk,
        "due_on": LATER,
        **changes,
    }
    return DutyAsked(**given)


def rows() -> list[tuple[str, str, str, date, date | None]]:
    return list(
        CaseDuty.objects.order_by("pk").values_list("key", "label", "state", "opened_on", "closed_on")
    )


def test_a_duty_is_opened_once_kept_up_to_date_and_closed(cast: Cast, case: Suggestion) -> None:
    duty = unit_duty(cast, case)
    first = duty_open(case_id=case.pk, owner=OWNER, duty=duty, on=DAY)
    again = duty_open(case_id=case.pk, owner=OWNER, duty=unit_duty(cast, case, label="办前走访"), on=LATER)
    assert again.pk == first.pk
    assert rows() == [("before", "办前走访", "open", DAY, None)]
    place = {"case_id": case.pk, "owner": OWNER, "kind": "meet", "key": "before"}
    assert duty_close(**place, on=LATER) is False  # of the case itself, not of the unit's part
    assert duty_close(**place, assignment_id=duty.assignment_id, on=LATER) is True
    assert duty_close(**place, assignment_id=duty.assignment_id, on=LATER) is False
    assert rows() == [("before", "办前走访", "closed", DAY, LATER)]
    duty_open(case_id=case.pk, owner=OWNER, duty=duty, on=LATER)
    assert [row[2] for row in rows()] == ["closed", "open"]


def test_a_method_s_duties_become_exactly_what_it_asks(
    cast: Cast, case: Suggestion, django_assert_num_queries: Any
) -> None:
    before, during = unit_duty(cast, case), unit_duty(cast, case, key="during", label="办中见面")
    duty_open(case_id=case.pk, owner="another", duty=before, on=DAY)
    duties_set(case_id=case.pk, owner=OWNER, duties=[before, during], on=DAY)
    with django_assert_num_queries(1):
        duties_set(case_id=case.pk, owner=OWNER, duties=[before, during], on=LATER)
    changed = unit_duty(cast, case, key="during", label="办中拜访")
    duties_set(case_id=case.pk, owner=OWNER, duties=[changed], on=LATER)
    assert rows() == [
        ("before", "办前见面", "open", DAY, None),
        ("before", "办前见面", "closed", DAY, LATER),
        ("during", "办中拜访", "open", DAY, None),
    ]


def test_the_duties_of_many_cases_are_set_together(
    cast: Cast, case: Suggestion, django_assert_max_num_queries: Any
) -> None:
    other = handed_over(cast)
    duties = {row.pk: (unit_duty(cast, row),) for row in (case, other)}
    with django_assert_max_num_queries(2):
        cases_duties_set(owner=OWNER, duties=duties, on=DAY)
    assert CaseDuty.objects.filter(state="open").count() == 2
    cases_duties_set(owner=OWNER, duties={case.pk: ()}, on=LATER)
    assert list(CaseDuty.objects.filter(state="open").values_list("suggestion_id", flat=True)) == [other.pk]


def in_list(worklist: Worklist, actor: Actor) -> list[int]:
    return list(Suggestion.objects.filter(worklist.condition(actor)).values_list("pk", flat=True))


def test_each_sees_the_worklist_that_is_his(cast: Cast, case: Suggestion) -> None:
    handed_over(cast)
    duty_open(case_id=case.pk, owner=OWNER, duty=unit_duty(cast, case), on=DAY)
    (own,) = worklists_of(cast.lead_head)
    assert (own.key, own.title, own.own) == (f"{OWNER}:meet", "欠见面", True)
    assert in_list(own, cast.lead_head) == [case.pk]
    (overseen,) = worklists_of(cast.congress)
    assert (overseen.own, overseen.debtor) == (False, "承办单位")
    assert in_list(overseen, cast.congress) == [case.pk]
    for nobody in (cast.co_head, cast.writer, Actor(1, "管理员", frozenset({Role.SYSTEM_ADMIN}))):
        assert worklists_of(nobody) == ()
        assert in_list(own, nobody) == []


@pytest.mark.parametrize(
    ("debtor", "who"),
    [
        (Clock.Debtor.DEPUTY, "writer"),
        (Clock.Debtor.CONGRESS_OFFICE, "congress"),
        (Clock.Debtor.REVIEWING_OFFICE, "government"),
    ],
)
def test_a_duty_is_the_turn_of_whom_it_names(
    debtor: Clock.Debtor, who: str, cast: Cast, case: Suggestion
) -> None:
    duty = unit_duty(cast, case, owed_by=debtor, assignment_id=None)
    duty_open(case_id=case.pk, owner=OWNER, duty=duty, on=DAY)
    people = {name: getattr(cast, name) for name in ("writer", "congress", "government", "lead_head")}
    own = [name for name, actor in people.items() if any(row.own for row in worklists_of(actor))]
    assert own == [who]


def test_what_a_method_that_is_off_asks_is_silent(cast: Cast, case: Suggestion) -> None:
    duty_open(case_id=case.pk, owner=OWNER, duty=unit_duty(cast, case), on=DAY)
    flag_set(case_id=case.pk, owner=OWNER, kind="short", title="缺回访", explanation="缺一次", on=DAY)
    assert worklist_find(cast.lead_head, f"{OWNER}:meet") is not None
    (lists, marks) = (worklists_of(cast.lead_head), flags_of(case.pk, cast.congress))
    assert (len(lists), len(marks)) == (1, 1)
    MethodActivation.objects.update(is_enabled=False)
    assert worklists_of(cast.lead_head) == ()
    assert in_list(lists[0], cast.lead_head) == []
    assert worklist_find(cast.lead_head, f"{OWNER}:meet") is None
    assert flags_of(case.pk, cast.congress) == []
    assert worklists_of(cast.congress) == ()


def test_a_flag_is_the_congress_s_alone(cast: Cast, case: Suggestion, django_assert_num_queries: Any) -> None:
    flag_set(case_id=case.pk, owner=OWNER, kind="short", title="缺回访", explanation="缺一次", on=DAY)
    flag_set(case_id=case.pk, owner=OWNER, kind="short", title="缺回访", explanation="缺两次", on=LATER)
    assert list(CaseFlag.objects.values_list("explanation", "set_on")) == [("缺两次", DAY)]
    (worklist,) = worklists_of(cast.congress)
    assert (worklist.key, worklist.own) == (f"{OWNER}:flag:short", False)
    assert in_list(worklist, cast.congress) == [case.pk]
    for other in (cast.lead_head, cast.government, cast.writer):
        assert worklists_of(other) == ()
        with django_assert_num_queries(0):
            assert flags_of(case.pk, other) == []
    assert flag_clear(case_id=case.pk, owner=OWNER, kind="short") is True
    assert flag_clear(case_id=case.pk, owner=OWNER, kind="short") is False
    assert worklists_of(cast.congress) == ()


def test_another_name_than_a_worklist_s_costs_no_query(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert worklist_find(cast.congress, "review") is None
