from django.db import migrations


def count(apps, schema_editor):
    """Finished issues get their counts; one without rows counts as sent to all, as it said."""
    Issue = apps.get_model("newsletters", "Issue")
    Delivery = apps.get_model("newsletters", "Delivery")
    for issue in Issue.objects.filter(state="sent"):
        rows = Delivery.objects.filter(issue=issue)
        issue.failed_count = rows.filter(state="failed").count()
        issue.skipped_count = rows.filter(state="skipped").count()
        issue.sent_count = issue.audience_count - issue.failed_count - issue.skipped_count
        issue.save(update_fields=["sent_count", "failed_count", "skipped_count"])


class Migration(migrations.Migration):

    dependencies = [
        ("newsletters", "0004_issue_counts"),
    ]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
