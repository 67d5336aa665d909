"""Pictures and documents that editors have uploaded: who may read them, and in which form they are kept.

An address is no secret: a file is given to an anonymous reader only while something public shows or links it.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.forms import ValidationError
from django.http import HttpRequest
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtail.images.models import Image, Rendition
from wagtail.models import Page, ReferenceIndex

from luoshi.accounts.models import User
from luoshi.accounts.roles import SITE_ROLES
from luoshi.accounts.selectors import roles_of
from luoshi.errors import Invalid
from luoshi.publication.cleaning.cleaner import clean
from luoshi.suggestions.files.checking import file_check
from luoshi.suggestions.files.kinds import PICTURES, Unfit, limits
from luoshi_cms.look import SiteLook


def may_read(request: HttpRequest, file: Any) -> bool:
    """Whether this reader is given ``file``, a picture or a document of Wagtail's."""
    return is_public(file) or is_of_the_site(request)


def is_of_the_site(request: HttpRequest) -> bool:
    """Whether one of the site's editors or reviewers asks."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and not roles_of(user).isdisjoint(SITE_ROLES)


def is_public(file: Any) -> bool:
    """Whether a live page, as the public reads it, or the look of the site has ``file``.

    Three queries at most. A draft and the unpublished changes of a live page do not count.
    """
    references = ReferenceIndex.get_references_to(file)
    of_pages = references.filter(base_content_type=ContentType.objects.get_for_model(Page))
    ids = [int(pk) for pk in of_pages.values_list("object_id", flat=True).distinct()]
    if ids and Page.objects.live().public().filter(pk__in=ids).exists():
        return True
    return isinstance(file, Image) and bool(SiteLook.objects.filter(emblem=file).exists())


def picture_may_be_read(request: HttpRequest, name: str) -> tuple[bool, bool]:
    """Whether this reader is given the picture in the file ``name``, and whether everybody is."""
    rendition = Rendition.objects.select_related("image").filter(file=name).first()
    if rendition is None:
        return False, False
    everybody = is_public(rendition.image)
    return everybody or is_of_the_site(request), everybody


class PictureForm(BaseImageForm):
    """A picture is written anew: its pixels stay, where and with what it was taken does not."""

    def clean_file(self) -> Any:
        """The picture as it is kept.

        :raises ValidationError: where it is none, or is something else than its name says.
        """
        given = self.cleaned_data["file"]
        if not isinstance(given, UploadedFile):
            return given
        given.seek(0)
        try:
            checked = file_check(given.name or "", given.read(), limits())
            if checked.kind not in PICTURES:
                raise Unfit("这里只收图片（JPG、PNG、WebP）。其他文件请上传到“文档”")
        except Unfit as unfit:
            raise ValidationError(str(unfit)) from None
        kept = SimpleUploadedFile(checked.name, checked.content, checked.media_type)
        # Wagtail has opened the upload to learn its size; the picture that is kept may be smaller.
        return self.fields["file"].to_python(kept)


class DocumentForm(BaseDocumentForm):
    """A document is made anew of what is seen in it, like every enclosure that is published."""

    def clean_file(self) -> Any:
        """The document as it is kept.

        :raises ValidationError: where it is something else than its name says, or cannot be made clean.
        """
        given = self.cleaned_data["file"]
        if not isinstance(given, UploadedFile):
            return given
        given.seek(0)
        try:
            cleaned = clean(given.read(), name=given.name or "")
        except Invalid as refusal:
            raise ValidationError([problem.message for problem in refusal.problems]) from None
        return SimpleUploadedFile(cleaned.name, cleaned.body, cleaned.media_type)
