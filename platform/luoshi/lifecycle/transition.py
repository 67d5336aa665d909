"""What a transition is: one frozen row of the table of a suggestion's life (domain.md C1)."""

from dataclasses import dataclass
from enum import StrEnum

from luoshi.lifecycle.states import Subject


class Who(StrEnum):
    """A relation between the actor and the case. The rules of the suggestions room decide each one."""

    LEAD_DEPUTY = "lead_deputy"
    INVITED_CO_SIGNER = "invited_co_signer"
    CO_SIGNER = "co_signer"
    PRESIDIUM = "presidium"
    SECRETARIAT = "secretariat"
    CONGRESS_OFFICE = "congress_office"
    GOVERNMENT_OFFICE = "government_office"
    REVIEWING_OFFICE = "reviewing_office"  # 政府系统为政府办，其他系统为人大代表工委
    PROPOSED_UNIT = "proposed_unit"
    UNIT_STAFF = "unit_staff"
    UNIT_HEAD = "unit_head"
    LEAD_UNIT_STAFF = "lead_unit_staff"
    SITE_EDITOR = "site_editor"
    SYSTEM = "system"
    IMPORTER = "importer"  # 导入程序，只在导入通道


class Guard(StrEnum):
    """A condition of the core. Each is a function of the suggestions room that returns a requirement."""

    DEPUTY_VALID = "deputy_valid"
    ONE_MATTER = "one_matter"
    EXCLUSIONS_ACKNOWLEDGED = "exclusions_acknowledged"
    CO_SIGNERS_ANSWERED = "co_signers_answered"
    SUBMISSION_OPEN = "submission_open"
    WITHDRAWAL_OPEN = "withdrawal_open"
    CO_SIGNERS_AGREE = "co_signers_agree"
    UNITS_VALID = "units_valid"
    TRIO_NAMED = "trio_named"
    RETURN_WINDOW_OPEN = "return_window_open"
    FIRST_CONTACT = "first_contact"
    IS_LEAD = "is_lead"
    IS_CO = "is_co"
    BEFORE_DUE = "before_due"
    EXTENSION_PENDING = "extension_pending"
    REPLY_OUTSTANDING = "reply_outstanding"
    NO_OPEN_REPLY = "no_open_reply"
    CLASS_CHOSEN = "class_chosen"
    BODY_WRITTEN = "body_written"
    CO_OPINIONS_IN = "co_opinions_in"
    EVALUATION_DUE_PASSED = "evaluation_due_passed"
    REHANDLING_GROUND = "rehandling_ground"
    NOT_YET_HEARD = "not_yet_heard"
    MAIN_REPLIED = "main_replied"
    NO_TRIGGER_GRADE = "no_trigger_grade"
    RESULT_RESOLVED = "result_resolved"
    RESULT_UNRESOLVED = "result_unresolved"
    TRACKING_EXIT = "tracking_exit"
    SUGGESTION_TRACKED = "suggestion_tracked"
    PUBLICATION_CONSENTED = "publication_consented"
    PUBLICATION_ABSENT = "publication_absent"
    REPLY_ISSUED = "reply_issued"
    RENDITION_CONFIRMED = "rendition_confirmed"
    VERSION_APPROVED = "version_approved"


@dataclass(frozen=True, slots=True)
class Transition:
    """One act that the door knows.

    ``sources``: states in which the act exists. ``target``: the state after it, ``None`` where an act only
    adds a record. ``who``: any of these may do it. ``guards``: all must be met. ``document``: the
    paper that belongs to it (domain.md C7). ``row``: row of domain.md C1.
    """

    subject: Subject
    name: str
    label: str
    sources: frozenset[str]
    target: str | None
    who: tuple[Who, ...]
    guards: tuple[Guard, ...] = ()
    document: str = ""
    row: str = ""

    @property
    def permission(self) -> str:
        """Name of the permission, such as ``suggestion.register``."""
        return f"{self.subject.value}.{self.name}"
