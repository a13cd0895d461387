-- Modify "amendments" table
ALTER TABLE "amendments" ADD COLUMN "hidden_from" character varying NOT NULL DEFAULT '';
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "hidden_from" character varying NOT NULL DEFAULT '';
