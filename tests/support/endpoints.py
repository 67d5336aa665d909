"""Every address that the product answers, written down by hand, and what answers whom.

The resolvers and the OpenAPI file are the other side of the comparison: an address that nobody wrote down here,
and one written down that is no longer there, make the tests red.
"""

# ruff: noqa: E501 (the table is read by lines)
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from luoshi.methods.resolver import MethodResolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PEOPLE = ("nobody", "congress", "writer", "stranger", "lead", "outside", "audit", "admin", "security")

# One line a route and method ("*" for every other method): route as the resolver has it | address | method |
# status for nobody signed in, the congress's office, the case's own deputy, another deputy, the head of the
# case's unit, the head of another unit, the audit, the system and the security administrator.
# {suggestion}, {assignment}, {reply}, {publication}, {attachment}, {clean} and {picture} are of one replied case, {notice},
# {upload} and {key} are its deputy's own, who is {person}; {token} invites somebody new. {batch} is the congress's.
COUNTY = r"""
office/ | /office/ | GET | 302 200 200 200 200 200 200 200 200
office/ | /office/ | *   | 405 405 405 405 405 405 405 405 405
office/suggestions/ | /office/suggestions/ | GET | 302 200 200 200 200 200 200 200 200
office/suggestions/ | /office/suggestions/ | *   | 405 405 405 405 405 405 405 405 405
office/^suggestions/(?P<pk>[0-9]{1,18})/$ | /office/suggestions/{suggestion}/ | GET | 302 200 200 404 200 404 404 404 404
office/^suggestions/(?P<pk>[0-9]{1,18})/$ | /office/suggestions/{suggestion}/ | *   | 405 405 405 405 405 405 405 405 405
office/notices/ | /office/notices/ | GET | 302 200 200 200 200 200 200 200 200
office/notices/ | /office/notices/ | *   | 405 405 405 405 405 405 405 405 405
office/^notices/(?P<pk>[0-9]{1,18})/$ | /office/notices/{notice}/ | POST | 302 404 302 404 404 404 404 404 404
office/^notices/(?P<pk>[0-9]{1,18})/$ | /office/notices/{notice}/ | *    | 405 405 405 405 405 405 405 405 405
office/website/ | /office/website/ | GET  | 302 404 404 404 404 404 404 200 404
office/website/ | /office/website/ | POST | 302 404 404 404 404 404 404 400 404
office/website/ | /office/website/ | *    | 405 405 405 405 405 405 405 405 405
office/website/redirects/ | /office/website/redirects/ | GET  | 302 404 404 404 404 404 404 200 404
office/website/redirects/ | /office/website/redirects/ | POST | 302 404 404 404 404 404 404 400 404
office/website/redirects/ | /office/website/redirects/ | *    | 405 405 405 405 405 405 405 405 405
office/desk/registration/ | /office/desk/registration/ | GET | 302 200 404 404 404 404 404 404 404
office/desk/registration/ | /office/desk/registration/ | *   | 405 405 405 405 405 405 405 405 405
office/desk/registration/confirm/ | /office/desk/registration/confirm/ | GET  | 302 200 404 404 404 404 404 404 404
office/desk/registration/confirm/ | /office/desk/registration/confirm/ | POST | 302 400 404 404 404 404 404 404 404
office/desk/registration/confirm/ | /office/desk/registration/confirm/ | *    | 405 405 405 405 405 405 405 405 405
office/desk/registration/entry/ | /office/desk/registration/entry/ | GET  | 302 200 404 404 404 404 404 404 404
office/desk/registration/entry/ | /office/desk/registration/entry/ | POST | 302 400 404 404 404 404 404 404 404
office/desk/registration/entry/ | /office/desk/registration/entry/ | *    | 405 405 405 405 405 405 405 405 405
office/desk/pre-assignment/ | /office/desk/pre-assignment/ | GET  | 302 200 404 404 404 404 404 404 404
office/desk/pre-assignment/ | /office/desk/pre-assignment/ | POST | 302 409 404 404 404 404 404 404 404
office/desk/pre-assignment/ | /office/desk/pre-assignment/ | *    | 405 405 405 405 405 405 405 405 405
office/desk/hand-over/ | /office/desk/hand-over/ | GET | 302 200 404 404 404 404 404 404 404
office/desk/hand-over/ | /office/desk/hand-over/ | *   | 405 405 405 405 405 405 405 405 405
office/desk/hand-over/confirm/ | /office/desk/hand-over/confirm/ | GET  | 302 200 404 404 404 404 404 404 404
office/desk/hand-over/confirm/ | /office/desk/hand-over/confirm/ | POST | 302 400 404 404 404 404 404 404 404
office/desk/hand-over/confirm/ | /office/desk/hand-over/confirm/ | *    | 405 405 405 405 405 405 405 405 405
office/desk/^batches/(?P<pk>[0-9]{1,18})/$ | /office/desk/batches/{batch}/ | GET  | 302 200 404 404 404 404 404 404 404
office/desk/^batches/(?P<pk>[0-9]{1,18})/$ | /office/desk/batches/{batch}/ | POST | 302 302 404 404 404 404 404 404 404
office/desk/^batches/(?P<pk>[0-9]{1,18})/$ | /office/desk/batches/{batch}/ | *    | 405 405 405 405 405 405 405 405 405
office/draft/ | /office/draft/ | GET  | 302 200 200 200 404 404 404 404 404
office/draft/ | /office/draft/ | POST | 302 400 400 400 404 404 404 404 404
office/draft/ | /office/draft/ | *    | 405 405 405 405 405 405 405 405 405
office/draft/similar/ | /office/draft/similar/ | GET | 302 200 200 200 404 404 404 404 404
office/draft/similar/ | /office/draft/similar/ | *   | 405 405 405 405 405 405 405 405 405
office/^draft/(?P<pk>[0-9]{1,18})/$ | /office/draft/{suggestion}/ | GET  | 302 404 404 404 404 404 404 404 404
office/^draft/(?P<pk>[0-9]{1,18})/$ | /office/draft/{suggestion}/ | POST | 302 404 404 404 404 404 404 404 404
office/^draft/(?P<pk>[0-9]{1,18})/$ | /office/draft/{suggestion}/ | *    | 405 405 405 405 405 405 405 405 405
office/^suggestions/(?P<pk>[0-9]{1,18})/print/$ | /office/suggestions/{suggestion}/print/ | GET | 302 200 200 404 200 404 404 404 404
office/^suggestions/(?P<pk>[0-9]{1,18})/print/$ | /office/suggestions/{suggestion}/print/ | *   | 405 405 405 405 405 405 405 405 405
office/^replies/(?P<pk>[0-9]{1,18})/letter/$ | /office/replies/{reply}/letter/ | GET | 302 200 200 404 200 404 404 404 404
office/^replies/(?P<pk>[0-9]{1,18})/letter/$ | /office/replies/{reply}/letter/ | *   | 405 405 405 405 405 405 405 405 405
office/^replies/(?P<pk>[0-9]{1,18})/desk/$ | /office/replies/{reply}/desk/ | POST | 302 400 400 404 400 404 404 404 404
office/^replies/(?P<pk>[0-9]{1,18})/desk/$ | /office/replies/{reply}/desk/ | *    | 405 405 405 405 405 405 405 405 405
office/^acts/(?P<subject>[a-z]{1,20})/(?P<pk>[0-9]{1,18})/(?P<name>[a-z_]{1,40})/$ | /office/acts/publication/{publication}/check_secrecy/ | GET  | 302 404 404 404 200 404 404 404 404
office/^acts/(?P<subject>[a-z]{1,20})/(?P<pk>[0-9]{1,18})/(?P<name>[a-z_]{1,40})/$ | /office/acts/publication/{publication}/check_secrecy/ | POST | 302 403 403 404 302 404 404 404 404
office/^acts/(?P<subject>[a-z]{1,20})/(?P<pk>[0-9]{1,18})/(?P<name>[a-z_]{1,40})/$ | /office/acts/publication/{publication}/check_secrecy/ | *    | 405 405 405 405 405 405 405 405 405
office/uploads/ | /office/uploads/ | POST | 302 200 200 200 200 200 200 200 200
office/uploads/ | /office/uploads/ | *    | 405 405 405 405 405 405 405 405 405
office/^uploads/(?P<pk>[0-9]{1,18})/thumbnail/$ | /office/uploads/{upload}/thumbnail/ | GET | 302 404 200 404 404 404 404 404 404
office/^uploads/(?P<pk>[0-9]{1,18})/thumbnail/$ | /office/uploads/{upload}/thumbnail/ | *   | 405 405 405 405 405 405 405 405 405
office/^attachments/(?P<pk>[0-9]{1,18})/$ | /office/attachments/{attachment}/ | GET | 302 200 200 404 200 404 404 404 404
office/^attachments/(?P<pk>[0-9]{1,18})/$ | /office/attachments/{attachment}/ | *   | 405 405 405 405 405 405 405 405 405
office/^attachments/(?P<pk>[0-9]{1,18})/thumbnail/$ | /office/attachments/{picture}/thumbnail/ | GET | 302 200 200 404 200 404 404 404 404
office/^attachments/(?P<pk>[0-9]{1,18})/thumbnail/$ | /office/attachments/{picture}/thumbnail/ | *   | 405 405 405 405 405 405 405 405 405
office/people/ | /office/people/ | GET | 302 403 403 403 403 403 403 200 200
office/people/ | /office/people/ | *   | 405 405 405 405 405 405 405 405 405
office/people/new/ | /office/people/new/ | GET  | 302 403 403 403 403 403 403 200 403
office/people/new/ | /office/people/new/ | POST | 302 403 403 403 403 403 403 400 403
office/people/new/ | /office/people/new/ | *    | 405 405 405 405 405 405 405 405 405
office/people/policy/ | /office/people/policy/ | GET  | 302 403 403 403 403 403 403 403 200
office/people/policy/ | /office/people/policy/ | POST | 302 403 403 403 403 403 403 403 400
office/people/policy/ | /office/people/policy/ | *    | 405 405 405 405 405 405 405 405 405
office/people/keys/ | /office/people/keys/ | GET  | 302 200 200 200 200 200 200 200 200
office/people/keys/ | /office/people/keys/ | POST | 302 400 400 400 400 400 400 400 400
office/people/keys/ | /office/people/keys/ | *    | 405 405 405 405 405 405 405 405 405
office/people/keys/<int:pk>/revoke/ | /office/people/keys/{key}/revoke/ | POST | 302 404 302 404 404 404 404 404 302
office/people/keys/<int:pk>/revoke/ | /office/people/keys/{key}/revoke/ | *    | 405 405 405 405 405 405 405 405 405
office/people/invitation/<str:token>/ | /office/people/invitation/{token}/ | GET  | 200 200 200 200 200 200 200 200 200
office/people/invitation/<str:token>/ | /office/people/invitation/{token}/ | POST | 400 400 400 400 400 400 400 400 400
office/people/invitation/<str:token>/ | /office/people/invitation/{token}/ | *    | 405 405 405 405 405 405 405 405 405
office/people/<int:pk>/ | /office/people/{person}/ | GET  | 302 403 403 403 403 403 403 200 200
office/people/<int:pk>/ | /office/people/{person}/ | POST | 302 403 403 403 403 403 403 400 400
office/people/<int:pk>/ | /office/people/{person}/ | *    | 405 405 405 405 405 405 405 405 405
office/people/<int:pk>/invite/ | /office/people/{person}/invite/ | POST | 302 403 403 403 403 403 403 200 403
office/people/<int:pk>/invite/ | /office/people/{person}/invite/ | *    | 405 405 405 405 405 405 405 405 405
office/people/<int:pk>/close/ | /office/people/{person}/close/ | POST | 302 403 403 403 403 403 403 302 403
office/people/<int:pk>/close/ | /office/people/{person}/close/ | *    | 405 405 405 405 405 405 405 405 405
office/people/<int:pk>/role/ | /office/people/{person}/role/ | POST | 302 403 403 403 403 403 403 400 400
office/people/<int:pk>/role/ | /office/people/{person}/role/ | *    | 405 405 405 405 405 405 405 405 405
office/people/<int:pk>/unit/ | /office/people/{person}/unit/ | POST | 302 403 403 403 403 403 403 400 400
office/people/<int:pk>/unit/ | /office/people/{person}/unit/ | *    | 405 405 405 405 405 405 405 405 405
office/people/<int:pk>/deputy/ | /office/people/{person}/deputy/ | POST | 302 403 403 403 403 403 403 400 400
office/people/<int:pk>/deputy/ | /office/people/{person}/deputy/ | *    | 405 405 405 405 405 405 405 405 405
office/audit/ | /office/audit/ | GET  | 302 403 403 403 403 403 200 403 403
office/audit/ | /office/audit/ | POST | 302 403 403 403 403 403 200 403 403
office/audit/ | /office/audit/ | *    | 405 405 405 405 405 405 405 405 405
office/import/ | /office/import/ | GET  | 302 200 403 403 403 403 403 200 403
office/import/ | /office/import/ | POST | 302 400 403 403 403 403 403 400 403
office/import/ | /office/import/ | *    | 405 405 405 405 405 405 405 405 405
office/import/^template/(?P<kind>[a-z]{1,12})\.xlsx$ | /office/import/template/units.xlsx | GET | 302 200 404 404 404 404 404 200 404
office/import/^template/(?P<kind>[a-z]{1,12})\.xlsx$ | /office/import/template/units.xlsx | *   | 405 405 405 405 405 405 405 405 405
office/import/^(?P<pk>[0-9]{1,18})/$ | /office/import/1/ | GET | 302 404 404 404 404 404 404 404 404
office/import/^(?P<pk>[0-9]{1,18})/$ | /office/import/1/ | *   | 405 405 405 405 405 405 405 405 405
office/import/^(?P<pk>[0-9]{1,18})/confirm/$ | /office/import/1/confirm/ | POST | 302 404 404 404 404 404 404 404 404
office/import/^(?P<pk>[0-9]{1,18})/confirm/$ | /office/import/1/confirm/ | *    | 405 405 405 405 405 405 405 405 405
office/import/^(?P<pk>[0-9]{1,18})/discard/$ | /office/import/1/discard/ | POST | 302 404 404 404 404 404 404 404 404
office/import/^(?P<pk>[0-9]{1,18})/discard/$ | /office/import/1/discard/ | *    | 405 405 405 405 405 405 405 405 405
office/import/^(?P<pk>[0-9]{1,18})/problems\.xlsx$ | /office/import/1/problems.xlsx | GET | 302 404 404 404 404 404 404 404 404
office/import/^(?P<pk>[0-9]{1,18})/problems\.xlsx$ | /office/import/1/problems.xlsx | *   | 405 405 405 405 405 405 405 405 405
office/publishing/ | /office/publishing/ | GET | 302 200 403 403 200 200 403 403 403
office/publishing/ | /office/publishing/ | *   | 405 405 405 405 405 405 405 405 405
office/publishing/^files/(?P<pk>[0-9]{1,18})/$ | /office/publishing/files/{clean}/ | GET | 302 404 404 404 404 404 404 404 404
office/publishing/^files/(?P<pk>[0-9]{1,18})/$ | /office/publishing/files/{clean}/ | *   | 405 405 405 405 405 405 405 405 405
office/statistics/ | /office/statistics/ | GET | 302 302 403 403 403 403 403 403 403
office/statistics/ | /office/statistics/ | *   | 405 405 405 405 405 405 405 405 405
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/$ | /office/statistics/17-4/ | GET | 302 200 403 403 403 403 403 403 403
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/$ | /office/statistics/17-4/ | *   | 405 405 405 405 405 405 405 405 405
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/list/$ | /office/statistics/17-4/list/?figure=promises.total | GET | 302 200 403 403 403 403 403 403 403
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/list/$ | /office/statistics/17-4/list/?figure=promises.total | *   | 405 405 405 405 405 405 405 405 405
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/report\.xlsx$ | /office/statistics/17-4/report.xlsx | GET | 302 200 403 403 403 403 403 403 403
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/report\.xlsx$ | /office/statistics/17-4/report.xlsx | *   | 405 405 405 405 405 405 405 405 405
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/report\.json$ | /office/statistics/17-4/report.json | GET | 302 200 403 403 403 403 403 403 403
office/statistics/^(?P<session>[0-9]{1,3}-[0-9]{1,2})/report\.json$ | /office/statistics/17-4/report.json | *   | 405 405 405 405 405 405 405 405 405
office/methods-setup/ | /office/methods-setup/ | GET | 302 403 403 403 403 403 200 200 403
office/methods-setup/ | /office/methods-setup/ | *   | 405 405 405 405 405 405 405 405 405
office/^methods-setup/(?P<slug>[a-z0-9-]{1,50})/$ | /office/methods-setup/nothing/ | GET  | 302 403 403 403 403 403 404 404 403
office/^methods-setup/(?P<slug>[a-z0-9-]{1,50})/$ | /office/methods-setup/nothing/ | POST | 302 403 403 403 403 403 403 404 403
office/^methods-setup/(?P<slug>[a-z0-9-]{1,50})/$ | /office/methods-setup/nothing/ | *    | 405 405 405 405 405 405 405 405 405

office/login/    | /office/login/    | GET  | 200 302 302 302 302 302 302 302 302
office/login/    | /office/login/    | POST | 200 302 302 302 302 302 302 302 302
office/login/    | /office/login/    | PUT  | 200 302 302 302 302 302 302 302 302
office/login/    | /office/login/    | *    | 405 302 302 302 302 302 302 302 302
office/logout/   | /office/logout/   | POST | 302 302 302 302 302 302 302 302 302
office/logout/   | /office/logout/   | *    | 405 405 405 405 405 405 405 405 405
office/password/ | /office/password/ | GET  | 302 200 200 200 200 200 200 200 200
office/password/ | /office/password/ | POST | 302 200 200 200 200 200 200 200 200
office/password/ | /office/password/ | PUT  | 302 200 200 200 200 200 200 200 200
office/password/ | /office/password/ | *    | 302 405 405 405 405 405 405 405 405

api/v1/^suggestions/$ | /api/v1/suggestions/ | GET  | 401 200 200 200 200 200 200 200 200
api/v1/^suggestions/$ | /api/v1/suggestions/ | POST | 401 400 400 400 403 403 403 403 403
api/v1/^suggestions/$ | /api/v1/suggestions/ | *    | 401 405 405 405 405 405 405 405 405
api/v1/^suggestions/(?P<pk>[0-9]{1,18})/$ | /api/v1/suggestions/{suggestion}/ | GET | 401 200 200 404 200 404 404 404 404
api/v1/^suggestions/(?P<pk>[0-9]{1,18})/$ | /api/v1/suggestions/{suggestion}/ | *   | 401 405 405 405 405 405 405 405 405
api/v1/^suggestions/(?P<pk>[0-9]{1,18})/events/$ | /api/v1/suggestions/{suggestion}/events/ | GET | 401 200 200 404 200 404 404 404 404
api/v1/^suggestions/(?P<pk>[0-9]{1,18})/events/$ | /api/v1/suggestions/{suggestion}/events/ | *   | 401 405 405 405 405 405 405 405 405
api/v1/^suggestions/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/suggestions/{suggestion}/acts/track/ | POST | 401 409 403 404 403 404 404 404 404
api/v1/^suggestions/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/suggestions/{suggestion}/acts/track/ | * | 401 405 405 405 405 405 405 405 405
api/v1/^assignments/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/assignments/{assignment}/acts/start/ | POST | 401 403 403 404 409 404 404 404 404
api/v1/^assignments/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/assignments/{assignment}/acts/start/ | * | 401 405 405 405 405 405 405 405 405
api/v1/^replies/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/replies/{reply}/acts/sign/ | POST | 401 403 403 404 409 404 404 404 404
api/v1/^replies/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/replies/{reply}/acts/sign/ | * | 401 405 405 405 405 405 405 405 405
api/v1/^publications/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/publications/{publication}/acts/check_secrecy/ | POST | 401 403 403 404 200 404 404 404 404
api/v1/^publications/(?P<pk>[0-9]{1,18})/acts/(?P<transition>[a-z_]{1,40})/$ | /api/v1/publications/{publication}/acts/check_secrecy/ | * | 401 405 405 405 405 405 405 405 405
api/v1/^uploads/$ | /api/v1/uploads/ | GET  | 401 200 200 200 200 200 200 200 200
api/v1/^uploads/$ | /api/v1/uploads/ | POST | 401 400 400 400 400 400 400 400 400
api/v1/^uploads/$ | /api/v1/uploads/ | *    | 401 405 405 405 405 405 405 405 405
api/v1/^uploads/(?P<pk>[0-9]{1,18})/$ | /api/v1/uploads/{upload}/ | DELETE | 401 404 204 404 404 404 404 404 404
api/v1/^uploads/(?P<pk>[0-9]{1,18})/$ | /api/v1/uploads/{upload}/ | *      | 401 405 405 405 405 405 405 405 405
api/v1/^attachments/$ | /api/v1/attachments/?suggestion={suggestion} | GET | 401 200 200 200 200 200 200 200 200
api/v1/^attachments/$ | /api/v1/attachments/?suggestion={suggestion} | *   | 401 405 405 405 405 405 405 405 405
api/v1/^attachments/(?P<pk>[0-9]{1,18})/file/$ | /api/v1/attachments/{attachment}/file/ | GET | 401 200 200 404 200 404 404 404 404
api/v1/^attachments/(?P<pk>[0-9]{1,18})/file/$ | /api/v1/attachments/{attachment}/file/ | *   | 401 405 405 405 405 405 405 405 405
api/v1/^attachments/(?P<pk>[0-9]{1,18})/thumbnail/$ | /api/v1/attachments/{picture}/thumbnail/ | GET | 401 200 200 404 200 404 404 404 404
api/v1/^attachments/(?P<pk>[0-9]{1,18})/thumbnail/$ | /api/v1/attachments/{picture}/thumbnail/ | *   | 401 405 405 405 405 405 405 405 405
api/v1/^acts/$    | /api/v1/acts/    | GET | 401 200 200 200 200 200 200 200 200
api/v1/^acts/$    | /api/v1/acts/    | *   | 401 405 405 405 405 405 405 405 405
api/v1/^notices/$ | /api/v1/notices/ | GET | 401 200 200 200 200 200 200 200 200
api/v1/^notices/$ | /api/v1/notices/ | *   | 401 405 405 405 405 405 405 405 405
api/v1/^notices/(?P<pk>[0-9]{1,18})/read/$ | /api/v1/notices/{notice}/read/ | POST | 401 404 204 404 404 404 404 404 404
api/v1/^notices/(?P<pk>[0-9]{1,18})/read/$ | /api/v1/notices/{notice}/read/ | *    | 401 405 405 405 405 405 405 405 405
api/v1/^me/$      | /api/v1/me/      | GET | 401 200 200 200 200 200 200 200 200
api/v1/^me/$      | /api/v1/me/      | *   | 401 405 405 405 405 405 405 405 405
api/v1/schema/    | /api/v1/schema/  | GET | 401 200 200 200 200 200 200 200 200
api/v1/schema/    | /api/v1/schema/  | *   | 401 405 405 405 405 405 405 405 405
^api(?:/|$)       | /api/v1/nothing/ | *   | 404 404 404 404 404 404 404 404 404

^cms/(?:users|groups)(?:/|$)                  | /cms/users/               | * | 404 404 404 404 404 404 404 404 404
^cms/bulk/(?:accounts|auth)/                  | /cms/bulk/accounts/user/assign_role/ | * | 404 404 404 404 404 404 404 404 404
^cms/(?:password_reset|failwhale|test404)(?:/|$) | /cms/password_reset/   | * | 404 404 404 404 404 404 404 404 404
^cms/(?:workflows|reports|embeds|forms)(?:/|$)    | /cms/reports/             | * | 404 404 404 404 404 404 404 404 404
^cms/pages/workflow(?:/|$)                        | /cms/pages/workflow/      | * | 404 404 404 404 404 404 404 404 404
^cms/account(?:/|$)                               | /cms/account/             | * | 302 302 302 302 302 302 302 302 302
cms/review/<int:page_id>/files/<int:file_id>/ | /cms/review/{page}/files/{clean}/ | * | 302 302 302 302 302 302 302 302 302
cms/login/                                    | /cms/login/               | * | 302 302 302 302 302 302 302 302 302
^_util/login(?:/|$)                           | /_util/login/             | * | 404 404 404 404 404 404 404 404 404

media/<path:name> | /media/{schema}/images/marker.png | GET | 200 200 200 200 200 200 200 200 200
media/<path:name> | /media/{schema}/images/marker.png | *   | 405 405 405 405 405 405 405 405 405
documents/^(\d+)/(.*)$ | /documents/{document}/{file} | * | 200 200 200 200 200 200 200 200 200
_util/login/ | /_util/login/ | * | 404 404 404 404 404 404 404 404 404
documents/authenticate_with_password/<int:restriction_id>/ | /documents/authenticate_with_password/1/ | * | 404 404 404 404 404 404 404 404 404
_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/ | /_util/authenticate_with_password/1/{page}/ | * | 404 404 404 404 404 404 404 404 404
^feedback/(?P<publication_id>[0-9]{1,18})/$ | /feedback/{publication}/ | GET  | 404 404 404 404 404 404 404 404 404
^feedback/(?P<publication_id>[0-9]{1,18})/$ | /feedback/{publication}/ | POST | 404 404 404 404 404 404 404 404 404
^feedback/(?P<publication_id>[0-9]{1,18})/$ | /feedback/{publication}/ | *    | 405 405 405 405 405 405 405 405 405
robots.txt  | /robots.txt  | GET | 200 200 200 200 200 200 200 200 200
robots.txt  | /robots.txt  | *   | 405 405 405 405 405 405 405 405 405
sitemap.xml | /sitemap.xml | GET | 200 200 200 200 200 200 200 200 200
sitemap.xml | /sitemap.xml | *   | 405 405 405 405 405 405 405 405 405
^((?:[\w\-]+/)+(?:register\.json|register\.csv|feed\.atom))$ | /jianyi/register.json | GET | 200 200 200 200 200 200 200 200 200
^((?:[\w\-]+/)+(?:register\.json|register\.csv|feed\.atom))$ | /jianyi/register.json | *   | 405 405 405 405 405 405 405 405 405
^((?:[\w\-]+/)*)$ | / | GET | 200 200 200 200 200 200 200 200 200
^((?:[\w\-]+/)*)$ | / | *   | 405 405 405 405 405 405 405 405 405
"""

PROVINCE = r"""
          | /        | GET  | 200
          | /        | *    | 405
login/    | /login/  | GET  | 200
login/    | /login/  | POST | 200
login/    | /login/  | PUT  | 200
login/    | /login/  | *    | 405
logout/   | /logout/ | POST | 302
logout/   | /logout/ | *    | 405
"""

# Addresses of others, by the prefix of their routes: why they are not written down one by one. Each group has
# a check of its own that goes through all of it.
GROUPS = {
    "cms/": "Wagtail's admin: some two hundred addresses that change with its versions. All of it stands behind "
    "the permission wagtailadmin.access_admin, which is tried at each address (test_wagtail.py).",
    "methods/": "A method's pages: each below the resolver that shuts them where the county has the method off, "
    "and tried by the contract suite of the methods.",
    "api/v1/methods/": "A method's API: as its pages.",
}
# Inside cms/ what anybody may fetch, because it is the same in every county and for everybody.
CMS_PUBLIC = {
    "cms/sprite/": "Wagtail's icons",
    "cms/jsi18n/": "Wagtail's translations",
}
# Below /api/v1/, and not in the OpenAPI file.
NOT_IN_THE_FILE = {
    "api/v1/schema/": "the file itself, as it is in the repository",
}


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    route: str
    address: str
    method: str
    statuses: tuple[int, ...]

    @property
    def names_something(self) -> bool:
        """Whether the address carries an id of something that belongs to a county."""
        return "{" in self.address

    @property
    def is_refused(self) -> bool:
        """Whether the route has no such method, whoever asks."""
        return set(self.statuses[1:]) == {405}


def table(text: str) -> list[Line]:
    """The lines of a table, ``*`` resolved into the methods that the route has no line of its own for."""
    lines = [[cell.strip() for cell in row.rsplit(" | ", 3)] for row in text.splitlines() if row.strip()]
    given = {(route, method) for route, _, method, _ in lines}
    found = []
    for route, address, method, statuses in lines:
        numbers = tuple(int(status) for status in statuses.split())
        methods = [name for name in METHODS if (route, name) not in given] if method == "*" else [method]
        found += [Line(route, address, name, numbers) for name in methods]
    return found


def methods_once(lines: list[Line]) -> list[Line]:
    """The lines, but of the methods that a route refuses to everybody one alone."""
    refused = {line.route: line for line in reversed(lines) if line.is_refused}
    return [line for line in lines if not line.is_refused or refused[line.route] is line]


COUNTY_LINES = table(COUNTY)
PROVINCE_LINES = table(PROVINCE)


@dataclass(frozen=True)
class Route:
    """One pattern of a resolver. ``gated``: it stands below a method's resolver."""

    text: str
    pattern: URLPattern
    gated: bool = False


def routes_of(patterns: Any, prefix: str = "", gated: bool = False) -> Iterator[Route]:
    """Every pattern, however deep, with its whole route."""
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes_of(entry.url_patterns, text, gated or isinstance(entry, MethodResolver))
        else:
            yield Route(text, entry, gated)


def group_of(route: str) -> str | None:
    """The group that ``route`` belongs to; the longest prefix counts."""
    return max((prefix for prefix in GROUPS if route.startswith(prefix)), key=len, default=None)


def unlisted(patterns: Any, lines: list[Line]) -> list[str]:
    """Routes that are neither in the table nor in a group."""
    known = {line.route for line in lines}
    return [
        route.text
        for route in routes_of(patterns)
        if route.text not in known and group_of(route.text) is None
    ]


def vanished(patterns: Any, lines: list[Line]) -> list[str]:
    """Routes of the table that no resolver has."""
    present = {route.text for route in routes_of(patterns)}
    return sorted({line.route for line in lines} - present)


def sample(route: str, number: int = 1) -> str:
    """An address for ``route``, every number in it ``number``."""
    text = re.sub(r"<int:\w+>|<str:pk>", str(number), route)
    text = re.sub(r"(?<!\?P)<(?:\w+:)?\w+>", "x", text)
    text = re.sub(r"\(\?P<\w+>(?:(\w+)\|[^()]*|\\d\+)\)", lambda match: match.group(1) or str(number), text)
    text = text.replace("^.*/$", "nowhere/").replace("\\.", ".")
    return "/" + text.replace("^", "").replace("$", "")


def operations_of(patterns: Any) -> set[tuple[str, str]]:
    """``(method, path)`` of the core's API as the resolver has it, in the OpenAPI file's spelling."""
    found = set()
    for route in routes_of(patterns):
        if not route.text.startswith("api/v1/") or group_of(route.text) or route.text in NOT_IN_THE_FILE:
            continue
        path = "/" + re.sub(r"\(\?P<(\w+)>[^()]*\)", r"{\1}", route.text).replace("^", "").replace("$", "")
        actions = getattr(route.pattern.callback, "actions", None) or {}
        found |= {(method, path.replace("{pk}", "{id}")) for method in actions if method != "head"}
    return found
