"""The form of an upload: what is asked depends on the kind."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from luoshi.documents.imports.totals import printed_parse
from luoshi.documents.spreadsheets.rows import session_parse
from luoshi.documents.spreadsheets.safety import MEBIBYTE, Limits
from luoshi.errors import Invalid
from luoshi.suggestions.models import Session
from luoshi.suggestions.services.register import FIRST_YEAR, LAST_YEAR
from luoshi.workbench.importing.kinds import KindInfo

TOO_LARGE = "too_large"


class UploadForm(forms.Form):
    """A file with the options of its kind."""

    file = forms.FileField(
        label="Excel 工作簿（*.xlsx）",
        error_messages={
            "required": "请选择要导入的文件",
            "empty": "文件是空的，请重新选择文件",
            "max_length": "文件名超过 %(max)d 个字，请改短后再上传",
        },
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx", "class": "form-control"}),
    )
    session = forms.CharField(
        label="会议（届-次）",
        max_length=10,
        help_text="如 17-4；还没有的会议会新建",
        widget=forms.TextInput(attrs={"class": "form-control", "list": "sessions", "autocomplete": "off"}),
        error_messages={"required": "请填写会议，如 17-4"},
    )
    year = forms.IntegerField(
        label="办理年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="新建会议时用；不填时按表中的交办日期推定",
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        error_messages={
            "invalid": "办理年度请填写四位数字，如 2026",
            "min_value": "办理年度不对，请填写如 2026 的年份",
            "max_value": "办理年度不对，请填写如 2026 的年份",
        },
    )
    printed = forms.CharField(
        label="报告印制的数字",
        required=False,
        max_length=1000,
        help_text="如 总数=149,A类=40；与表中合计不符就不导入",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    create_missing = forms.BooleanField(
        label="自动新建名册里没有的单位和代表", required=False, help_text="先列出来给您看，确认后才新建"
    )
    update = forms.BooleanField(
        label="与名册不同的，以表为准", required=False, help_text="不勾选时，不同的内容会作为问题列出"
    )

    def __init__(self, *args: Any, info: KindInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {"file", *info.asks}:
            del self.fields[name]
        self.sessions = (
            list(Session.objects.order_by("-year", "-code").values_list("code", flat=True))
            if "session" in info.asks
            else []
        )

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse by its size before anything is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > Limits().file_bytes:
            most = Limits().file_bytes // MEBIBYTE
            message = f"文件超过 {most} MB，请删去图片和多余的工作表，或者分成几个文件导入"
            raise forms.ValidationError(message, code=TOO_LARGE)
        return file

    def clean_session(self) -> str:
        """届-次."""
        text = str(self.cleaned_data["session"])
        try:
            session_parse(text)
        except Invalid as refusal:
            raise forms.ValidationError(refusal.message) from None
        return text

    def clean_printed(self) -> str:
        """Counts by name."""
        text = str(self.cleaned_data["printed"])
        if text:
            try:
                printed_parse(text)
            except Invalid as refusal:
                raise forms.ValidationError(refusal.message) from None
        return text

    @property
    def options(self) -> dict[str, Any]:
        """What was chosen, besides the file."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}

    @property
    def is_too_large(self) -> bool:
        """Whether the file was refused for its size."""
        return self.has_error("file", TOO_LARGE)
