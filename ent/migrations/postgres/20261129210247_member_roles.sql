-- Modify "members" table
ALTER TABLE "members" ADD COLUMN "roles" jsonb NULL;
