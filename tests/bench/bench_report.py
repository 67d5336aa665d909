"""The annual report over 1,000 and 10,000 suggestions: the same number of queries; how time grows."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from timing import heading, in_turns, row
from world import world_make

from luoshi.statistics.report import session_report
from luoshi.suggestions.models import Assignment, Evaluation, ImportedFigures, Reply, Session, Suggestion
from luoshi_tenants.context import county_context
from luoshi_tenants.provisioning.services import county_create

ROUNDS = 5


def run(url: str) -> None:
    """Print queries at both sizes and the ratio of the times."""
    heading("年度报告（1,000 件与 10,000 件，交替）")
    county = county_create(code="920003", name="测速县", province_code="430000", hosts=["report.localhost"])
    with county_context(county):
        world = world_make()
        small = Session.objects.create(term=world.session.term, number=5, code="17-5", year=2027)
        _fill(world, world.session, 10_000)
        _fill(world, small, 1_000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        counts = {}
        for code in ("17-5", "17-4"):
            with CaptureQueriesContext(connection) as captured:
                session_report(session_code=code)
            counts[code] = len(captured)
        both = in_turns(
            ROUNDS,
            small=lambda: session_report(session_code="17-5"),
            large=lambda: session_report(session_code="17-4"),
        )
    row("1,000 件", f"{both['small'].median * 1000:.0f} ms", f"{counts['17-5']} 条 SQL")
    row("10,000 件", f"{both['large'].median * 1000:.0f} ms", f"{counts['17-4']} 条 SQL")
    row("查询数之差", str(counts["17-4"] - counts["17-5"]), "应为 0")
    row("10,000 件 ÷ 1,000 件（时间）", f"{both['large'].median / both['small'].median:.1f}", "至多 10")


def _fill(world, session, number) -> None:  # type: ignore[no-untyped-def]
    """``number`` closed suggestions as a past year leaves them."""
    letters = (("A", "resolved"), ("B", "in_progress"), ("C", "deferred"))
    suggestions = Suggestion.objects.bulk_create(
        Suggestion(
            session=session,
            lead_deputy=world.deputy,
            number=turn + 1,
            title=f"关于第{turn}件事的建议",
            state="closed",
            is_imported=True,
            handed_over_on=date(2026, 3, 1),
            replied_on=date(2026, 5, 1),
            class_code=letters[turn % 3][0],
            result_class=letters[turn % 3][1],
        )
        for turn in range(number)
    )
    assignments = Assignment.objects.bulk_create(
        Assignment(suggestion=row, unit=world.roads, role="lead", state="done") for row in suggestions
    )
    Reply.objects.bulk_create(
        Reply(
            suggestion=row.suggestion,
            assignment=row,
            round=1,
            state="issued",
            class_code=row.suggestion.class_code,
            result_class=row.suggestion.result_class,
            issued_on=date(2026, 5, 1),
            is_imported=True,
        )
        for row in assignments
    )
    Evaluation.objects.bulk_create(
        Evaluation(
            suggestion=row,
            round=1,
            axis=axis,
            grade="satisfied",
            is_imported=True,
            created_at="2026-06-01T00:00:00+08:00",
        )
        for row in suggestions
        for axis in ("process", "result")
    )
    ImportedFigures.objects.bulk_create(
        ImportedFigures(suggestion=row, contact_records=1, contact_person_times=2, source_digest="0" * 64)
        for row in suggestions
    )
