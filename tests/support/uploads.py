"""Workbooks as clerks send them to the import in the browser, and how they are sent."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from workbooks import workbook

from luoshi.workbench.importing.records import ImportJob

UNIT_HEADERS = ("单位名称", "简称", "职责")
CURRENT_HEADERS = ("编号", "标题", "领衔代表", "主办单位", "交办日期")


def units_file(*names: str) -> bytes:
    """A table of units."""
    return workbook([UNIT_HEADERS, *((name, "", "道路") for name in names)], name="承办单位")


def current_file(rows: Sequence[Sequence[object]]) -> bytes:
    """A table of this year's suggestions."""
    return workbook([CURRENT_HEADERS, *rows], name="代表建议")


def upload(client: Client, kind: str, body: bytes, name: str = "表.xlsx", **options: object) -> Any:
    """Send a file in; the answer."""
    file = SimpleUploadedFile(name, body)
    return client.post("/office/import/", {"kind": kind, "file": file, **options})


def job_of(answer: Any) -> ImportJob:
    """The job that an upload has led to."""
    assert answer.status_code == 302, answer.content.decode()
    match = re.fullmatch(r"/office/import/(\d+)/", answer["Location"])
    assert match is not None
    return ImportJob.objects.get(pk=int(match[1]))
