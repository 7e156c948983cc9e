from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("newsletters", "0007_resends_unclear"),
    ]

    operations = [
        migrations.AddField(
            model_name='renderedbody',
            name='mime_template',
            field=models.BinaryField(default=b''),
            preserve_default=False,
        ),
    ]
