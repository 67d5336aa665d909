"""People, roles, keys, invitations and the audit log. Included below ``office/``."""

from django.urls import path

from luoshi.workbench.rights import audit, invitation, keys, people, policy

urlpatterns = [
    path("people/", people.people_list, name="people"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/policy/", policy.policy_edit, name="people-policy"),
    path("people/keys/", keys.keys, name="keys"),
    path("people/keys/<int:pk>/revoke/", keys.key_revoke, name="key-revoke"),
    path("people/invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/invite/", people.person_invite, name="person-invite"),
    path("people/<int:pk>/close/", people.person_close, name="person-close"),
    path("people/<int:pk>/role/", people.person_role, name="person-role"),
    path("people/<int:pk>/unit/", people.person_unit, name="person-unit"),
    path("people/<int:pk>/deputy/", people.person_deputy, name="person-deputy"),
    path("audit/", audit.audit_log, name="audit"),
]
