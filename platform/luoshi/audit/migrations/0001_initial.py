import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='序号')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('heads', models.JSONField(verbose_name='各链末端')),
                ('prev_hash', models.CharField(blank=True, max_length=64, verbose_name='前一摘要')),
                ('hash', models.CharField(max_length=64, verbose_name='摘要')),
            ],
            options={
                'verbose_name': '封存',
                'verbose_name_plural': '封存',
                'ordering': ('seq',),
                'constraints': [models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='audit_seal_seq_positive')],
            },
        ),
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, verbose_name='对象')),
                ('head_seq', models.BigIntegerField(default=0, verbose_name='最后序号')),
                ('head_hash', models.CharField(blank=True, max_length=64, verbose_name='最后摘要')),
                ('sealed_seq', models.BigIntegerField(default=0, verbose_name='已封存序号')),
            ],
            options={
                'verbose_name': '审计链',
                'verbose_name_plural': '审计链',
                'indexes': [models.Index(condition=models.Q(('head_seq__gt', models.F('sealed_seq'))), fields=['id'], name='audit_stream_unsealed')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='audit_stream_key_unique'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='audit_stream_key_given'), models.CheckConstraint(condition=models.Q(('head_seq__gte', 0), ('head_seq__lt', 1000000000)), name='audit_stream_head_range')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(verbose_name='序号')),
                ('kind', models.CharField(max_length=100, verbose_name='事件')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='操作人')),
                ('actor_role', models.CharField(blank=True, max_length=50, verbose_name='身份')),
                ('payload', models.JSONField(null=True, verbose_name='内容')),
                ('payload_salt', models.CharField(max_length=32, null=True, verbose_name='盐')),
                ('payload_digest', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('prev_hash', models.CharField(blank=True, max_length=64, verbose_name='前一摘要')),
                ('hash', models.CharField(max_length=64, verbose_name='摘要')),
                ('stream', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='audit.stream', verbose_name='审计链')),
            ],
            options={
                'verbose_name': '审计事件',
                'verbose_name_plural': '审计事件',
                'ordering': ('stream', 'seq'),
                'indexes': [models.Index(fields=['at'], name='audit_event_at')],
                'constraints': [models.UniqueConstraint(fields=('stream', 'seq'), name='audit_event_seq_unique'), models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='audit_event_seq_positive')],
            },
        ),
    ]
