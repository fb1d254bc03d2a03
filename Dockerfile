# The image of Minilens: the wheel of this folder and the locked libraries, nothing else.
#
#   docker build -t minilens .
#   docker run -d --name minilens -p 127.0.0.1:8000:8000 -v minilens:/data --read-only --tmpfs /tmp minilens
#   docker logs minilens          # the link that makes the first owner
#
# tests/deploy runs the RUN lines of the first stage without Docker, in an empty folder.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements requirements
RUN python3 -m venv /build/tools
RUN /build/tools/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/build.txt
RUN python3 -m venv /opt/minilens
RUN /opt/minilens/bin/python -m pip install --quiet --require-hashes -r requirements/image.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY docs/guide docs/guide
COPY docs/images docs/images
RUN /build/tools/bin/python -m hatchling build -t wheel
RUN /opt/minilens/bin/python -m pip install --quiet --no-deps --no-index dist/minilens-*.whl
RUN /opt/minilens/bin/python -m pip uninstall --quiet --yes pip setuptools
RUN python3 -m compileall -q -j 0 /opt/minilens

FROM python:3.11-slim
RUN groupadd --system --gid 10001 minilens \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin minilens \
    && install -d -o minilens -g minilens -m 0700 /data
COPY --from=build /opt/minilens /opt/minilens
ENV PATH=/opt/minilens/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 \
    MINILENS_DATA=/data MINILENS_HOST=0.0.0.0 MINILENS_PORT=8000 MINILENS_CACHE=/data/cache
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# /healthz and not /readyz: a full disk is no reason to start again, receiving resumes by itself.
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=8)"]
ENTRYPOINT ["minilens"]
CMD ["serve"]
