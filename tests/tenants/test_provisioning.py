"""Making a county from the script, compared with what the migrations themselves make."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from template_facts import schema_facts, template_facts
from wagtail.models import Page, Site

from luoshi.accounts.models import User
from luoshi.errors import Invalid
from luoshi_tenants.context import county_context, public_context
from luoshi_tenants.models import City, County, Domain, Province
from luoshi_tenants.provisioning import digest, script
from luoshi_tenants.provisioning.services import (
    IncompleteSchemaError,
    county_create,
    province_ensure,
    tables_expected,
    tables_verify,
)

pytestmark = pytest.mark.pg15


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def test_script_makes_what_the_migrations_make(county):
    """A later migration drops constraints by name: the names must be those of the migrations."""
    made, migrated = schema_facts(county.schema_name), template_facts()
    assert made["constraints"] == migrated["constraints"]
    assert made["indexes"] == migrated["indexes"]
    assert made["columns"] == migrated["columns"]
    assert len(made["constraints"]) > 100


def test_no_key_leads_out_of_the_schema(county):
    assert rows(
        "SELECT count(*) FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
        " JOIN pg_class f ON f.oid = c.confrelid JOIN pg_namespace n ON n.oid = r.relnamespace"
        " WHERE n.nspname = %s AND f.relnamespace <> r.relnamespace",
        county.schema_name,
    ) == [(0,)]


def test_public_holds_only_the_tenants_tables(county):
    found = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    ours = {model._meta.db_table for model in apps.get_app_config("luoshi_tenants").get_models()}
    assert found == ours | {"django_migrations"}


def test_ids_of_content_types_and_permissions_are_the_same_everywhere(two_counties):
    """Would leak: a process-wide cache that hands an id of one county to another then points at another
    model.
    """
    for sql in (
        "SELECT id, app_label, model FROM {}.django_content_type ORDER BY id",
        "SELECT id, content_type_id, codename FROM {}.auth_permission ORDER BY id",
    ):
        first, second = (rows(sql.format(county.schema_name)) for county in two_counties)
        assert first == second
        assert first != []


def test_new_county_holds_no_user(county):
    """Would leak: an account of the template would open every county with the same password."""
    assert User.objects.count() == 0


def test_site_has_the_countys_own_host(two_counties):
    """Would leak: links made from Wagtail's default site would all point at localhost."""
    found = []
    for county in two_counties:
        with county_context(county):
            found.append([(site.hostname, site.port, site.site_name) for site in Site.objects.all()])
    assert found == [
        [("hengnan.localhost", 8000, "衡南县人大代表建议办理公开")],
        [("xinhua.localhost", 8000, "新化县人大代表建议办理公开")],
    ]


def test_page_tree_is_whole(county):
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"code": "4304"}, "县代码“4304”不对：应为六位数字（GB/T 2260），如 430422"),
        ({"code": "４３０５２３"}, "县代码“４３０５２３”不对：应为六位数字（GB/T 2260），如 430422"),
        ({"name": " "}, "请填写县名"),
        ({"level": "town"}, "级别“town”不对：应为 county（县）或 city（不设区县的市）"),
        ({"hosts": []}, "请至少给出一个主机名，如 hengnan.localhost"),
        ({"hosts": ["xinhua.localhost"]}, "主机名 xinhua.localhost 已被占用"),
        ({"hosts": ["XinHua.localhost."]}, "主机名 xinhua.localhost 已被占用"),
        (
            {"hosts": ["new.localhost:8000"]},
            "主机名“new.localhost:8000”不对：只写域名，不带端口和路径，如 hengnan.localhost",
        ),
        ({"province_code": "990000"}, "没有代码为 990000 的省：请先建立省"),
        ({"city_code": "990100"}, "省 430000 中没有代码为 990100 的市：请先建立市"),
        ({"code": "431322"}, "县 431322 已经存在"),
    ],
)
def test_wrong_input_is_named_and_leaves_nothing(county, changes, message):
    good = {"code": "430523", "name": "邵阳县", "province_code": "430000", "hosts": ["shaoyang.localhost"]}
    with public_context():
        before = (County.objects.count(), Domain.objects.count())
        with pytest.raises(Invalid) as caught:
            county_create(**{**good, **changes})
        assert [problem.message for problem in caught.value.problems] == [message]
        assert (County.objects.count(), Domain.objects.count()) == before
    assert rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'c430523'") == [(0,)]


def test_failing_setup_leaves_nothing(county, settings):
    settings.LUOSHI_COUNTY_SETUP = ["tests_no_such.module"]
    with public_context(), pytest.raises(ImportError):
        county_create(code="430523", name="邵阳县", province_code="430000", hosts=["shaoyang.localhost"])
    with public_context():
        assert not County.objects.filter(code="430523").exists()
    assert rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'c430523'") == [(0,)]


def test_schema_of_unknown_origin_is_not_taken_over(county):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA c430523")
    with pytest.raises(Invalid, match="数据库中已有模式 c430523"):
        county_create(code="430523", name="邵阳县", province_code="430000", hosts=["shaoyang.localhost"])


def test_created_county_works_at_once(county):
    made = county_create(
        code="620200", name="嘉峪关市", province_code="430000", hosts=["jiayuguan.localhost"], level="city"
    )
    assert (made.schema_name, made.view.level, made.view.code) == ("c620200", "city", "620200")
    assert connection.schema_name == county.schema_name
    with county_context(made):
        assert User.objects.count() == 0


def test_missing_table_is_found(county):
    tables_verify(county.schema_name)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE wagtailredirects_redirect")
    with pytest.raises(IncompleteSchemaError, match="缺少数据表：wagtailredirects_redirect"):
        tables_verify(county.schema_name)


def test_expected_tables_are_the_real_ones(county):
    real = {
        name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = %s", county.schema_name)
    }
    assert real == set(tables_expected())


def test_script_of_another_state_has_another_name(county, monkeypatch):
    before = digest.deployment_digest()
    assert before == digest.deployment_digest()
    monkeypatch.setattr(digest, "server_major", lambda: 99)
    assert digest.deployment_digest() != before


def test_script_is_not_built_inside_a_transaction(county, settings, tmp_path):
    settings.LUOSHI_CACHE = tmp_path
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        script.script_ensure()


def test_statements_keep_what_stands_in_quotes():
    dump = (
        "\\restrict abc\n-- a comment; with a semicolon\nSET x = 1;\n"
        "INSERT INTO t VALUES ('a;b -- c', 'it''s\n\\not a command\n');\n"
        'CREATE TABLE "odd;name" (id bigint);\n\\unrestrict abc\n'
    )
    assert list(script.statements(dump)) == [
        "SET x = 1",
        "INSERT INTO t VALUES ('a;b -- c', 'it''s\n\\not a command\n')",
        'CREATE TABLE "odd;name" (id bigint)',
    ]


def test_cut_off_dump_is_refused():
    with pytest.raises(ValueError, match="ends inside a statement"):
        list(script.statements("CREATE TABLE a (id int);\nCREATE TABLE b"))


def test_script_loses_the_templates_name():
    made = script.script_from_dump(
        "CREATE SCHEMA tpl_1;\nCREATE TABLE tpl_1.a (id int);\n"
        "SELECT pg_catalog.setval('tpl_1.a_id_seq', 3, true);\n",
        "tpl_1",
    )
    assert made == "CREATE TABLE a (id int);\nSELECT pg_catalog.setval('a_id_seq', 3, true);\n"


def test_domain_belongs_to_a_county_or_a_province(county):
    with public_context():
        province = Province.objects.get(code="430000")
        for wrong in ({}, {"county": county, "province": province}):
            with pytest.raises(Exception, match="tenants_domain_county_or_province"), transaction.atomic():
                Domain.objects.create(host="x.localhost", is_primary=False, **wrong)


def test_province_and_city_values_are_brought_up_to_date(county):
    with public_context():
        province_ensure(
            code="430000", name="湖南", hosts=["hunan.localhost", "hn.localhost"], methods_allowed=["a"]
        )
        province = Province.objects.get(code="430000")
        assert (province.name, province.methods_allowed) == ("湖南", ["a"])
        assert sorted(d.host for d in province.domains.all()) == ["hn.localhost", "hunan.localhost"]
        assert County.objects.get(code="430422").view.methods_allowed == frozenset({"a"})
        assert City.objects.get(code="430400").province_id == province.pk


def test_counties_cannot_be_read_while_one_is_bound(county):
    with pytest.raises(ProgrammingError, match="luoshi_tenants_county"), transaction.atomic():
        County.objects.count()
