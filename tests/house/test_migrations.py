"""Every migration of ours and of the installed methods keeps the rules; each rule is shown a bad sample."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation

from .migration_linter import Finding, Household, collect_sql, migration_findings

# Columns that a library's abstract model brings along. Each with the reason why it may stay as it is.
EXEMPT = {
    "luoshi_tenants.provincesession.session_key": "Django's session store finds its sessions by this text "
    "key; the table stands in public, which is never distributed",
    "luoshi_tenants.provincesession.expire_date": "Django's abstract session declares the index; the table "
    "stands in public, which is never distributed",
}


def labels(names: list[str]) -> frozenset[str]:
    """Labels of the apps that a setting lists."""
    return frozenset(AppConfig.create(name).label for name in names)


def household() -> Household:
    """The product as it is installed here."""
    ours = frozenset(
        config.label
        for config in apps.get_app_configs()
        if config.name.partition(".")[0].startswith("luoshi") or config.name in settings.METHOD_APPS
    )
    return Household(
        county=labels(settings.TENANT_APPS), shared=labels(settings.SHARED_APPS), ours=ours, exempt=EXEMPT
    )


def our_migrations(house: Household) -> Iterator[tuple[migrations.Migration, ProjectState]]:
    """Our migrations in an order in which they may run, each with the state before it.

    What needs the fewest others comes first: the less stands there, the quicker a state of it is made.
    """
    loader = MigrationLoader(None, ignore_no_migrations=True)
    state = ProjectState(real_apps=loader.unmigrated_apps)
    seen = set()
    plans = [loader.graph.forwards_plan(leaf) for leaf in sorted(loader.graph.leaf_nodes())]
    for plan in sorted(plans, key=len):
        for key in plan:
            if key in seen:
                continue
            seen.add(key)
            migration = loader.graph.nodes[key]
            if key[0] in house.ours:
                yield migration, state
            state = migration.mutate_state(state, preserve=False)


def test_every_migration_of_ours_keeps_the_rules() -> None:
    house = household()
    read, found = [], []
    for migration, before in our_migrations(house):
        read.append(f"{migration.app_label}.{migration.name}")
        found += migration_findings(migration, before, house)
    assert read, "no migration of ours was found, so nothing was read"
    assert not found, "\n" + "\n".join(str(finding) for finding in found)


def test_every_app_of_ours_with_tables_has_migrations() -> None:
    house = household()
    with_tables = {config.label for config in apps.get_app_configs() if list(config.get_models())}
    migrated = {migration.app_label for migration, _ in our_migrations(house)}
    assert (with_tables & house.ours) - migrated == set()


def test_no_change_of_a_model_is_without_its_migration() -> None:
    house = household()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert {label: names for label, names in loader.detect_conflicts().items() if label in house.ours} == {}
    detector = MigrationAutodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner()
    )
    with translation.override(None):  # as makemigrations does, else verbose names differ by language
        changes = detector.changes(graph=loader.graph)
    missing = {
        label: [operation.describe() for migration in changes[label] for operation in migration.operations]
        for label in changes.keys() & house.ours
    }
    assert missing == {}


def test_every_exemption_still_stands_for_a_column() -> None:
    columns = {
        f"{model._meta.label_lower}.{column.column}"
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.local_fields
    }
    assert EXEMPT.keys() - columns == set()


# Bad samples, one for each rule, in a small invented household

SAMPLE_HOUSE = Household(
    county=frozenset({"suggestions", "accounts", "method_a", "method_b", "library"}),
    shared=frozenset({"luoshi_tenants"}),
    ours=frozenset({"suggestions", "accounts", "method_a", "method_b", "luoshi_tenants"}),
    exempt={"suggestions.lent.loaned": "a library's abstract model brings it"},
)


def table(name: str, *fields: tuple[str, Any], **options: Any) -> migrations.CreateModel:
    key = ("id", models.BigAutoField(primary_key=True))
    return migrations.CreateModel(name, [key, *fields], options=options)


def key_to(target: str, **options: Any) -> Any:
    return models.ForeignKey(target, on_delete=models.CASCADE, related_name="+", **options)


def state_before() -> ProjectState:
    state = ProjectState()
    for label in sorted(SAMPLE_HOUSE.county | SAMPLE_HOUSE.shared):
        table("Old", ("size", models.IntegerField(default=0))).state_forwards(label, state)
    return state


def state_after(operation: Any) -> ProjectState:
    state = state_before()
    operation.state_forwards("suggestions", state)
    return state


def rules_broken(*operations: Any, label: str = "suggestions") -> list[str]:
    return [finding.rule for finding in findings(*operations, label=label)]


def findings(*operations: Any, label: str = "suggestions") -> list[Finding]:
    body = {"operations": list(operations), "__module__": "sample"}
    sample = type("Migration", (migrations.Migration,), body)
    return migration_findings(sample("0002_sample", label), state_before(), SAMPLE_HOUSE)


def nothing(apps: Any, schema_editor: Any) -> None:
    """A data migration that moves nothing."""


def test_a_good_migration_breaks_no_rule() -> None:
    assert (
        findings(
            table(
                "New",
                ("size", models.SmallIntegerField(default=1)),
                ("other_id", models.BigIntegerField(null=True)),
                ("name", models.CharField(max_length=20, default="it's CHECK UNIQUE")),
                ("user", key_to("accounts.Old")),
                ("library", key_to("library.Old")),
                ("users", models.ManyToManyField("accounts.Old", related_name="+")),
                constraints=[
                    models.UniqueConstraint(fields=["name"], name="suggestions_new_name_uniq"),
                    models.CheckConstraint(
                        condition=models.Q(size__gte=0), name="suggestions_new_size_positive"
                    ),
                    models.UniqueConstraint(
                        fields=["size"], condition=models.Q(size__gt=1), name="suggestions_new_size_uniq"
                    ),
                ],
                indexes=[models.Index(fields=["size"], name="suggestions_new_size_idx")],
            ),
            migrations.AddField("old", "user", key_to("accounts.Old", null=True)),
            migrations.AddField("old", "colour", models.CharField(max_length=9, default="red")),
            migrations.AddConstraint(
                "old", models.UniqueConstraint(fields=["colour"], name="suggestions_old_colour_uniq")
            ),
            migrations.AlterField("old", "colour", models.CharField(max_length=10, default="red")),
            migrations.RemoveConstraint("old", "suggestions_old_colour_uniq"),
            migrations.RemoveField("old", "colour"),
        )
        == []
    )


def test_data_and_hand_written_sql_are_well_in_migrations_of_their_own() -> None:
    assert findings(migrations.RunPython(nothing, nothing)) == []
    assert findings(migrations.RunSQL(["UPDATE suggestions_old SET size = 0", "SELECT 1"], "SELECT 1;")) == []


@pytest.mark.parametrize(
    ("rule", "operations"),
    [
        ("unnamed-check", [table("New", ("size", models.PositiveIntegerField()))]),
        ("unnamed-check", [migrations.AddField("old", "n", models.PositiveSmallIntegerField(default=0))]),
        ("unnamed-check", [migrations.AlterField("old", "size", models.PositiveBigIntegerField(default=0))]),
        ("unnamed-check", [migrations.RunSQL("ALTER TABLE suggestions_old ADD CHECK (size > 0)")]),
        ("unnamed-unique", [table("New", ("name", models.CharField(max_length=9, unique=True)))]),
        (
            "unnamed-unique",
            [table("New", ("user", models.OneToOneField("accounts.Old", models.CASCADE, related_name="+")))],
        ),
        ("unnamed-unique", [migrations.AddField("old", "n", models.IntegerField(null=True, unique=True))]),
        ("unnamed-unique", [migrations.AlterField("old", "size", models.IntegerField(unique=True))]),
        ("unnamed-unique", [migrations.RunSQL("ALTER TABLE suggestions_old ADD UNIQUE (size)")]),
        ("unnamed-exclude", [migrations.RunSQL("ALTER TABLE suggestions_old ADD EXCLUDE (size WITH =)")]),
        (
            "unnamed-together",
            [table("New", ("size", models.IntegerField()), unique_together={("id", "size")})],
        ),
        ("unnamed-together", [migrations.AlterUniqueTogether("old", {("id", "size")})]),
        ("unnamed-index", [table("New", ("name", models.SlugField()))]),
        ("unnamed-index", [migrations.AlterField("old", "size", models.IntegerField(db_index=True))]),
        ("unnamed-index", [migrations.RunSQL("CREATE INDEX ON suggestions_old (size)")]),
        ("name", [migrations.AddIndex("old", models.Index(fields=["size"], name="by_size"))]),
        (
            "name",
            [
                migrations.AddConstraint(
                    "old", models.UniqueConstraint(fields=["size"], name="suggestions_" + "长" * 20)
                )
            ],
        ),
        (
            "name",
            [
                table(
                    "New",
                    ("size", models.IntegerField()),
                    constraints=[models.CheckConstraint(condition=models.Q(size=1), name="one")],
                )
            ],
        ),
        ("bigint", [migrations.CreateModel("New", [("id", models.AutoField(primary_key=True))])]),
        (
            "bigint",
            [migrations.CreateModel("New", [("code", models.CharField(max_length=6, primary_key=True))])],
        ),
        ("bigint", [migrations.AddField("old", "event_id", models.IntegerField(null=True))]),
        (
            "trigger",
            [migrations.RunSQL("CREATE TRIGGER t BEFORE UPDATE ON suggestions_old EXECUTE FUNCTION f()")],
        ),
        (
            "trigger",
            [migrations.RunSQL("create or replace function f() returns trigger language plpgsql as $$ $$")],
        ),
        (
            "trigger",
            [migrations.RunSQL("CREATE RULE r AS ON DELETE TO suggestions_old DO INSTEAD NOTHING")],
        ),
        ("extension", [migrations.RunSQL("CREATE EXTENSION pg_trgm")]),
        ("extension", [CreateExtension("pg_trgm")]),
        ("schema", [migrations.RunSQL("UPDATE public.suggestions_old SET size = 0")]),
        ("schema", [migrations.RunSQL('UPDATE "c431322"."suggestions_old" SET size = 0')]),
        ("schema", [migrations.RunSQL("SET LOCAL search_path TO public")]),
        ("foreign-key", [migrations.AddField("old", "county", key_to("luoshi_tenants.Old", null=True))]),
        (
            "foreign-key",
            [
                migrations.AddField(
                    "old", "county", key_to("luoshi_tenants.Old", null=True, db_constraint=False)
                )
            ],
        ),
        (
            "foreign-key",
            [
                migrations.AddField(
                    "old", "counties", models.ManyToManyField("luoshi_tenants.Old", related_name="+")
                )
            ],
        ),
        ("one-concern", [migrations.RunPython(nothing), migrations.RemoveField("old", "size")]),
        ("one-concern", [migrations.RunSQL("SELECT 1"), migrations.RunPython(nothing)]),
        (
            "one-concern",
            [
                migrations.SeparateDatabaseAndState([migrations.RunPython(nothing)]),
                migrations.RemoveField("old", "size"),
            ],
        ),
        ("one-statement", [migrations.RunSQL("SELECT 1; SELECT 2")]),
        ("one-statement", [migrations.RunSQL("SELECT 1", reverse_sql="SELECT 1; SELECT 2")]),
    ],
)
def test_a_bad_migration_is_found(rule: str, operations: list[Any]) -> None:
    assert rules_broken(*operations) == [rule]


@pytest.mark.parametrize(
    ("label", "target", "broken"),
    [
        ("suggestions", "accounts.Old", []),
        ("method_a", "suggestions.Old", []),
        ("accounts", "suggestions.Old", ["upward-key"]),
        ("suggestions", "method_a.Old", ["upward-key"]),
        ("method_a", "method_b.Old", ["upward-key"]),
        ("luoshi_tenants", "library.Old", ["foreign-key"]),
        ("luoshi_tenants", "luoshi_tenants.Old", []),
    ],
)
def test_a_key_points_down_and_stays_in_its_schema(label: str, target: str, broken: list[str]) -> None:
    assert rules_broken(migrations.AddField("old", "other", key_to(target, null=True)), label=label) == broken


class Percent(models.IntegerField):
    """A column type that brings a check of its own, as a library's field may."""

    def db_parameters(self, connection: Any) -> Any:
        return {**super().db_parameters(connection), "check": f'"{self.column}" <= 100'}


def test_what_only_the_sql_shows_is_found() -> None:
    added = migrations.AddField("old", "share", Percent(default=0))
    assert rules_broken(table("New", ("share", Percent()))) == ["unnamed-check"]
    assert rules_broken(added) == ["unnamed-check"]
    assert collect_sql("suggestions", added, state_before(), state_after(added)) == [
        'ALTER TABLE "suggestions_old" ADD COLUMN "share" integer DEFAULT %s NOT NULL CHECK ("share" <= 100)',
        'ALTER TABLE "suggestions_old" ALTER COLUMN "share" DROP DEFAULT',
    ]


def test_an_exemption_binds_one_column_only() -> None:
    lent = table(
        "Lent",
        ("loaned", models.PositiveIntegerField(unique=True)),
        ("other", models.PositiveIntegerField()),
    )
    assert [finding.message for finding in findings(lent)] == [
        "lent.other: use a plain integer field and a named CheckConstraint"
    ]


def test_sql_hidden_in_a_data_migration_is_read() -> None:
    def hidden(apps: Any, schema_editor: Any) -> None:
        schema_editor.execute("CREATE TRIGGER t AFTER INSERT ON suggestions_old EXECUTE FUNCTION f()")

    assert rules_broken(migrations.RunPython(hidden)) == ["trigger"]
