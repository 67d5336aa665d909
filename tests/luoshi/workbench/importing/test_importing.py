"""Uploading a workbook: who may, what the trial shows, that it writes nothing, that a file comes in once."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from people import Cast
from uploads import current_file, job_of, units_file, upload
from workbooks import repacked, workbook

from luoshi.accounts.actor import Role
from luoshi.accounts.models import User
from luoshi.accounts.services import role_revoke
from luoshi.documents.spreadsheets import read_units
from luoshi.errors import NotFound
from luoshi.suggestions.models import Suggestion, Unit
from luoshi.workbench.importing import jobs, telling
from luoshi.workbench.importing.jobs import import_confirm, import_run, jobs_sweep
from luoshi.workbench.importing.kinds import EXAMPLE_LEFT, KINDS, kinds_of
from luoshi.workbench.importing.records import ImportJob
from luoshi.workbench.importing.tasks import import_job, import_jobs_sweep
from luoshi.workbench.importing.telling import worded

SignedIn = Callable[[Any], Client]
State = ImportJob.State


def counts() -> dict[str, int]:
    """Rows of every table of the county but the jobs' own and the sessions of those who are signed in."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label
        in ("suggestions", "accounts", "audit", "outbox", "calendar", "notifications", "methods", "workbench")
        and model is not ImportJob
    }


def page(client: Client, job: ImportJob) -> str:
    answer = client.get(f"/office/import/{job.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def confirm(client: Client, job: ImportJob) -> Any:
    return client.post(f"/office/import/{job.pk}/confirm/")


# --- rights ---------------------------------------------------------------------------------------------
RIGHTS = {
    "congress": {"current", "past", "units", "deputies"},
    "secretariat": {"past", "deputies"},
    "government": {"units"},
    "system_admin": {"units", "deputies", "accounts"},
}


def test_each_kind_is_open_to_those_who_keep_it_and_shut_to_all_others(cast: Cast) -> None:
    for name, actor in cast.people.items():
        if name not in ("system", "importer"):
            assert {info.kind.value for info in kinds_of(actor)} == RIGHTS.get(name, set()), name


@pytest.mark.parametrize("name", ["writer", "lead_head", "leader", "security_admin", "audit_admin"])
def test_who_may_import_nothing_gets_no_page(cast: Cast, signed_in: SignedIn, name: str) -> None:
    client = signed_in(getattr(cast, name))
    assert client.get("/office/import/").status_code == 403
    assert upload(client, "units", units_file("县气象局")).status_code == 403
    assert client.get("/office/import/template/units.xlsx").status_code == 404
    assert ImportJob.objects.count() == 0


def test_a_kind_that_is_not_ones_own_is_shut_by_itself(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    assert client.get("/office/import/?kind=accounts").status_code == 403
    assert upload(client, "accounts", units_file("县气象局")).status_code == 403
    assert client.get("/office/import/template/accounts.xlsx").status_code == 404
    assert client.get("/office/import/?kind=units").status_code == 200
    assert upload(client, "nonsense", units_file("县气象局")).status_code == 400
    assert ImportJob.objects.count() == 0


def test_a_right_lost_since_the_trial_stops_the_import(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.government)
    job = job_of(upload(client, "units", units_file("县气象局")))
    user = User.objects.get(pk=cast.government.user_id)
    role_revoke(user=user, role=Role.GOVERNMENT_OFFICE, actor=cast.system)
    answer = confirm(client, job)
    assert (answer.status_code, Unit.objects.filter(name="县气象局").count()) == (403, 0)


def test_a_right_lost_before_the_worker_comes_stops_it_too(cast: Cast, signed_in: SignedIn) -> None:
    job = job_of(upload(signed_in(cast.government), "units", units_file("县气象局")))
    ImportJob.objects.filter(pk=job.pk).update(state=State.CONFIRMED)
    User.objects.filter(pk=cast.government.user_id).update(is_active=False)
    assert import_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, Unit.objects.filter(name="县气象局").count()) == (State.REFUSED, 0)


# --- the trial ------------------------------------------------------------------------------------------
def test_the_trial_writes_nothing_and_says_what_would_be_done(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    before = counts()
    job = job_of(upload(client, "units", units_file("县气象局", "县交通运输局", "县林业局")))
    assert counts() == before
    assert job.state == State.CHECKED
    shown = {name: job.outcome[name] for name in ("created", "changed", "unchanged", "made")}
    assert shown == {"created": 2, "changed": 1, "unchanged": 0, "made": ["县气象局", "县林业局"]}
    text = page(client, job)
    assert "还没有保存任何内容" in text
    assert "<li>县气象局</li><li>县林业局</li>" in text
    assert "确认导入（新增 2，修改 1）" in text


def test_confirmed_it_is_done_and_the_file_is_gone(
    cast: Cast, signed_in: SignedIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", units_file("县气象局")))
    stored = job.stored
    assert default_storage.exists(stored)
    with django_capture_on_commit_callbacks(execute=True):
        assert confirm(client, job)["Location"] == f"/office/import/{job.pk}/"
    job.refresh_from_db()
    assert (job.state, job.stored, default_storage.exists(stored)) == (State.DONE, "", False)
    assert Unit.objects.filter(name="县气象局").count() == 1
    assert "✓ 已全部导入" in page(client, job)


def test_confirmed_twice_it_is_imported_once(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    rows = [(9, "关于路灯的建议", "田禾苗", "县交通运输局", timezone.localdate())]
    job = job_of(upload(client, "current", current_file(rows), session="17-4"))
    assert confirm(client, job).status_code == 302
    after = counts()
    assert confirm(client, job).status_code == 302
    assert not import_run(job_id=job.pk)
    assert counts() == after
    (made,) = Suggestion.objects.all()
    assert (made.number, made.state) == (9, "assigned")
    assert "?session=17-4" in page(client, job)


def test_a_county_that_changed_meanwhile_is_told_and_nothing_is_done(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", units_file("县气象局", "县林业局")))
    Unit.objects.create(name="县气象局")
    before = counts()
    confirm(client, job)
    job.refresh_from_db()
    assert counts() == before
    assert (job.state, job.message) == (State.CHECKED, jobs.CHANGED)
    assert (job.outcome["created"], job.outcome["changed"]) == (1, 1)
    assert jobs.CHANGED in page(client, job)
    confirm(client, job)
    job.refresh_from_db()
    assert (job.state, Unit.objects.filter(name="县林业局").count()) == (State.DONE, 1)


def test_what_has_become_wrong_meanwhile_is_refused_as_a_whole(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    rows = [(n, f"第{n}件", "田禾苗", "县交通运输局", timezone.localdate()) for n in (1, 2)]
    job = job_of(upload(client, "current", current_file(rows), session="17-4"))
    cast.world.handed_over()  # takes number 1
    before = counts()
    confirm(client, job)
    job.refresh_from_db()
    assert (job.state, counts()) == (State.REFUSED, before)
    assert {row["row"] for row in job.problems} == {2}


# --- problems -------------------------------------------------------------------------------------------
def test_every_problem_says_where_what_stands_there_and_what_to_do(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    rows = [
        (1, "关于路灯的建议", "没有此人", "县交通运输局", "2026年13月1日"),
        ("一", "", "田禾苗", "没有此局", timezone.localdate()),
    ]
    before = counts()
    job = job_of(upload(client, "current", current_file(rows), session="17-4"))
    assert (job.state, job.stored, counts()) == (State.REFUSED, "", before)
    told = {f"{row['column']}{row['row']}": (row["header"], row["stands"]) for row in job.problems}
    assert told["E2"] == ("交办日期", "2026年13月1日")
    assert told["A3"] == ("编号", "一")
    assert told["B3"] == ("标题", "")
    text = page(client, job)
    assert "第 2 行 E 列" in text
    assert '<td data-label="表中内容" class="tb-stands">2026年13月1日</td>' in text
    assert "（空）" in text
    assert confirm(client, job).status_code == 409


def test_names_that_the_county_lacks_are_made_only_where_it_is_said(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    rows = [(1, "关于路灯的建议", "新代表（新乡）", "县新局", timezone.localdate())]
    refused = job_of(upload(client, "current", current_file(rows), session="17-4"))
    assert refused.state == State.REFUSED
    told = [row["message"] for row in refused.problems]
    assert any("勾选“自动新建名册里没有的单位和代表”" in message for message in told)
    assert not any("--" in message for message in told)
    job = job_of(upload(client, "current", current_file(rows), session="17-4", create_missing="on"))
    assert (job.outcome["new_units"], job.outcome["new_deputies_count"]) == (["县新局"], 1)
    assert Unit.objects.filter(name="县新局").count() == 0
    confirm(client, job)
    assert Unit.objects.filter(name="县新局").count() == 1


def test_the_problems_as_a_workbook(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", workbook([("名称", "类型"), ("县气象局", "水产")])))
    answer = client.get(f"/office/import/{job.pk}/problems.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("工作表", "行", "列", "列名", "表中内容", "问题和办法")
    assert rows[1][:5] == ("代表建议", 2, "B", "类型", "水产")
    assert len(rows) == 1 + len(job.problems)
    good = job_of(upload(client, "units", units_file("县气象局")))
    assert client.get(f"/office/import/{good.pk}/problems.xlsx").status_code == 404


def test_no_message_of_an_import_speaks_of_the_command_line() -> None:
    import luoshi.documents.imports as package

    (folder,) = package.__path__
    for file in sorted(Path(folder).glob("*.py")):
        for line in file.read_text("utf-8").splitlines():
            if line.lstrip().startswith(("#", '"""')) or not any(ord(sign) > 0x3000 for sign in line):
                continue
            assert "--" not in worded(line), (file.name, line)
            assert "import past" not in worded(line), (file.name, line)


# --- files that are none --------------------------------------------------------------------------------
def bomb() -> bytes:
    return repacked(workbook(), add={"xl/media/image1.bin": b"\0" * (60 * 1024 * 1024)})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "文件是空的"),
        (b"name,unit\n1,2\n", "xlsx"),
        (bomb, "压缩"),
        (lambda: repacked(workbook(), add={"xl/vbaProject.bin": b"macro"}), "宏"),
        (b"PK\x03\x04" + b"\0" * 400, "损坏"),
    ],
    ids=["empty", "text", "bomb", "macro", "broken"],
)
def test_a_file_that_is_no_workbook_is_refused_with_words(
    cast: Cast, signed_in: SignedIn, body: Any, words: str
) -> None:
    before = counts()
    answer = upload(signed_in(cast.congress), "units", body() if callable(body) else body)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert (ImportJob.objects.count(), counts()) == (0, before)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.workbench.importing import forms

    monkeypatch.setattr(forms, "Limits", lambda: type("L", (), {"file_bytes": 1024 * 1024})())
    answer = upload(signed_in(cast.congress), "units", b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "超过 1 MB" in answer.content.decode()


def test_no_file_and_wrong_options_are_told(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    answer = client.post("/office/import/", {"kind": "units"})
    assert (answer.status_code, "请选择要导入的文件" in answer.content.decode()) == (400, True)
    rows = [(1, "关于路灯的建议", "田禾苗", "", "")]
    for options, words in (
        ({"session": ""}, "请填写会议"),
        ({"session": "第四次"}, "届-次"),
        ({"session": "17-4", "year": "26"}, "办理年度不对"),
        ({"session": "17-4", "year": "今年"}, "四位数字"),
    ):
        answer = upload(client, "current", current_file(rows), **options)
        assert (answer.status_code, words in answer.content.decode()) == (400, True), options
    answer = upload(client, "past", current_file(rows), session="17-4", printed="总数149")
    assert (answer.status_code, "印制数字写法不对" in answer.content.decode()) == (400, True)
    assert ImportJob.objects.count() == 0


def test_too_many_rows_are_refused(cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_ROWS", 2)
    client = signed_in(cast.congress)
    answer = upload(client, "units", units_file("甲局", "乙局", "丙局"))
    assert (answer.status_code, "一次最多 2 行" in answer.content.decode()) == (400, True)
    assert upload(client, "units", units_file("甲局", "乙局")).status_code == 302


# --- whose it is ----------------------------------------------------------------------------------------
def test_a_job_is_its_persons_alone(cast: Cast, signed_in: SignedIn) -> None:
    job = job_of(upload(signed_in(cast.congress), "units", units_file("县气象局")))
    other = signed_in(cast.system_admin)
    for address in ("", "problems.xlsx"):
        assert other.get(f"/office/import/{job.pk}/{address}").status_code == 404
    for address in ("confirm/", "discard/"):
        assert other.post(f"/office/import/{job.pk}/{address}").status_code == 404
    with pytest.raises(NotFound):
        import_confirm(job_id=job.pk, actor=cast.system_admin)
    job.refresh_from_db()
    assert job.state == State.CHECKED


def test_another_countys_job_is_nobodys_here(two_counties: Any, cast: Cast, signed_in: SignedIn) -> None:
    from luoshi_tenants.context import county_context

    job = job_of(upload(signed_in(cast.congress), "units", units_file("县气象局")))
    with county_context(two_counties[1]):
        user = User.objects.create(username="other", full_name="他县")
        from luoshi.accounts.models import RoleGrant

        RoleGrant.objects.create(user=user, role="congress_office")
        assert ImportJob.objects.count() == 0
        client = Client(SERVER_NAME="xinhua.localhost")
        client.force_login(user, backend="luoshi_tenants.backends.CountyBackend")
        assert client.get("/office/import/").status_code == 200
        assert client.get(f"/office/import/{job.pk}/").status_code == 404
        assert client.post(f"/office/import/{job.pk}/confirm/").status_code == 404
        assert Unit.objects.filter(name="县气象局").count() == 0


def test_a_stored_file_is_served_to_nobody(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", units_file("县气象局")))
    assert default_storage.exists(job.stored)
    assert client.get(f"/media/c430422/{job.stored}").status_code == 404


def test_given_up_it_is_gone(
    cast: Cast, signed_in: SignedIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", units_file("县气象局")))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/office/import/{job.pk}/discard/").status_code == 302
    assert not default_storage.exists(job.stored)
    job.refresh_from_db()
    assert (job.state, job.outcome) == (State.DISCARDED, {})
    assert confirm(client, job).status_code == 409
    done = job_of(upload(client, "units", units_file("县气象局")))
    confirm(client, done)
    assert client.post(f"/office/import/{done.pk}/discard/").status_code == 409
    assert Unit.objects.filter(name="县气象局").count() == 1


def test_only_a_few_wait_at_once(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    for number in range(jobs.OPEN_AT_ONCE):
        assert upload(client, "units", units_file(f"第{number}局")).status_code == 302
    answer = upload(client, "units", units_file("县气象局"))
    assert (answer.status_code, "请先确认或放弃" in answer.content.decode()) == (400, True)


# --- time -----------------------------------------------------------------------------------------------
def test_an_expired_upload_is_not_imported(
    cast: Cast, signed_in: SignedIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", units_file("县气象局")))
    just = timezone.now() - jobs.KEPT
    ImportJob.objects.filter(pk=job.pk).update(touched_at=just + timedelta(minutes=1))
    assert jobs_sweep() == []
    job.refresh_from_db()
    assert job.state == State.CHECKED
    ImportJob.objects.filter(pk=job.pk).update(touched_at=just)
    with django_capture_on_commit_callbacks(execute=True):
        answer = confirm(client, job)
    assert (answer.status_code, "请重新上传" in answer.content.decode()) == (409, True)
    assert not default_storage.exists(job.stored)
    job.refresh_from_db()
    assert (job.state, Unit.objects.filter(name="县气象局").count()) == (State.EXPIRED, 0)


def test_the_sweep_lets_expire_and_forgets(
    cast: Cast, signed_in: SignedIn, django_capture_on_commit_callbacks: Any
) -> None:
    job = job_of(upload(signed_in(cast.congress), "units", units_file("县气象局")))
    ImportJob.objects.filter(pk=job.pk).update(touched_at=timezone.now() - jobs.KEPT)
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs_sweep() == []
    assert not default_storage.exists(job.stored)
    job.refresh_from_db()
    assert (job.state, job.outcome) == (State.EXPIRED, {})
    ImportJob.objects.filter(pk=job.pk).update(finished_at=timezone.now() - jobs.REMEMBERED)
    jobs_sweep()
    assert ImportJob.objects.count() == 0


def test_a_file_that_was_changed_or_lost_on_the_disk_is_not_imported(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.congress)
    for spoil in (
        lambda path: Path(path).write_bytes(units_file("别的局")),
        lambda path: Path(path).unlink(),
    ):
        job = job_of(upload(client, "units", units_file("县气象局")))
        spoil(default_storage.path(job.stored))
        confirm(client, job)
        job.refresh_from_db()
        assert (job.state, Unit.objects.filter(name__in=["县气象局", "别的局"]).count()) == (State.FAILED, 0)
        assert "请重新上传" in page(client, job)


# --- a worker -------------------------------------------------------------------------------------------
@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Jobs that were left to a worker; every file counts as a large one."""
    from luoshi.workbench.importing import views

    left: list[int] = []
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    monkeypatch.setattr(views, "import_job_send", left.append)
    return left


def test_a_large_file_is_left_to_a_worker(cast: Cast, signed_in: SignedIn, sent: list[int]) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", units_file("县气象局")))
    assert (job.state, sent) == (State.WAITING, [job.pk])
    text = page(client, job)
    assert 'hx-trigger="every 3s"' in text
    assert confirm(client, job).status_code == 409
    import_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.outcome["created"]) == (State.CHECKED, 1)
    assert "hx-trigger" not in page(client, job)
    assert confirm(client, job).status_code == 302
    assert sent == [job.pk, job.pk]
    assert Unit.objects.filter(name="县气象局").count() == 0
    assert "正在导入" in page(client, job)
    assert confirm(client, job).status_code == 302
    import_job(job.pk)
    import_job(job.pk)
    job.refresh_from_db()
    assert (job.state, Unit.objects.filter(name="县气象局").count()) == (State.DONE, 1)


def test_what_no_worker_took_is_offered_again_and_not_for_ever(
    cast: Cast, signed_in: SignedIn, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(upload(signed_in(cast.congress), "units", units_file("县气象局")))
    assert jobs_sweep() == []
    ImportJob.objects.filter(pk=job.pk).update(touched_at=timezone.now() - jobs.NOT_TAKEN)
    assert jobs_sweep() == [job.pk]
    ImportJob.objects.filter(pk=job.pk).update(attempts=1)
    assert jobs_sweep() == []
    ImportJob.objects.filter(pk=job.pk).update(touched_at=timezone.now() - jobs.STILL)
    offered: list[int] = []
    monkeypatch.setattr(import_job, "delay", offered.append)
    assert (import_jobs_sweep(), offered) == (1, [job.pk])
    ImportJob.objects.filter(pk=job.pk).update(attempts=jobs.MOST_ATTEMPTS)
    assert jobs_sweep() == []
    job.refresh_from_db()
    assert (job.state, job.stored) == (State.FAILED, "")


def test_a_fault_of_ours_imports_nothing_and_is_told(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.congress)
    job = job_of(upload(client, "units", units_file("县气象局")))

    def broken(*args: Any, **kwargs: Any) -> None:
        Unit.objects.create(name="半途而废局")
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "workbook_import", broken)
    confirm(client, job)
    job.refresh_from_db()
    assert (job.state, Unit.objects.filter(name="半途而废局").count()) == (State.FAILED, 0)
    assert jobs.OUR_FAULT in page(client, job)


def test_a_broker_that_is_gone_fails_no_upload(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    monkeypatch.setattr(import_job, "apply_async", gone)
    job = job_of(upload(signed_in(cast.congress), "units", units_file("县气象局")))
    assert job.state == State.WAITING


# --- templates ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_template_has_one_example_which_is_never_imported(
    cast: Cast, signed_in: SignedIn, kind: str
) -> None:
    client = signed_in(cast.system_admin if kind == "accounts" else cast.congress)
    answer = client.get(f"/office/import/template/{kind}.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert len(list(book.worksheets[0].iter_rows())) == 2
    before = counts()
    job = job_of(upload(client, kind, answer.content, session="17-4", create_missing="on"))
    assert (job.state, counts()) == (State.REFUSED, before)
    assert EXAMPLE_LEFT in {row["message"] for row in job.problems}
    headers = [cell.value for cell in next(book.worksheets[0].iter_rows())]
    assert ("答复日期" in headers) == (kind == "past")


def test_a_row_written_over_the_example_is_a_row() -> None:
    body = KINDS["units"].template()
    book = openpyxl.load_workbook(io.BytesIO(body))
    book.worksheets[0]["A2"] = "县气象局"
    out = io.BytesIO()
    book.save(out)
    parsed = read_units(out.getvalue())
    assert [row.name for row in parsed.require()] == ["县气象局"]


def test_accounts_are_opened_by_the_system_administrator(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.system_admin)
    body = workbook([("登录名", "姓名", "角色"), ("xinren1", "新人", "政府办")], name="账号")
    job = job_of(upload(client, "accounts", body))
    assert (job.state, job.outcome["made"]) == (State.CHECKED, ["xinren1（新人）"])
    assert not User.objects.filter(username="xinren1").exists()
    confirm(client, job)
    made = User.objects.get(username="xinren1")
    assert not made.has_usable_password()
    assert (made.role_grants.count(), made.role_proposals.count()) == (0, 1)


def test_the_pages_ask_the_same_whatever_the_size(cast: Cast, signed_in: SignedIn) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.congress)
    page(client, job_of(upload(client, "units", units_file("丁局"))))  # what a process reads once
    price = []
    for names in (["甲局"], [f"第{n}局" for n in range(100)]):
        job = job_of(upload(client, "units", units_file(*names)))
        with CaptureQueriesContext(connection) as queries:
            page(client, job)
        price.append(len(queries))
    assert price[0] == price[1]
    assert telling.NAMES_SHOWN >= 100
