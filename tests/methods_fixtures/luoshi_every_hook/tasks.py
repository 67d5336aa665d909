from luoshi_every_hook.models import Note

from luoshi.methods.tasks import method_task


@method_task("every-hook", name="luoshi_every_hook.count_notes")
def count_notes() -> int:
    """How many notes there are in the county at hand."""
    return Note.objects.count()
