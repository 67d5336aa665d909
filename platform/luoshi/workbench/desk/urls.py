"""``office/desk/…``: many suggestions at once."""

from django.urls import path, re_path

from luoshi.workbench.desk import batch_views, board_views, entry_views, hand_over_views, registration_views

urlpatterns = [
    path("registration/", registration_views.registration, name="office-desk-registration"),
    path(
        "registration/confirm/",
        registration_views.registration_confirm,
        name="office-desk-registration-confirm",
    ),
    path("registration/entry/", entry_views.entry, name="office-desk-entry"),
    path("pre-assignment/", board_views.pre_assignment, name="office-desk-pre-assignment"),
    path("hand-over/", hand_over_views.hand_over, name="office-desk-hand-over"),
    path("hand-over/confirm/", hand_over_views.hand_over_confirm, name="office-desk-hand-over-confirm"),
    re_path(r"^batches/(?P<pk>[0-9]{1,18})/$", batch_views.batch, name="office-desk-batch"),
]
