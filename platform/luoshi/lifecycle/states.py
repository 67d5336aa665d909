"""The closed enums of the four subjects that have a life: suggestion, assignment, reply, publication."""

from django.db.models import TextChoices


class Subject(TextChoices):
    """What a transition moves."""

    SUGGESTION = "suggestion", "建议"
    ASSIGNMENT = "assignment", "承办"
    REPLY = "reply", "答复"
    PUBLICATION = "publication", "公开"


class SuggestionState(TextChoices):
    """Stages of a suggestion (domain.md C1)."""

    DRAFT = "draft", "草稿"
    CO_SIGNING = "co_signing", "待联名"
    SUBMITTED = "submitted", "已提交"
    REGISTERED = "registered", "已受理"
    PRE_ASSIGNED = "pre_assigned", "预分办"
    ASSIGNED = "assigned", "已交办"
    IN_HANDLING = "in_handling", "办理中"
    REPLIED = "replied", "已答复"
    EVALUATED = "evaluated", "已评价"
    EVALUATION_LAPSED = "evaluation_lapsed", "逾期未评"
    TRACKING = "tracking", "跟踪中"
    CLOSED = "closed", "办结"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    MERGED = "merged", "已并案"


class AssignmentState(TextChoices):
    """States of one unit's part in one round (domain.md C2)."""

    PENDING = "pending", "待签收"
    ACCEPTED = "accepted", "已签收"
    RETURN_REQUESTED = "return_requested", "退办中"
    HANDLING = "handling", "办理中"
    DONE = "done", "已完成"
    REASSIGNED = "reassigned", "已改办"
    ENDED = "ended", "已终止"


class ReplyState(TextChoices):
    """States of a lead's reply letter. ``approved`` is 待发: passed by the office, not yet sent."""

    DRAFTED = "drafted", "拟稿"
    UNIT_SIGNED = "unit_signed", "单位已审签"
    UNDER_REVIEW = "under_review", "审核中"
    SENT_BACK = "sent_back", "退改"
    APPROVED = "approved", "待发"
    ISSUED = "issued", "已答复"
    ENDED = "ended", "已终止"


class PublicationState(TextChoices):
    """States of the decision to publish a reply (domain.md C1 row 21)."""

    PROPOSED = "proposed", "已提出"
    SECRECY_CHECKED = "secrecy_checked", "已保密审查"
    APPROVED = "approved", "已批准"
    IN_EDITORIAL_REVIEW = "in_editorial_review", "编辑审核中"
    PUBLISHED = "published", "已公开"
    WITHHELD = "withheld", "不公开"
    REVOKED = "revoked", "已撤下"


class AssignmentRole(TextChoices):
    """What a unit answers for (domain.md B4)."""

    LEAD = "lead", "主办"
    SEPARATE = "separate", "分办"
    CO = "co", "会办"


class ItemKind(TextChoices):
    """Suggestions and CPPCC proposals share an office and are counted apart."""

    SUGGESTION = "suggestion", "代表建议"
    PROPOSAL = "proposal", "政协提案"


class ProposerKind(TextChoices):
    """Who put the suggestion forward (提案类型)."""

    INDIVIDUAL = "individual", "个人"
    JOINT = "joint", "联名"
    DELEGATION = "delegation", "代表团"


class RaisedWhen(TextChoices):
    """提出时段."""

    IN_SESSION = "in_session", "大会"
    BETWEEN_SESSIONS = "between_sessions", "闭会"


class CongressBody(TextChoices):
    """Which congress the suggestion was addressed to."""

    COUNTY = "county", "县级人大"
    TOWNSHIP = "township", "乡镇人大主席团"


class RecipientSystem(TextChoices):
    """交办对象. Annual reports often speak of the government alone."""

    GOVERNMENT = "government", "政府"
    COURT = "court", "法院"
    PROCURATORATE = "procuratorate", "检察院"
    SUPERVISION = "supervision", "监委"
    PARTY = "party", "党群"
    OTHER = "other", "其他"


class ResultClass(TextChoices):
    """The canonical meaning of a result (domain.md B5). Letters are a county's scheme, never a meaning."""

    RESOLVED = "resolved", "已经解决或基本解决"
    IN_PROGRESS = "in_progress", "正在解决"
    PLANNED = "planned", "已列入计划逐步解决"
    DEFERRED = "deferred", "因条件限制暂不能解决"
    REFERENCE_ONLY = "reference_only", "留作参考"
    NOT_FEASIBLE = "not_feasible", "不可行"


class ContactPhase(TextChoices):
    """When in the handling the deputy was contacted."""

    BEFORE = "before", "办前"
    DURING = "during", "办中"
    AFTER = "after", "办后"


class ContactMode(TextChoices):
    """How the deputy was contacted. The first three are face to face (面商)."""

    VISIT = "visit", "登门走访"
    MEETING = "meeting", "座谈"
    INSPECTION = "inspection", "邀请考察"
    PHONE = "phone", "电话"
    DRAFT_OPINION = "draft_opinion", "答复稿征求意见"
    WRITTEN = "written", "书面或短信"


FACE_TO_FACE = frozenset({ContactMode.VISIT, ContactMode.MEETING, ContactMode.INSPECTION})


class Grade(TextChoices):
    """A deputy's grade on one axis."""

    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically_satisfied", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"
