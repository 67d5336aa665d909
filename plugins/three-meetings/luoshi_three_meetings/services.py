"""Every write of the method: slips, answers given with them, and what the units owe."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from luoshi import moment
from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.accounts.digests import county_digest
from luoshi.errors import Invalid, NotAllowed, NotFound, Problem, Refusal, WrongState
from luoshi.methods.types import CaseView
from luoshi.suggestions.models import Contact, Deputy, Suggestion
from luoshi.suggestions.selectors.cases import case_views
from luoshi.suggestions.services.door import transition_perform
from luoshi.suggestions.services.duties import cases_duties_set, duties_set, flag_clear, flag_set
from luoshi_three_meetings import meetings, secrets_of_slips
from luoshi_three_meetings.models import Slip, WrongCode
from luoshi_three_meetings.options import ThreeMeetingsOptions
from luoshi_three_meetings.rules import may_issue
from luoshi_three_meetings.selectors import SLUG, contact_find

SHORT = "closed_short"
GONE = "这个链接或确认码已经用过、过期、作废，或者输入不完整。请向县人大重新领取。"
WRONG_CODES_A_SLIP = 5
"""The slip of a code that was guessed so often is void."""
WRONG_CODES_AN_ADDRESS = 20
WINDOW = timedelta(minutes=15)
_CHUNK = 500


class TooManyTries(Refusal):
    """Too many wrong codes came from this address (429)."""

    code = "too_many_tries"
    status = 429


@dataclass(frozen=True, slots=True)
class IssuedSlip:
    """A new slip with its secrets, which are never seen again."""

    slip: Slip
    token: str
    code: str


@transaction.atomic
def slip_issue(*, contact_id: int, actor: Actor, days: int) -> IssuedSlip:
    """Make a link and a code for the deputy to answer for one contact; an earlier one is void from now on.

    :param days: how long they are good.
    :raises NotFound: no such contact, or not for this person to know.
    :raises NotAllowed: the unit's side, or a stranger.
    :raises WrongState: the deputy has answered already.
    :raises Invalid: the suggestion has no lead deputy.
    """
    contact = contact_find(actor, contact_id)
    if not may_issue(actor, contact):
        raise NotAllowed("确认单只发给代表本人：由县人大打印，或由代表在自己的页面上取得")
    # Under the suggestion's lock, as every act of the door.
    Suggestion.objects.select_for_update(of=("self",)).get(pk=contact.suggestion_id)
    contact.refresh_from_db(fields=["confirmed", "answered_by_proxy"])
    if contact.confirmed is not None and not contact.answered_by_proxy:
        raise WrongState("代表本人已经答复过这次见面，不需要确认单")
    deputy_id = contact.suggestion.lead_deputy_id
    if deputy_id is None:
        raise Invalid([Problem("contact", "代表团提出的建议没有领衔代表，不能开确认单")])
    now = moment.now()
    slips_revoke(contact_id=contact.pk)
    token, code = secrets_of_slips.token_new(), secrets_of_slips.code_new()
    bound = {"contact_id": contact.pk, "deputy_id": deputy_id}
    slip = Slip.objects.create(
        contact=contact,
        deputy_id=deputy_id,
        token_digest=secrets_of_slips.secret_digest("token", token, **bound),
        code_digest=secrets_of_slips.secret_digest("code", code, **bound),
        issued_as=Slip.Issued.OWN if deputy_id in actor.deputy_ids else Slip.Issued.PAPER,
        issued_at=now,
        issued_by_id=actor.user_id,
        expires_at=now + timedelta(days=days),
    )
    return IssuedSlip(
        slip,
        secrets_of_slips.secret_join(slip.pk, token),
        secrets_of_slips.secret_join(slip.pk, code),
    )


def slips_revoke(*, contact_id: int) -> None:
    """Make every open slip of a contact void."""
    Slip.objects.filter(contact_id=contact_id, used_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=moment.now()
    )


def slip_by_token(token: str) -> Slip:
    """The slip that a link opens. Reading it changes nothing.

    :raises NotFound: with one answer for every link that is not good, whatever it was.
    """
    secret = secrets_of_slips.secret_split(token)
    slip = None if secret is None else _open_slip(secret.slip_id)
    if (
        secret is None
        or slip is None
        or not secrets_of_slips.secret_matches(
            "token", secret.text, slip.token_digest, contact_id=slip.contact_id, deputy_id=slip.deputy_id
        )
    ):
        raise NotFound(GONE)
    return slip


def slip_by_code(code: str, *, address: str) -> Slip:
    """The slip that a typed code opens. A wrong one is counted, for the slip and for the address.

    :raises NotFound: with one answer for every code that is not good.
    :raises TooManyTries: from an address with too many wrong codes, whatever this one is.
    """
    subject = county_digest("three_meetings_code", address)
    if _tries(subject) >= WRONG_CODES_AN_ADDRESS:
        raise TooManyTries("确认码输错次数过多，请过一刻钟再试，或与县人大联系")
    secret = secrets_of_slips.secret_split(code)
    digits = "" if secret is None else "".join(mark for mark in secret.text if mark.isdigit())
    slip = None if secret is None else _open_slip(secret.slip_id)
    if slip is not None and secrets_of_slips.secret_matches(
        "code", digits, slip.code_digest, contact_id=slip.contact_id, deputy_id=slip.deputy_id
    ):
        return slip
    _count_wrong_code(subject, None if slip is None else slip.pk)
    raise NotFound(GONE)


@transaction.atomic
def slip_answer(*, slip: Slip, is_true: bool, reason: str = "") -> None:
    """The deputy answers with his slip: once, through the door, as himself.

    :param reason: needed where he denies.
    :raises NotFound: the slip was used, revoked or has expired meanwhile.
    :raises Invalid: no reason for a denial.
    """
    Suggestion.objects.select_for_update(of=("self",)).get(pk=slip.contact.suggestion_id)
    standing = _open_slip(slip.pk)
    if standing is None:
        raise NotFound(GONE)
    Slip.objects.filter(pk=standing.pk).update(used_at=moment.now())
    meeting_answer(
        contact=standing.contact, actor=_deputy_as_actor(standing.deputy), is_true=is_true, reason=reason
    )


def meeting_answer(*, contact: Contact, actor: Actor, is_true: bool, reason: str = "") -> None:
    """Confirm a meeting, or deny it with a reason, through the door.

    :raises Invalid: no reason for a denial, or it was answered already.
    """
    data: dict[str, object] = {"contact": contact.pk}
    if not is_true:
        data["reason"] = reason
    transition_perform(
        subject=contact.assignment,
        transition="confirm_contact" if is_true else "deny_contact",
        actor=actor,
        data=data,
    )


def case_refresh(*, case: CaseView, options: ThreeMeetingsOptions) -> None:
    """Bring up to date what the units owe in a case, and the mark of one closed without all three."""
    if not case.assignments or case.imported:
        return
    today = moment.today()
    duties_set(case_id=case.id, owner=SLUG, duties=meetings.duties(case, options), on=today)
    missing = meetings.missing_at_the_end(case, options)
    if missing:
        flag_set(
            case_id=case.id,
            owner=SLUG,
            kind=SHORT,
            title=f"办结时{options.name}不齐",
            explanation=f"缺 {'；'.join(missing)}"[:300],
            on=today,
        )
    elif case.state == "closed":
        flag_clear(case_id=case.id, owner=SLUG, kind=SHORT)


def answered(*, case: CaseView, contact_id: int) -> None:
    """A contact was answered: its slip is void, unless staff entered it, which the deputy may correct."""
    if any(row.id == contact_id and not row.by_proxy for row in case.contacts):
        slips_revoke(contact_id=contact_id)


def county_refresh(*, options: ThreeMeetingsOptions) -> None:
    """The same for every case that units have in hand: after a switch or a change of options."""
    cases = (
        Suggestion.objects.filter(is_imported=False, assignments__isnull=False)
        .exclude(state="closed")
        .select_related("session")
        .defer("content", "note")
        .distinct()
        .order_by("pk")
    )
    found = list(cases)
    for start in range(0, len(found), _CHUNK):
        seen = case_views(found[start : start + _CHUNK])
        asked = {case.id: meetings.duties(case, options) for case in seen}
        cases_duties_set(owner=SLUG, duties=asked, on=moment.today())


def case_erase(*, case_id: int) -> None:
    """Erase the slips of a case. Safe to run twice."""
    Slip.objects.filter(contact__suggestion_id=case_id).delete()


def _open_slip(slip_id: int) -> Slip | None:
    """The slip, if it is good now; with everything that its page shows."""
    return (
        Slip.objects.select_related(
            "contact__suggestion__session", "contact__assignment__unit", "deputy__delegation"
        )
        .filter(pk=slip_id, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=moment.now())
        .first()
    )


def _deputy_as_actor(deputy: Deputy) -> Actor:
    return Actor(
        user_id=deputy.user_id,
        name=deputy.name,
        roles=frozenset({Role.DEPUTY}),
        deputy_id=deputy.pk,
        channel=Channel.LINK,
    )


def _tries(subject: str) -> int:
    row = WrongCode.objects.filter(subject=subject, first_at__gt=moment.now() - WINDOW).first()
    return 0 if row is None else row.failures


@transaction.atomic
def _count_wrong_code(subject: str, slip_id: int | None) -> None:
    """Count for the address, and for the slip whose number was named; too many make the slip void."""
    now = moment.now()
    WrongCode.objects.filter(first_at__lte=now - WINDOW).delete()
    WrongCode.objects.bulk_create([WrongCode(subject=subject, first_at=now)], ignore_conflicts=True)
    row = WrongCode.objects.select_for_update().get(subject=subject)
    row.failures += 1
    row.save(update_fields=["failures"])
    if slip_id is None:
        return
    slip = Slip.objects.select_for_update().get(pk=slip_id)
    slip.failures += 1
    if slip.failures >= WRONG_CODES_A_SLIP and slip.used_at is None and slip.revoked_at is None:
        slip.revoked_at = now
    slip.save(update_fields=["failures", "revoked_at"])
