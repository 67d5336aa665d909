"""``office/draft/``, what is printed, ``office/replies/<id>/…`` and ``office/acts/<subject>/<id>/<act>/``."""

from django.urls import path, re_path

from luoshi.workbench.acting import drafting, views, writing
from luoshi.workbench.views import suggestion_print

urlpatterns = [
    path("draft/", drafting.draft, name="office-draft"),
    path("draft/similar/", drafting.draft_similar, name="office-draft-similar"),
    re_path(r"^draft/(?P<pk>[0-9]{1,18})/$", drafting.draft_edit, name="office-draft-edit"),
    re_path(r"^suggestions/(?P<pk>[0-9]{1,18})/print/$", suggestion_print, name="office-suggestion-print"),
    re_path(r"^replies/(?P<pk>[0-9]{1,18})/letter/$", writing.letter, name="office-letter"),
    re_path(r"^replies/(?P<pk>[0-9]{1,18})/desk/$", writing.reply_desk, name="office-reply-desk"),
    re_path(
        r"^acts/(?P<subject>[a-z]{1,20})/(?P<pk>[0-9]{1,18})/(?P<name>[a-z_]{1,40})/$",
        views.act,
        name="office-act",
    ),
]
