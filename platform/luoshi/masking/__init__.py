"""What the machine proposes to mask before a reply or suggestion is published (HN-19, domain.md B7).

Pure functions: no database, no settings, no clock. A proposal binds nobody; a named reviewer confirms or
refuses every mark. Therefore finding too much is the smaller evil; of telephone and identity numbers nothing
that can be read as one is let through.

Legal ground: 个人信息保护法 art. 25 (no publication without separate consent), art. 28 (sensitive data:
medical, financial, whereabouts, anybody under 14), art. 51 (de-identification); 政府信息公开条例 art. 15
(privacy of third persons) and art. 37 (the rest of a text is published).
"""

from luoshi.masking.hidden import hidden_marks
from luoshi.masking.marks import Kind, Known, Mark, apply, marks_settle
from luoshi.masking.proposing import propose, propose_in_name, propose_together

__all__ = [
    "Kind",
    "Known",
    "Mark",
    "apply",
    "hidden_marks",
    "marks_settle",
    "propose",
    "propose_in_name",
    "propose_together",
]
