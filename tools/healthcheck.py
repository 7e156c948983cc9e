"""Is this web container fit to serve? Database and migrations must be right.

Broker and beat are other containers' business: `/healthz` tells monitoring of them, and starting
this container anew would not help them.
"""

import json
import os
import sys
import urllib.error
import urllib.request

host = (
    os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*") or "localhost"
)
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
try:
    with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310  as above
        report = json.load(answer)
except urllib.error.HTTPError as error:
    report = json.load(error) if error.code == 503 else {}
except OSError as error:
    sys.exit(str(error))
sys.exit(0 if report.get("database") and report.get("migrations") else 1)
