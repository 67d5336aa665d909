"""Whether the grades in the table are the grades that were given: each against its commitment in the log."""

from luoshi.audit.models import Event
from luoshi.suggestions.acts.following import commitment
from luoshi.suggestions.models import Evaluation

_KINDS = ("suggestion.evaluate", "suggestion.evaluate_own", "suggestion.evaluate_merged")


def evaluations_verify() -> list[str]:
    """Every grade that its event does not vouch for, as Chinese sentences; empty where all is in order.

    The chain of events proves that nobody changed the log; this proves that nobody changed the grades beside
    it. A past year's grades came in as a table and have no event of their own. Two queries.
    """
    promised: dict[int, set[str]] = {}
    events = Event.objects.filter(kind__in=_KINDS).values_list("payload", flat=True)
    for payload in events.iterator(chunk_size=2000):
        if payload is not None:
            commitments = payload.get("commitments", {})
            promised.setdefault(int(payload["subject_id"]), set()).update(commitments.values())
    found: dict[int, set[str]] = {}
    problems = []
    for row in Evaluation.every.filter(is_imported=False).iterator(chunk_size=2000):
        digest = commitment(row)
        found.setdefault(row.suggestion_id, set()).add(digest)
        if digest not in promised.get(row.suggestion_id, set()):
            problems.append(
                f"建议 {row.suggestion_id} 第 {row.round} 轮“{row.axis}”的评价与日志不符，可能被改动"
            )
    for suggestion_id, digests in promised.items():
        missing = len(digests - found.get(suggestion_id, set()))
        if missing > sum(f"建议 {suggestion_id} " in problem for problem in problems):
            problems.append(f"建议 {suggestion_id} 有 {missing} 项日志中的评价已不在表中，可能被删除")
    return problems
