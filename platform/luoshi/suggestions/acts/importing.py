"""A past year's suggestion enters by one transition (architecture.md §3): nothing is invented.

No contact, phase or date that the table does not state is made up; counts stay counts; the gates of the life
are recorded as not applicable.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from luoshi.errors import Invalid, Problem
from luoshi.lifecycle.states import AssignmentRole, AssignmentState, Grade, ReplyState
from luoshi.suggestions.acts.act import Act, UnitPart, parts_problem
from luoshi.suggestions.acts.intake import number_give
from luoshi.suggestions.models import Assignment, Evaluation, ImportedFigures, Reply
from luoshi.suggestions.services.context import ActContext
from luoshi.validation import Input


class ImportedGrade(Input):
    """A grade as the table prints it."""

    axis: Annotated[str, Field(title="评价维度", max_length=20)]
    grade: Annotated[Grade, Field(title="等次")]


class ImportClosedInput(Input):
    """What the table of a past year states of one suggestion."""

    number: Annotated[int, Field(title="编号", ge=1, le=99_999)]
    units: Annotated[tuple[UnitPart, ...], Field(title="承办单位", min_length=1, max_length=40)]
    handed_over_on: Annotated[date | None, Field(title="交办日期")] = None
    replied_on: Annotated[date | None, Field(title="答复日期")] = None
    class_code: Annotated[str, Field(title="办理结果", max_length=8)] = ""
    grades: Annotated[tuple[ImportedGrade, ...], Field(title="评价")] = ()
    contact_records: Annotated[int | None, Field(title="沟通次数", ge=0)] = None
    contact_person_times: Annotated[int | None, Field(title="沟通人次", ge=0)] = None
    source_digest: Annotated[str, Field(title="来源行摘要", min_length=64, max_length=64)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problem = parts_problem(self.units)
        if problem:
            raise ValueError(problem)
        if self.handed_over_on and self.replied_on and self.replied_on < self.handed_over_on:
            raise ValueError("答复日期不能早于交办日期")
        return self


def import_closed(ctx: ActContext, data: ImportClosedInput) -> None:
    """历年办结件导入."""
    suggestion = ctx.suggestion
    letter = ctx.settings.letter(data.class_code) if data.class_code else None
    problems = []
    if data.class_code and letter is None:
        known = "、".join(known.code for known in ctx.settings.result_scheme)
        problems.append(Problem("class_code", f"本县没有“{data.class_code}”类，可选：{known}"))
    axes = {axis.code for axis in ctx.settings.axes}
    problems += [
        Problem("grades", f"本县没有“{grade.axis}”这一评价维度")
        for grade in data.grades
        if grade.axis not in axes
    ]
    if problems:
        raise Invalid(problems)
    number_give(ctx, data.number)
    suggestion.is_imported = True
    suggestion.handed_over_on = data.handed_over_on
    suggestion.replied_on = data.replied_on
    units = ctx.units([part.unit for part in data.units])
    assignments = Assignment.objects.bulk_create(
        Assignment(
            suggestion=suggestion,
            unit=unit,
            role=part.role,
            part=part.part,
            state=AssignmentState.DONE,
            handed_over_on=data.handed_over_on,
            done_on=data.replied_on if part.role != AssignmentRole.CO else None,
        )
        for unit, part in zip(units, data.units, strict=True)
    )
    if letter is not None or data.replied_on is not None:
        Reply.objects.bulk_create(
            Reply(
                suggestion=suggestion,
                assignment=assignment,
                round=suggestion.round,
                state=ReplyState.ISSUED,
                class_code=letter.code if letter else "",
                result_class=letter.result_class if letter else "",
                issued_on=data.replied_on,
                is_imported=True,
            )
            for assignment in assignments
            if assignment.is_lead
        )
    if letter is not None:  # one letter for all that replied, so nothing has to be weighed
        suggestion.class_code, suggestion.result_class = letter.code, letter.result_class
    Evaluation.objects.bulk_create(
        Evaluation(
            suggestion=suggestion,
            round=suggestion.round,
            axis=grade.axis,
            grade=grade.grade,
            deputy_id=suggestion.lead_deputy_id,
            is_imported=True,
            created_at=ctx.now,
        )
        for grade in data.grades
    )
    ImportedFigures.objects.create(
        suggestion=suggestion,
        contact_records=data.contact_records,
        contact_person_times=data.contact_person_times,
        source_digest=data.source_digest,
    )
    ctx.payload["gates"] = "not_applicable_imported"


IMPORT_ACTS = {"import_closed": Act(ImportClosedInput, import_closed)}
