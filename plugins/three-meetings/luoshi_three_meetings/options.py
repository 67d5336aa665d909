"""What a county may choose: the settings form, the JSON schema and the type are this one class."""

from typing import Self

from django.db.models import TextChoices
from pydantic import Field, model_validator
from pydantic.config import JsonDict

from luoshi.lifecycle.states import ContactMode, ContactPhase, ResultClass
from luoshi.validation import Input

_LAW: JsonDict = {
    "basis": "《代表法》第51条：承办单位应当与代表联系沟通，充分听取意见；见面的次数和时点由各地规定"
}


class PhaseRule(TextChoices):
    """How strictly a county asks for one of the three."""

    GATE = "gate", "必须有：没有就不能往下办"
    WATCH = "watch", "要求有：没有时提醒，不拦"
    OFF = "off", "不要求"


class ThreeMeetingsOptions(Input):
    """Options of the method. Words first: 三见面, 三访 and 三反馈 are the same thing."""

    name: str = Field(
        default="三见面",
        min_length=1,
        max_length=12,
        title="本县的叫法",
        description="如三见面、三访、三反馈；显示在建议页上",
    )
    meeting: str = Field(
        default="见面", min_length=1, max_length=6, title="一次叫作", description="如见面、走访、反馈"
    )
    before_word: str = Field(default="办前见面", min_length=1, max_length=12, title="办理前的叫法")
    during_word: str = Field(default="办中见面", min_length=1, max_length=12, title="办理中的叫法")
    after_word: str = Field(default="办后见面", min_length=1, max_length=12, title="办理后的叫法")
    before: PhaseRule = Field(
        default=PhaseRule.GATE, title="办理前，在单位审签答复之前", json_schema_extra=_LAW
    )
    during: PhaseRule = Field(
        default=PhaseRule.GATE, title="办理中，在单位审签答复之前", json_schema_extra=_LAW
    )
    after: PhaseRule = Field(default=PhaseRule.GATE, title="办理后，在办结之前", json_schema_extra=_LAW)
    modes: tuple[ContactMode, ...] = Field(
        default=(
            ContactMode.VISIT,
            ContactMode.MEETING,
            ContactMode.INSPECTION,
            ContactMode.PHONE,
            ContactMode.DRAFT_OPINION,
        ),
        min_length=1,
        max_length=len(ContactMode.values),
        title="哪些方式算数",
    )
    face_to_face: int = Field(
        default=1,
        ge=0,
        le=5,
        title="审签答复之前至少当面沟通几次",
        description="登门走访、座谈、邀请考察是当面；0 表示不限",
    )
    confirmation: bool = Field(
        default=True,
        title="代表确认后才算数",
        description="不勾选时，单位登记了就算数，代表否认的除外",
    )
    proxy_counts: bool = Field(
        default=True,
        title="人大工作人员凭纸质件代录的确认也算数",
        description="代录的在各处都注明，统计时另计",
    )
    silent_excused: bool = Field(
        default=True,
        title="代表逾期未评价的，办结时只看登记",
        description="代表一直没有回音时，办理后的一次登记了就可以办结",
    )
    place_wanted: bool = Field(default=False, title="须写明地点")
    photo_wanted: bool = Field(default=False, title="须附照片")
    exempt: tuple[ResultClass, ...] = Field(
        default=(),
        max_length=len(ResultClass.values),
        title="哪些办理结果免除",
        description="答复属于这些结果的，不要求见面",
    )
    public_column: bool = Field(
        default=False,
        title="在公开网站上设“见面办理”栏目",
        description="只统计和列出已经公开的答复：各次有没有经代表确认的见面和日期；否认的、没有答复的都不显示",
    )
    slip_days: int = Field(default=30, ge=1, le=90, title="给代表的确认单几天有效")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for chosen in (self.modes, self.exempt):
            if len(set(chosen)) != len(chosen):
                raise ValueError("同一项只能选一次")
        return self

    def rule(self, phase: ContactPhase) -> PhaseRule:
        """How strictly this phase is asked for."""
        return {
            ContactPhase.BEFORE: self.before,
            ContactPhase.DURING: self.during,
            ContactPhase.AFTER: self.after,
        }[phase]

    def word(self, phase: str) -> str:
        """What the county calls this phase."""
        words = {
            ContactPhase.BEFORE: self.before_word,
            ContactPhase.DURING: self.during_word,
            ContactPhase.AFTER: self.after_word,
        }
        return words[ContactPhase(phase)]

    @property
    def column_title(self) -> str:
        """Name of the public column, such as 见面办理."""
        return f"{self.meeting}办理"

    @property
    def owed_title(self) -> str:
        """Name of the worklist, such as 欠见面."""
        return f"欠{self.meeting}"
