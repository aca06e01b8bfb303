# One image holds api, worker, admin and healthy: static programs, no shell, no root.

FROM node:20.19-bookworm-slim AS assets
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY frontend/ ./
RUN npm run --silent build

FROM golang:1.26-bookworm AS programs
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/frontend/dist ./frontend/dist
ARG VERSION=unknown
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X wherewithal/config.Version=${VERSION}" \
    -o /out/ ./cmd/api ./cmd/worker ./cmd/admin ./cmd/healthy

FROM scratch
COPY --from=programs /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=programs /out/ /
USER 65532:65532
EXPOSE 8080
CMD ["/api"]
