-- What the role of server and worker may do: all that is needed, and nothing that rewrites the record.
-- As the owner of the tables, after each upgrade: psql --file=deploy/grants.sql DATABASE
-- The role is made once: CREATE ROLE concord LOGIN; with a password or another way to sign in.
BEGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT TEMPORARY ON DATABASE :"DBNAME" TO concord;
GRANT USAGE ON SCHEMA public TO concord;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO concord;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO concord;
REVOKE UPDATE, DELETE ON audit_entry, publication, record_key, stored_package, package_chunk FROM concord;
COMMIT;
