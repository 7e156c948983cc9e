# One image for web, worker and beat: the command decides (docker-compose.yml).

# --- packages, catalogues and static files ------------------------------------------------------
FROM python:3.11-slim AS build

RUN python -m venv /opt/venv
WORKDIR /portal
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --requirement requirements.txt
COPY . .
# In demo mode no server is needed; what it writes beside the results stays in this stage.
RUN export PORTAL_MODE=demo PORTAL_VAR=/tmp/var STATIC_ROOT=/portal/staticfiles \
    && /opt/venv/bin/python manage.py messages compile \
    && /opt/venv/bin/python manage.py collectstatic --noinput \
    && /opt/venv/bin/python -m compileall -q .

# --- what runs ----------------------------------------------------------------------------------
FROM python:3.11-slim

# Pango for PDF; the rest of what WeasyPrint needs comes with its Python packages.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --group portal /data/media /data/private

COPY --from=build /opt/venv /opt/venv
COPY --from=build /portal /portal

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_MODE=production \
    PORTAL_VAR=/data \
    STATIC_ROOT=/portal/staticfiles \
    WEB_CONCURRENCY=3

WORKDIR /portal
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "tools/healthcheck.py"]
CMD ["gunicorn", "kit_portal.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", \
     "--max-requests", "5000", "--max-requests-jitter", "500", "--timeout", "60", \
     "--no-control-socket", "--access-logfile", "-"]
