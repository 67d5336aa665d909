from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "luoshi_cms"
    verbose_name = "县公开网站"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from luoshi.accounts.signals import roles_changed
        from luoshi.publication.listing import pages_live_from
        from luoshi_cms.reply_pages import publications_live
        from luoshi_cms.site.changes import changes_follow
        from luoshi_cms.workflow.consumers import consumers_register
        from luoshi_cms.workflow.receivers import roles_changed_follow, sign_in_follow
        from luoshi_cms.workflow.told import tell_of_reviews

        roles_changed.connect(roles_changed_follow, dispatch_uid="luoshi_cms.workflow")
        user_logged_in.connect(sign_in_follow, dispatch_uid="luoshi_cms.workflow")
        consumers_register()
        tell_of_reviews()
        changes_follow()
        pages_live_from(publications_live)
