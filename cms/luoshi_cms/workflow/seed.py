"""The public site's groups and workflow in a county, as often as one likes."""

from django.db import transaction
from wagtail.models import GroupApprovalTask, Site, Workflow

from luoshi_cms.workflow.groups import groups_ensure
from luoshi_cms.workflow.steps import workflow_attach, workflow_ensure


@transaction.atomic
def review_seed() -> None:
    """Groups, steps and workflow; what Wagtail has brought along of them goes. Stands on ``site_seed``.

    A county older than this room has it done when the first case comes to the site.
    """
    site = Site.objects.select_for_update().get(is_default_site=True)
    groups_ensure()
    workflow = workflow_ensure()
    workflow_attach(site.root_page_id)
    Workflow.objects.exclude(pk=workflow.pk).delete()
    GroupApprovalTask.objects.all().delete()
