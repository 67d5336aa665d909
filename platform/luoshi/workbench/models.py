"""What the workbench keeps for itself: the words of each suggestion, the batches of the office's
desk, and the workbooks that are being imported."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from luoshi.suggestions.models import Suggestion
from luoshi.workbench.desk.records import DeskBatch, DeskItem
from luoshi.workbench.importing.records import ImportJob

__all__ = ["DeskBatch", "DeskItem", "ImportJob", "SuggestionText"]


class SuggestionText(models.Model):
    """The words of one suggestion: title, content, asks and deputies' names, cut by ``luoshi.words``.

    A copy that follows the suggestion through the outbox, and can be made anew at any time. ``cut``: the
    version of the rules (``words.VERSION``) by which it was cut; 0 where it is to be made anew.
    """

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="search_texts", verbose_name="建议"
    )
    vector = SearchVectorField("检索词")
    cut = models.SmallIntegerField("切词版本", default=1, db_default=1)

    class Meta:
        verbose_name = "建议检索词"
        verbose_name_plural = "建议检索词"
        constraints = [models.UniqueConstraint(fields=["suggestion"], name="workbench_text_suggestion_uniq")]
        indexes = [GinIndex(fields=["vector"], name="workbench_text_vector_idx")]

    def __str__(self) -> str:
        return str(self.suggestion_id)
