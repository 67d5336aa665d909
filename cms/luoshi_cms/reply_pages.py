"""The column, and the page of a publication below it."""

from django.db import transaction
from django.db.models import QuerySet

from luoshi.publication.public import approved_case
from luoshi_cms.models import ColumnPage, HomePage, ReplyPage

COLUMN_SLUG, COLUMN_TITLE = "jianyi", "建议办理"


def column_ensure() -> ColumnPage:
    """The column of handling results below the start page, made where it is missing."""
    column: ColumnPage | None = ColumnPage.objects.first()
    if column is None:
        home = HomePage.objects.get()
        column = home.add_child(instance=ColumnPage(title=COLUMN_TITLE, slug=COLUMN_SLUG, show_in_menus=True))
    return column


@transaction.atomic
def reply_page_make(publication_id: int) -> ReplyPage:
    """The page of a publication as a draft below the column; the one that is there already, if there is one.

    Its title and address name the suggestion by session and number and nothing of its text: Wagtail keeps
    both after a case is taken down.

    :raises LookupError: when the publication has no approved version.
    """
    column_ensure()
    column = ColumnPage.objects.select_for_update().get()
    page: ReplyPage | None = ReplyPage.objects.filter(publication_id=publication_id).first()
    if page is not None:
        return page
    case = approved_case(publication_id)
    if case is None:
        raise LookupError(f"publication {publication_id} has no approved version")
    page = ReplyPage(
        title=f"{case.session_code} {case.name}{case.kind}的答复",
        slug=f"{case.session_code}-{case.number or 0}-{publication_id}",
        publication_id=publication_id,
        approved_digest=case.digest,
        live=False,
        has_unpublished_changes=True,
    )
    column.add_child(instance=page)
    page.save_revision()
    return page


def publications_live() -> QuerySet[ReplyPage]:
    """The pages that are live: what the platform asks before it calls a publication public."""
    found: QuerySet[ReplyPage] = ReplyPage.objects.live()
    return found
