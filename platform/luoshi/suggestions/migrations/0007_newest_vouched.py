"""Of the publications that are there already, the newest version may be shown."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def newest_vouched(apps, schema_editor):
    Publication = apps.get_model("suggestions", "Publication")
    PublishedVersion = apps.get_model("suggestions", "PublishedVersion")
    newest = PublishedVersion.objects.filter(publication=OuterRef("pk")).order_by("-number")
    Publication.objects.update(vouched_digest=Coalesce(Subquery(newest.values("digest")[:1]), models.Value("")))


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0006_vouched_digest")]

    operations = [migrations.RunPython(newest_vouched, migrations.RunPython.noop)]
