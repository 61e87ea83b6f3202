# The codeexec service. Any Debian or Ubuntu image with CPython >= 3.9, venv and pip will do as the base.
#
#   docker build -t code_executor .
#   docker run --name code_executor -d -p 8000:8000 --memory=4g --cpus=2 code_executor
#
# See docs/image.md.
ARG BASE=python:3.11-slim

# ---- the Python packages, in a virtual environment ----
FROM ${BASE} AS packages
COPY requirements.txt /tmp/requirements.txt
# Tests of the packages are a fifth of their size and run in no program.
RUN python3 -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir -r /tmp/requirements.txt \
 && find /opt/venv -type d -name tests -path '*/site-packages/*' -prune -exec rm -rf {} +

# ---- codeexec, and which packages its libraries come from ----
FROM ${BASE} AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      build-essential cmake pkg-config python3-dev \
      libevent-dev libevhtp-dev libjson-c-dev libseccomp-dev libssl-dev \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
WORKDIR /src
COPY . .
# Names of packages differ between releases, so they are asked for. -S lists "package:architecture: path".
RUN cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr/local \
      -DCODEEXEC_BUILD_TESTS=OFF -DCODEEXEC_BUILD_EXAMPLES=OFF -DCODEEXEC_BUILD_MANUAL=OFF -DCODEEXEC_BUILD_BENCH=OFF \
 && cmake --build build --parallel "$(nproc)" \
 && DESTDIR=/out cmake --install build --component runtime --strip \
 && install -D -m 755 deploy/healthcheck /out/usr/local/libexec/codeexec/healthcheck \
 && ldd /out/usr/local/bin/* /out/usr/local/lib/*.so.* /out/usr/local/libexec/codeexec/*.so \
      | sed -n 's,.* => /.*/\([^/ ]*\) .*,\1,p' | sort -u \
      | while read -r name; do dpkg-query -S "*/$name" 2>/dev/null; done \
      | cut -d: -f1 | sort -u | grep -v -- -dev >/out/packages

# ---- what is shipped: no compiler, no headers, nothing writable ----
FROM ${BASE}
LABEL org.opencontainers.image.title="codeexec" \
      org.opencontainers.image.description="Run untrusted Python, confined, over HTTP" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.documentation="docs/image.md"
RUN --mount=type=bind,from=build,source=/out/packages,target=/mnt/packages \
    apt-get update \
 && DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends </mnt/packages \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old \
 && useradd --uid 1000 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin codeexec
COPY --from=packages /opt/venv /opt/venv
COPY --from=build /out/usr/local /usr/local
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin \
    CODEEXEC_LISTEN=0.0.0.0:8000 \
    EXECUTION_TIMEOUT=300 \
    MAX_MEMORY_MB=4096 \
    MAX_OUTPUT_SIZE=10485760 \
    ALLOWED_MODULES=numpy,pandas,matplotlib,scipy,sklearn \
    BYPASS_SETUP=true
USER 1000:1000
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["python3", "-I", "/usr/local/libexec/codeexec/healthcheck"]
# As pid 1 it passes signals on and takes in orphans: no other init is needed.
CMD ["/usr/local/bin/codeexec-server"]
