#!/bin/bash
# Gives every service a database and a role of its own, which may connect to nothing else.
# Runs once, when the data folder is empty. Reads each service's password from the URL it connects with:
# <folder>/<service>_database_url = postgresql+psycopg://<service>:<password>@<host>:5432/<service>
set -euo pipefail

folder="${CMP_DATABASE_URLS:-/run/secrets}"

for service in identity einvoice payments recert notifier; do
    url="$(cat "$folder/${service}_database_url")"
    credentials="${url#*://}"
    credentials="${credentials%%@*}"
    psql --no-psqlrc --set=ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname postgres \
        --set=service="$service" --set=password="${credentials#*:}" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE :"service" OWNER :"service" ENCODING 'UTF8';
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done

psql --no-psqlrc --set=ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname postgres <<'SQL'
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
SQL
