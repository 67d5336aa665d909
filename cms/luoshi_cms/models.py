"""Everything of the public site that has a table; each subject stands in a file of its own."""

from luoshi_cms.look import SiteLook
from luoshi_cms.pages.column import ColumnPage
from luoshi_cms.pages.editorial import ReportPage, TextPage
from luoshi_cms.pages.home import HomePage
from luoshi_cms.pages.reply import ReplyPage
from luoshi_cms.workflow.steps import ReviewStep

__all__ = ["ColumnPage", "HomePage", "ReplyPage", "ReportPage", "ReviewStep", "SiteLook", "TextPage"]
