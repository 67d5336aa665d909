"""Tables of the suggestions room. Thin: state changes only through the door."""

from luoshi.suggestions.models.assignment import (
    Assignment,
    Contact,
    CoOpinion,
    Extension,
    Proposal,
    ReturnRequest,
)
from luoshi.suggestions.models.clock import Clock
from luoshi.suggestions.models.congress import Delegation, Deputy, Session, Term
from luoshi.suggestions.models.door import CountySettingsVersion, PerformedAct
from luoshi.suggestions.models.duty import CaseDuty, CaseFlag
from luoshi.suggestions.models.files import Attachment, Upload
from luoshi.suggestions.models.publishing import (
    CleanFile,
    Publication,
    PublishedVersion,
    Rendition,
    WithholdGround,
)
from luoshi.suggestions.models.reply import (
    DraftComment,
    Evaluation,
    Promise,
    Reply,
    ReplyDraft,
    Review,
)
from luoshi.suggestions.models.suggestion import (
    Ask,
    CoSignature,
    ImportedFigures,
    Suggestion,
)
from luoshi.suggestions.models.units import Unit, UnitDuty, UnitMember, UnitSuccession

__all__ = [
    "Ask",
    "Assignment",
    "Attachment",
    "CaseDuty",
    "CaseFlag",
    "CleanFile",
    "Clock",
    "CoOpinion",
    "CoSignature",
    "Contact",
    "CountySettingsVersion",
    "Delegation",
    "Deputy",
    "DraftComment",
    "Evaluation",
    "Extension",
    "ImportedFigures",
    "PerformedAct",
    "Promise",
    "Proposal",
    "Publication",
    "PublishedVersion",
    "Rendition",
    "Reply",
    "ReplyDraft",
    "ReturnRequest",
    "Review",
    "Session",
    "Suggestion",
    "Term",
    "Unit",
    "UnitDuty",
    "UnitMember",
    "UnitSuccession",
    "Upload",
    "WithholdGround",
]
