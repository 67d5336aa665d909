"""Records of the fixture method. Its table is made by the test that needs it, inside the county's schema."""

from django.db import models


class Note(models.Model):
    """One thing that a hook was told."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField("建议")
    kind = models.CharField("种类", max_length=20)
    sequence = models.IntegerField("序号", default=0)
    text = models.CharField("内容", max_length=200)

    class Meta:
        app_label = "every_hook"
        constraints = [
            models.UniqueConstraint(fields=["case_id", "kind", "sequence"], name="every_hook_note_event_uniq")
        ]

    def __str__(self) -> str:
        return self.text
