from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "luoshi.publication"
    label = "publication"
    verbose_name = "答复公开"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from luoshi.lifecycle.states import Subject
        from luoshi.outbox.registry import consumer
        from luoshi.publication.copies import CONSUMER as COPIES
        from luoshi.publication.copies import copies_follow
        from luoshi.publication.search import CONSUMER, public_text_follow
        from luoshi.suggestions.services.log import TRANSITION_DONE, acts_on

        publications = acts_on(Subject.PUBLICATION)
        consumer(TRANSITION_DONE, CONSUMER, public_text_follow, hears=publications)
        consumer(TRANSITION_DONE, COPIES, copies_follow, hears=publications)
