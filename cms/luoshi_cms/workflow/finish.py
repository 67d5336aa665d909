"""What Wagtail calls when the last step has passed (``WAGTAIL_FINISH_WORKFLOW_ACTION``).

Wagtail reads this module while it loads its own models, so the rest is only looked for when it is called.
"""

from typing import Any


def page_publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Publish the reviewed page, a reply through the door, in the transaction of the last approval."""
    from luoshi_cms.workflow.services import review_finish

    review_finish(workflow_state, user)
