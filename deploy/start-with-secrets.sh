#!/bin/sh
# Starts Wardroom in its container with the addresses of its database, put together from the secrets.
set -eu
address() { printf 'postgres://wardroom_%s:%s@%s:5432/wardroom' "$1" "$(cat "/run/secrets/$1")" "$WARDROOM_DATABASE_HOST"; }
DATABASE_URL=$(address app)
WARDROOM_OWNER_DATABASE_URL=$(address owner)
export DATABASE_URL WARDROOM_OWNER_DATABASE_URL
exec node /app/cli/main.ts start
