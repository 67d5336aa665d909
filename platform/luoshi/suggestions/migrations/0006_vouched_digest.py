"""Which version of a publication may be shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0005_publishing")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="vouched_digest",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="可公开版摘要"
            ),
        ),
    ]
