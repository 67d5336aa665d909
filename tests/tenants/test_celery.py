"""Tasks know their county, or they do not run."""

import pytest
from celery import shared_task
from django.db import connection, transaction

from luoshi.tenancy import NoCounty, tenant_current
from luoshi_site.celery import app
from luoshi_tenants import celery as county_celery
from luoshi_tenants.celery import HEADER, CountyTask, PublicTask, fan_out, prefork_only
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.models import County
from luoshi_tenants.tasks import fan_out_task

pytestmark = pytest.mark.pg15

ran: list[str] = []


@shared_task(name="tests.where")
def where() -> str:
    ran.append(tenant_current().code)
    return tenant_current().code


@shared_task(name="tests.careless")
def careless() -> None:
    """A task that never asks which county it is in; only its base can stop it."""
    ran.append(connection.schema_name)


@shared_task(name="tests.where_public", base=PublicTask)
def where_public() -> str:
    return connection.schema_name


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()


@pytest.fixture
def sent(monkeypatch):
    """What would go to the broker: name, headers, countdown."""
    found = []

    def send_task(name, args=None, kwargs=None, **options):
        found.append((name, options["headers"][HEADER], options.get("countdown"), options.get("expires")))

    monkeypatch.setattr(app, "send_task", send_task)
    return found


def test_every_task_of_the_product_is_bound(county):
    app.loader.import_default_modules()
    product = {name: task for name, task in app.tasks.items() if not name.startswith(("celery.", "tests."))}
    assert {"outbox.drain", "audit.seal", "tenants.fan_out"} <= set(product)
    assert [name for name, task in product.items() if not isinstance(task, CountyTask)] == []
    assert [name for name, task in product.items() if task.public] == ["tenants.fan_out"]


def test_task_runs_in_the_county_it_was_sent_from(two_counties):
    with county_context(two_counties[1]):
        assert where.apply().get() == "431322"
    assert connection.schema_name == "c430422"


def test_worker_binds_the_county_of_the_headers(two_counties):
    """As in a worker: the connection stands elsewhere, the headers say where the task belongs."""
    with public_context():
        result = where.apply(headers={HEADER: "c431322"})
        assert (result.get(), connection.schema_name) == ("431322", "public")


def test_sending_without_a_county_raises(county, sent):
    """Would leak: upstream sends it and runs it in ``public`` without a word."""
    with public_context():
        for send in (where.delay, where.apply_async, where.apply):
            with pytest.raises(NoCounty):
                send()
    assert (sent, ran) == ([], [])


@pytest.mark.parametrize("schema", [None, "", "public"])
def test_worker_refuses_a_message_without_a_county(county, monkeypatch, schema):
    """Would leak: a message of an older release, or a forged one, has no county in its headers."""
    monkeypatch.setattr(CountyTask, "_headers", lambda self, given: {HEADER: schema})
    with public_context():
        result = careless.apply()
        assert isinstance(result.result, NoCounty)
    with county_context(county):
        result = careless.apply()
        assert isinstance(result.result, NoCounty)
    assert ran == []


def test_worker_refuses_an_unknown_county(county, monkeypatch):
    """Would leak: the signal that binds the county fails, Celery logs that and would run the task all the
    same.
    """
    with public_context():
        result = careless.apply(headers={HEADER: "c999999"})
        assert isinstance(result.result, NoCounty)
        assert connection.schema_name == "public"
    assert ran == []


def test_plain_call_needs_a_county_too(county):
    careless()
    with public_context(), pytest.raises(NoCounty):
        careless()
    assert ran == ["c430422"]


def test_public_task_runs_in_public_wherever_it_is_sent_from(county):
    assert where_public.apply().get() == "public"
    with pytest.raises(NoCounty):
        where_public()
    with public_context():
        assert where_public() == "public"


def test_sending_at_the_commit_keeps_the_county_of_the_moment(
    two_counties, sent, django_capture_on_commit_callbacks
):
    """Would leak: at the commit another county, or none, may be bound."""
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        where.delay_on_commit()
        connection.set_tenant(two_counties[1])
        where.apply_async_on_commit()
        connection.set_schema_to_public()
        with pytest.raises(NoCounty):
            where.delay_on_commit()
    assert [(name, schema) for name, schema, _, _ in sent] == [
        ("tests.where", "c430422"),
        ("tests.where", "c431322"),
    ]


def test_fan_out_sends_once_for_each_active_county_at_its_own_moment(two_counties, sent):
    with public_context():
        assert fan_out_task("tests.where", jitter_seconds=100, expires=60) == 2
    assert [(name, schema) for name, schema, _, _ in sent] == [
        ("tests.where", "c430422"),
        ("tests.where", "c431322"),
    ]
    waits = [wait or 0 for _, _, wait, _ in sent]
    assert all(0 <= wait < 100 for wait in waits)
    assert len(set(waits)) == 2
    assert [expires for *_, expires in sent] == [wait + 60 for wait in waits]
    first = list(sent)
    sent.clear()
    assert fan_out(where, jitter_seconds=100, expires=60) == 2
    assert sent == first
    with public_context():
        County.objects.filter(code="431322").update(is_active=False)
    assert fan_out(where) == 1


def test_schedule_names_tasks_that_exist(county):
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] == "tenants.fan_out"
        assert not app.tasks[entry["kwargs"]["task_name"]].public
        assert entry["kwargs"]["jitter_seconds"] < app.conf.broker_transport_options["visibility_timeout"]


def test_only_json_is_accepted_and_lost_tasks_come_back():
    assert app.conf.accept_content == ["json"]
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.broker_transport_options["unacked_restore_interval"] == 2


@pytest.mark.parametrize("pool", ["threads", "gevent", "eventlet"])
def test_worker_with_threads_is_refused(pool):
    """Would leak: threads share the task object, on which the schema to go back to is kept."""
    with pytest.raises(SystemExit, match="prefork"):
        prefork_only(options={"pool": pool})


def test_prefork_worker_is_let_through():
    prefork_only(options={"pool": "prefork"})
    prefork_only(options={})
    assert county_celery.prefork_only is prefork_only
