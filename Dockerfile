# One image for the server and for workers: `docker build -t tescosense .`. What PostgreSQL, Redis and real models need
# is in docs/engineers.md, "In containers"; compose.yaml puts them together.

FROM node:22.20-bookworm-slim AS dashboard
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
# Not `npm ci`: it refuses a lock that lacks an optional package of another platform.
RUN npm install --no-save --no-audit --no-fund --loglevel=error
COPY frontend ./
RUN NEXT_TELEMETRY_DISABLED=1 npm run build

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements/uv.txt requirements/run.txt requirements/
RUN python -m venv /opt/uv \
    && /opt/uv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && /opt/uv/bin/uv venv --python python /opt/tescosense \
    && /opt/uv/bin/uv pip install --no-cache --python /opt/tescosense/bin/python --require-hashes -r requirements/run.txt
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY agents agents
COPY api api
COPY bench bench
COPY cli cli
COPY domain domain
COPY graph graph
COPY llm_mocks llm_mocks
COPY prompts prompts
COPY runtime runtime
COPY storage storage
COPY world world
COPY --from=dashboard /src/frontend/out frontend/out
RUN /opt/uv/bin/uv pip install --no-cache --no-deps --no-build-isolation --python /opt/tescosense/bin/python .

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 tescosense \
    && useradd --system --uid 10001 --gid tescosense --home-dir /data --shell /usr/sbin/nologin tescosense \
    && install -d -o tescosense -g tescosense -m 700 /data
COPY --from=build /opt/tescosense /opt/tescosense
ENV PATH="/opt/tescosense/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    TESCOSENSE_DATA_DIR=/data \
    TESCOSENSE_HOST=0.0.0.0 \
    TESCOSENSE_LOG_FORMAT=json
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
# 503 where nothing can be written. A worker serves nothing: it runs with `--no-healthcheck`.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["tescosense"]
CMD ["serve"]
