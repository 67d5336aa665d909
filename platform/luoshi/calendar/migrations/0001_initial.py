from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField(verbose_name='年份')),
                ('seeded_from', models.CharField(blank=True, max_length=100, verbose_name='来源')),
                ('is_complete', models.BooleanField(default=False, verbose_name='已录入完整')),
            ],
            options={
                'verbose_name': '日历年度',
                'verbose_name_plural': '日历年度',
                'ordering': ('year',),
                'constraints': [models.UniqueConstraint(fields=('year',), name='calendar_year_unique'), models.CheckConstraint(condition=models.Q(('year__range', (1950, 2200))), name='calendar_year_range')],
            },
        ),
        migrations.CreateModel(
            name='DayOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('kind', models.CharField(choices=[('off', '放假'), ('work', '上班（调休）')], max_length=4, verbose_name='安排')),
                ('name', models.CharField(blank=True, max_length=50, verbose_name='名称')),
            ],
            options={
                'verbose_name': '放假与调休',
                'verbose_name_plural': '放假与调休',
                'ordering': ('day',),
                'constraints': [models.UniqueConstraint(fields=('day',), name='calendar_day_unique'), models.CheckConstraint(condition=models.Q(('kind__in', ['off', 'work'])), name='calendar_day_kind_valid')],
            },
        ),
    ]
