# syntax=docker/dockerfile:1
# One image for every process; the command chooses: cmp-digital <service> web|worker|jobs|migrate, gateway web, portal web.

ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/cmp-digital
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /source
COPY pyproject.toml uv.lock README.md ./
# The dependencies alone first: they change seldom, so this layer is kept.
RUN uv sync --frozen --no-dev --all-extras --no-install-project
COPY contracts contracts
COPY chassis chassis
COPY services services
COPY gateway gateway
COPY portal portal
COPY simulators simulators
COPY cli cli
RUN uv sync --frozen --no-dev --all-extras --no-editable

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="CMP Digital" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 cmp \
    && useradd --uid 10001 --gid cmp --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin cmp \
    && install --directory --owner=cmp --group=cmp --mode=0700 /var/lib/cmp-digital
COPY --from=build /opt/cmp-digital /opt/cmp-digital
ENV PATH=/opt/cmp-digital/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CMP_DATA_DIR=/var/lib/cmp-digital \
    TZ=UTC
# Only web processes get PROMETHEUS_MULTIPROC_DIR, where they are started: with it set, the gauges that worker and jobs
# read at scrape time (age of the outbox) would be lost.
WORKDIR /var/lib/cmp-digital
USER 10001:10001
ENTRYPOINT []
CMD ["cmp-digital", "--help"]
