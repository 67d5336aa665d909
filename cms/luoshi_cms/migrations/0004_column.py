"""The column 建议办理 for counties that were there before it; a new county gets it from the seed."""

import uuid

from django.db import migrations
from django.db.models import F

STEP, DIGITS = 4, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def column_add(apps, schema_editor):
    HomePage = apps.get_model("luoshi_cms", "HomePage")
    ColumnPage = apps.get_model("luoshi_cms", "ColumnPage")
    Page = apps.get_model("wagtailcore", "Page")
    ContentType = apps.get_model("contenttypes", "ContentType")
    home = HomePage.objects.first()
    if home is None or ColumnPage.objects.exists():
        return
    children = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1)
    taken = set(children.values_list("slug", flat=True))
    last = children.order_by("-path").values_list("path", flat=True).first()
    kind, _ = ContentType.objects.get_or_create(app_label="luoshi_cms", model="columnpage")
    slug = next(name for name in ("jianyi", "jianyi-banli", "jianyi-gongkai") if name not in taken)
    ColumnPage.objects.create(
        title="建议办理",
        draft_title="建议办理",
        slug=slug,
        content_type=kind,
        path=home.path + _after(last[-STEP:] if last else "0" * STEP),
        depth=home.depth + 1,
        numchild=0,
        url_path=f"{home.url_path}{slug}/",
        locale_id=home.locale_id,
        translation_key=uuid.uuid4(),
        live=True,
        show_in_menus=True,
    )
    Page.objects.filter(pk=home.pk).update(numchild=F("numchild") + 1)


def _after(step):
    number, text = int(step, 36) + 1, ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text.rjust(STEP, "0")


class Migration(migrations.Migration):
    dependencies = [
        ("luoshi_cms", "0003_pages"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(column_add, migrations.RunPython.noop)]
