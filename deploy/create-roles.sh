#!/bin/bash
# Run once by the PostgreSQL image, on an empty data folder: the database and the four roles that log in as themselves.
# The same as server/platform/postgres/roles.ts makes for the built-in one; a test compares them.
set -euo pipefail

role() {
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=name="wardroom_$1" --set=password="$(cat "/run/secrets/$1")" <<'SQL'
create role :"name" login password :'password' nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
SQL
}

for name in owner app purger backup; do role "$name"; done

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create database wardroom template template0;
alter database wardroom owner to wardroom_owner;
revoke all on database wardroom from public;
grant connect on database wardroom to wardroom_app, wardroom_purger, wardroom_backup;
SQL
