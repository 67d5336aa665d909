"""一审、二审、三审 as Wagtail's tasks. Who may take a step is asked of the roles, never of a group."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from wagtail.models import Task, Workflow, WorkflowPage, WorkflowTask

from luoshi.accounts.actor import Role
from luoshi.accounts.roles import ROLE_LABELS, SITE_REVIEWERS

WORKFLOW = "网站三审"
WORDS = ("一审", "二审", "三审")


class ReviewStep(Task):
    """One step of the review; whoever holds ``role`` may take it.

    A step is taken on the review's own page (``views``) alone: there the reviewer has the approved words and
    their digest before him. So Wagtail is told of no action, and every door of its own through which a step
    could be taken, cancelled or previewed stays shut. While a page is under review nobody changes it.
    """

    role = models.CharField(
        "角色", max_length=32, choices=[(role.value, ROLE_LABELS[role]) for role in SITE_REVIEWERS]
    )

    class Meta:
        verbose_name = "审核步骤"
        verbose_name_plural = "审核步骤"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["role"], name="luoshi_cms_reviewstep_role_uniq"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in SITE_REVIEWERS]),
                name="luoshi_cms_reviewstep_role_known",
            ),
        ]

    def locked_for_user(self, obj: object, user: object) -> bool:
        """Nobody changes what is under review."""
        return True

    @classmethod
    def get_description(cls) -> str:
        """What Wagtail says of such a task."""
        return "由担任该审核角色的人员在审核页面办理"


def workflow_ensure() -> Workflow:
    """The one workflow of the county's site, over all its pages; made where there is none yet."""
    first = ReviewStep.objects.filter(role=SITE_REVIEWERS[0].value).first()
    if first is not None:
        return Workflow.objects.get(workflow_tasks__task=first)
    workflow = Workflow.objects.create(name=WORKFLOW)
    for place, (role, word) in enumerate(zip(SITE_REVIEWERS, WORDS, strict=True)):
        step = ReviewStep.objects.create(role=role.value, name=word)
        WorkflowTask.objects.create(workflow=workflow, task=step, sort_order=place)
    return workflow


def step_role(task: Task) -> Role | None:
    """The role that takes ``task``; ``None`` for a task that is none of ours."""
    step = task.specific
    return Role(step.role) if isinstance(step, ReviewStep) else None


def workflow_attach(page_id: int) -> None:
    """Let the workflow stand over the page ``page_id`` and all below it, alone."""
    WorkflowPage.objects.exclude(page_id=page_id).delete()
    WorkflowPage.objects.update_or_create(page_id=page_id, defaults={"workflow": workflow_ensure()})
