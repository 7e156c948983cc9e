import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0002_quarter'),
        ('measures', '0004_drop_moved_columns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EvaluationRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('modified_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('year', models.PositiveSmallIntegerField(unique=True, validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('ends_on', models.DateField(verbose_name='ends on')),
                ('reminds', models.BooleanField(default=True, help_text='Who has not handed in everything gets one mail a week.', verbose_name='remind automatically')),
            ],
            options={
                'verbose_name': 'evaluation round',
                'verbose_name_plural': 'evaluation rounds',
                'ordering': ('-year',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='evaluationrequest',
            name='measures_asked_once_a_year',
        ),
        migrations.AddField(
            model_name='evaluationreply',
            name='still_correct',
            field=models.BooleanField(default=False, help_text='What the portal says of the measure is still correct.', verbose_name='nothing has changed'),
        ),
        migrations.AddField(
            model_name='evaluationrequest',
            name='includes_partners',
            field=models.BooleanField(default=False, help_text='Otherwise only those that it leads.', verbose_name='also measures where it is a partner'),
        ),
        migrations.AddField(
            model_name='evaluationrequest',
            name='to_mail',
            field=models.CharField(blank=True, choices=[('', 'nothing'), ('request', 'request'), ('reminder', 'reminder'), ('returned', 'what was returned')], default='request', max_length=8, verbose_name='mail to be sent'),
        ),
        migrations.AlterField(
            model_name='evaluationreply',
            name='figures',
            field=models.JSONField(blank=True, default=dict, help_text='{indicator’s key: {“value”: decimal text, “whole”: decimal text or empty}}', verbose_name='figures'),
        ),
        migrations.AddConstraint(
            model_name='evaluationreply',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'returned')), models.Q(('verdict__in', ('modify', 'ended')), _negated=True), models.Q(('reasoning', ''), _negated=True), _connector='OR'), name='measures_reply_has_reason', violation_error_message='Say why: the council will ask what is to change.'),
        ),
        migrations.AddConstraint(
            model_name='evaluationrequest',
            constraint=models.UniqueConstraint(fields=('organisation', 'year'), name='measures_asked_once', violation_error_message='The organisation has been asked for this year already.'),
        ),
    ]
