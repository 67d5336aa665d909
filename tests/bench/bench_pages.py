"""The workbench's pages over 100 and 10,000 suggestions, and a case with 10 and 500 events."""

import time
from dataclasses import dataclass
from importlib.metadata import entry_points
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from filling import county_fill
from people import Cast, cast_make
from serving import browser_of, signed_in, statements, web_server
from timing import Series, heading, in_turns, row

from luoshi.accounts.actor import SYSTEM_ACTOR
from luoshi.audit.services import NewEvent, events_append
from luoshi.methods.models import MethodActivation
from luoshi.methods.services import method_enable
from luoshi.suggestions.models import Suggestion
from luoshi.suggestions.services.log import stream_key
from luoshi.workbench.search import texts_rebuild
from luoshi_tenants.context import county_context
from luoshi_tenants.provisioning.services import county_create

ROUNDS = 100
FEWER = 30
"""Rounds where a ratio of medians is enough."""
TIMED = (("congress", False), ("congress", True), ("lead_handler", False), ("writer", False))
"""Whose list is timed, and whether with two filters."""
LISTS = ("congress", "government", "lead_handler", "writer")
STARTS = (
    *("writer", "congress", "secretariat", "presidium", "government", "lead_head", "lead_handler"),
    *("co_handler", "leader", "committee", "editor", "system_admin", "security_admin", "audit_admin"),
)
LIST, START = "/office/suggestions/", "/office/"
FILTERED = LIST + "?state=closed"
METHOD = "three-meetings"
EVENTS = {"small": 10, "large": 500}


@dataclass
class Place:
    """One county of the measurement: its people, and its cases by how long their story is."""

    county: Any
    host: str
    cast: Cast
    cases: dict[str, int]

    def client(self, who: str) -> Any:
        """This person, signed in."""
        with county_context(self.county):
            return signed_in(self.host, self.cast.people[who])


def run(url: str) -> None:
    """Print the number of statements at both sizes and the ratios of the times."""
    small, large = _place("920011", "small", 100), _place("920012", "large", 10_000)
    _statements(small, large)
    with web_server(url) as port:
        _lists(small, large, port)
        _starts(small, large, port)
        _cases(large, port)
        _method(large, port)


def _place(code: str, name: str, count: int) -> Place:
    host = f"{name}.localhost"
    county = county_create(code=code, name="测速县", province_code="430000", hosts=[host])
    with county_context(county):
        with transaction.atomic():
            cast = cast_make()
            county_fill(cast, count, timezone.localdate())
            texts_rebuild()
            cases = {size: _case(cast, number, EVENTS[size]) for number, size in enumerate(EVENTS)}
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what the running server does by itself
    return Place(county, host, cast, cases)


def _case(cast: Cast, number: int, events: int) -> int:
    """One case of the first deputy and the first unit, in handling, with a story of so many events."""
    theirs = Suggestion.objects.filter(
        state="in_handling", lead_deputy=cast.world.deputy, assignments__unit=cast.world.roads
    )
    case = theirs.order_by("pk")[number]
    told = NewEvent(
        kind="suggestion.remind_evaluation",
        actor_id=cast.congress.user_id,
        actor_role="congress_office",
        payload={"label": "催办", "actor": "联工委", "input": {"note": "请抓紧办理"}},
    )
    events_append(stream_key=stream_key(case.pk), events=[told] * events)
    return case.pk


def _statements(small: Place, large: Place) -> None:
    heading("每页的 SQL 条数（含会话、用户、工作法、search_path），100 件 / 10,000 件")
    for who in LISTS:
        for path in (LIST, FILTERED, LIST + "?q=饮水"):
            _compare(f"列表 {who} {path.removeprefix(LIST)}", small, large, who, path, path, 15)
    for who in STARTS:
        _compare(f"首页 {who}", small, large, who, START, START, 20)
    short, long = (f"{LIST}{large.cases[size]}/" for size in EVENTS)
    for who in LISTS:
        _compare(f"案卷 {who}（10 条 / 500 条经过）", large, large, who, short, long, 35)


def _compare(text: str, a: Place, b: Place, who: str, path_a: str, path_b: str, most: int) -> None:
    few, many = statements(a.client(who), path_a), statements(b.client(who), path_b)
    wrong = few != many or many > most
    row(text, f"{few} / {many}", f"相等且至多 {most}{'  ←' if wrong else ''}")


def _lists(small: Place, large: Place, port: int) -> None:
    heading(f"列表，100 件与 10,000 件交替，各 {ROUNDS} 次，经 gunicorn")
    for who, filtered in TIMED:
        path = FILTERED if filtered else LIST
        both = _both(small, large, port, who, path, ROUNDS)
        row(
            f"{who} {path.removeprefix(LIST)}：{_times(both, 'p95')}，中位之比 {_ratio(both, 'median'):.2f}",
            f"{_ratio(both, 'p95'):.2f}",
            "p95 之比小于 2.00",
        )


def _starts(small: Place, large: Place, port: int) -> None:
    heading("首页，100 件与 10,000 件交替（中位）")
    for who in ("congress", "lead_handler", "writer"):
        both = _both(small, large, port, who, START, FEWER)
        row(f"{who}：{_times(both, 'median')}", f"{_ratio(both, 'median'):.2f}")


def _both(small: Place, large: Place, port: int, who: str, path: str, rounds: int) -> dict[str, Series]:
    a, b = browser_of(small.client(who), port), browser_of(large.client(who), port)
    return in_turns(rounds, small=lambda: a.see(path), large=lambda: b.see(path))


def _times(both: dict[str, Series], what: str) -> str:
    return " / ".join(f"{getattr(both[size], what) * 1000:.0f}" for size in ("small", "large")) + " ms"


def _ratio(both: dict[str, Series], what: str) -> float:
    return float(getattr(both["large"], what) / getattr(both["small"], what))


def _cases(large: Place, port: int) -> None:
    heading("案卷，10 条与 500 条经过交替（中位）")
    who = browser_of(large.client("congress"), port)
    short, long = (f"{LIST}{large.cases[size]}/" for size in EVENTS)
    both = in_turns(FEWER, small=lambda: who.see(short), large=lambda: who.see(long))
    row(f"congress：{_times(both, 'median')}", f"{_ratio(both, 'median'):.2f}")


def _method(large: Place, port: int) -> None:
    heading(f"案卷，停用与启用“{METHOD}”交替")
    if METHOD not in {entry.name for entry in entry_points(group="luoshi.methods")}:
        row("没有安装这个工作法，未测", "")
        return
    with county_context(large.county):
        method_enable(slug=METHOD, options=None, actor=SYSTEM_ACTOR)
    for who in ("congress", "lead_handler"):
        _method_cost(large, port, who)


def _method_cost(large: Place, port: int, who: str) -> None:
    """What the method adds to one person's case page; the switch itself is not timed."""
    client = large.client(who)
    browser, path = browser_of(client, port), f"{LIST}{large.cases['small']}/"
    counts: dict[bool, int] = {}
    times: dict[bool, list[float]] = {False: [], True: []}
    for on in times:
        _switch(large, on)
        counts[on] = statements(client, path)
    for number in range(ROUNDS + 1):
        for on in times:
            _switch(large, on)
            begin = time.perf_counter()
            browser.see(path)
            if number:
                times[on].append(time.perf_counter() - begin)
    off, with_it = (median(times[on]) for on in (False, True))
    row(
        f"{who}：停用 {off * 1000:.1f} ms（{counts[False]} 条 SQL），"
        f"启用 {with_it * 1000:.1f} ms（{counts[True]} 条）",
        f"{(with_it / off - 1) * 100:+.1f} %",
        "小于 10 %",
    )


def _switch(place: Place, on: bool) -> None:
    with county_context(place.county):
        MethodActivation.objects.filter(slug=METHOD).update(is_enabled=on)
