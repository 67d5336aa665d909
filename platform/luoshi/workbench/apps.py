from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "luoshi.workbench"
    label = "workbench"
    verbose_name = "工作台"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from luoshi.lifecycle.states import Subject
        from luoshi.outbox.registry import consumer
        from luoshi.suggestions.services.log import TRANSITION_DONE, acts_on
        from luoshi.workbench.desk.batches import BATCH_DONE
        from luoshi.workbench.desk.digest import CONSUMER as DESK_DIGEST
        from luoshi.workbench.desk.digest import batch_told
        from luoshi.workbench.search import CONSUMER, text_follow

        consumer(TRANSITION_DONE, CONSUMER, text_follow, hears=acts_on(Subject.SUGGESTION))
        consumer(BATCH_DONE, DESK_DIGEST, batch_told)
