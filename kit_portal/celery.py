"""The Celery app and its timetable.

The database is the truth and a task only a kick, so the timetable is short: the minute tick asks
the database what is due.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kit_portal.settings")

app = Celery("kit_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "heartbeat": {"task": "kit_portal.common.tasks.beat_heartbeat", "schedule": 60.0},
    "newsletters": {"task": "newsletters.tasks.tick", "schedule": 60.0},
    "adopted reports": {"task": "measures.tasks.finish_adopted_reports", "schedule": 300.0},
    "feedback": {"task": "welcome.tasks.send_waiting_answers", "schedule": 300.0},
    "interpreter requests": {
        "task": "interpreters.tasks.send_waiting_request_mails",
        "schedule": 600.0,
    },
    "table imports": {"task": "measures.tasks.tidy_table_imports", "schedule": 600.0},
    "evaluation mails": {
        "task": "measures.tasks.mail_waiting_participants",
        "schedule": 600.0,
    },
    "evaluation reminders": {
        "task": "measures.tasks.remind_participants",
        "schedule": crontab(hour="7", minute="30"),
    },
    "indicators": {
        "task": "measures.tasks.count_indicators",
        "schedule": crontab(hour=3, minute=20),
    },
    "readers": {"task": "newsletters.tasks.attend_to_readers", "schedule": 60.0},
    "bounces": {"task": "newsletters.tasks.look_after_bounces", "schedule": 300.0},
    "retention": {"task": "newsletters.tasks.forget_what_is_over", "schedule": 3600.0},
}
