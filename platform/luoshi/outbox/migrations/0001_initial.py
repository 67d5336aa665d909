import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=100, verbose_name='主题')),
                ('key', models.CharField(blank=True, max_length=200, verbose_name='对象')),
                ('payload', models.JSONField(verbose_name='内容')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='写入时间')),
                ('available_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='可处理时间')),
                ('attempts', models.IntegerField(default=0, verbose_name='失败次数')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='完成时间')),
                ('last_error', models.TextField(blank=True, verbose_name='最近错误')),
            ],
            options={
                'verbose_name': '待发消息',
                'verbose_name_plural': '待发消息',
                'ordering': ('id',),
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['id'], name='outbox_message_open'), models.Index(condition=models.Q(('done_at', None)), fields=['topic', 'key', 'id'], name='outbox_message_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('topic', ''), _negated=True), name='outbox_message_topic_given'), models.CheckConstraint(condition=models.Q(('attempts__gte', 0)), name='outbox_message_attempts_valid')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('consumer', models.CharField(max_length=100, verbose_name='消费者')),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='outbox.message', verbose_name='消息')),
            ],
            options={
                'verbose_name': '送达记录',
                'verbose_name_plural': '送达记录',
                'constraints': [models.UniqueConstraint(fields=('message', 'consumer'), name='outbox_delivery_unique')],
            },
        ),
    ]
