from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("newsletters", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='RelayAllowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relay', models.CharField(max_length=255, unique=True, verbose_name='mail server')),
                ('tokens', models.FloatField(default=0)),
                ('counted_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'allowance of a mail server',
                'verbose_name_plural': 'allowances of mail servers',
            },
        ),
    ]
