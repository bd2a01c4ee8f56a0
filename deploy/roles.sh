#!/bin/sh
# When PostgreSQL's container makes its database: the role of server and worker, which owns nothing.
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=ON_ERROR_STOP=1 --set=password="$CONCORD_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE concord LOGIN PASSWORD :'password';
SQL
