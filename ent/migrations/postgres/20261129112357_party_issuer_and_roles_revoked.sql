-- Modify "revocations" table
ALTER TABLE "revocations" ADD COLUMN "role" character varying NOT NULL DEFAULT '';
-- Modify "stakeholders" table
ALTER TABLE "stakeholders" ADD COLUMN "issuer" character varying NULL;
