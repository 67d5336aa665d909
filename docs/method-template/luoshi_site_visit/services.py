"""Every write of the method."""

from datetime import date

from django.utils import timezone

from luoshi.errors import Invalid, Problem
from luoshi_site_visit.models import Visit

FINDING_MAX_LENGTH = 500


def visit_record(*, case_id: int, visited_on: date, finding: str, recorded_by_id: int | None) -> Visit:
    """Note a visit.

    :raises Invalid: with a Chinese sentence for each field that is wrong; nothing is written then.
    """
    problems = []
    if visited_on > timezone.localdate():
        problems.append(Problem("visited_on", "回访日期不能晚于今天"))
    finding = finding.strip()
    if not finding:
        problems.append(Problem("finding", "请写明回访所见"))
    if len(finding) > FINDING_MAX_LENGTH:
        problems.append(Problem("finding", f"回访所见不能超过 {FINDING_MAX_LENGTH} 个字"))
    if problems:
        raise Invalid(problems)
    return Visit.objects.create(
        case_id=case_id, visited_on=visited_on, finding=finding, recorded_by_id=recorded_by_id
    )


def visits_erase(*, case_id: int) -> None:
    """Erase all visits of a case. Safe to run twice."""
    Visit.objects.filter(case_id=case_id).delete()
