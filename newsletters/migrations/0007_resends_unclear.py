from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("newsletters", "0006_finished_issue_balances"),
    ]

    operations = [
        migrations.AddField(
            model_name='newsletter',
            name='resends_unclear',
            field=models.BooleanField(default=False, help_text='When nobody can know whether a mail arrived, it is sent once more after a day: the reader may get it twice. Off: you decide for each.', verbose_name='send unclear mails again'),
        ),
    ]
