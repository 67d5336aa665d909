"""What the public site keeps for itself: the words by which published replies are found."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from luoshi.suggestions.models import Publication


class PublicText(models.Model):
    """The words of one published version, cut by ``luoshi.words``: of nothing but what is published.

    A copy that follows the publication through the outbox and goes when it is taken down; a search asks
    again whether the publication is public, so that a copy that is late shows nothing. ``version``: number of
    the version it was made of. ``cut``: the rules (``words.VERSION``) by which it was cut.
    """

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="public_texts", verbose_name="公开"
    )
    vector = SearchVectorField("检索词")
    version = models.IntegerField("版次")
    cut = models.SmallIntegerField("切词版本")

    class Meta:
        verbose_name = "公开检索词"
        verbose_name_plural = "公开检索词"
        constraints = [
            models.UniqueConstraint(fields=["publication"], name="publication_text_publication_uniq")
        ]
        indexes = [GinIndex(fields=["vector"], name="publication_text_vector_idx")]

    def __str__(self) -> str:
        return str(self.publication_id)
