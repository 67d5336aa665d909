"""Room for every role that one person may hold: fifty characters made such a person's acts fail."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="actor_role",
            field=models.CharField(blank=True, max_length=300, verbose_name="身份"),
        ),
    ]
