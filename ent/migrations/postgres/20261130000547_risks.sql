-- Create "mitigations" table
CREATE TABLE "mitigations" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "risk_id" uuid NOT NULL, "number" bigint NOT NULL, "title" character varying NOT NULL, "description" text NOT NULL DEFAULT '', "owner_id" uuid NULL, "due_at" timestamptz NULL, "lowers_likelihood" bigint NOT NULL DEFAULT 0, "lowers_severity" bigint NOT NULL DEFAULT 0, "author_id" uuid NOT NULL, "state" character varying NOT NULL DEFAULT 'PLANNED', "withheld" boolean NOT NULL DEFAULT false, "before" character varying NOT NULL DEFAULT '', PRIMARY KEY ("id"));
-- Create index "mitigation_risk_id_id" to table: "mitigations"
CREATE INDEX "mitigation_risk_id_id" ON "mitigations" ("risk_id", "id");
-- Create index "mitigation_risk_id_number" to table: "mitigations"
CREATE UNIQUE INDEX "mitigation_risk_id_number" ON "mitigations" ("risk_id", "number");
-- Create "risks" table
CREATE TABLE "risks" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "assessment_id" uuid NOT NULL, "number" bigint NOT NULL, "title" character varying NOT NULL, "description" text NOT NULL DEFAULT '', "likelihood" bigint NOT NULL, "severity" bigint NOT NULL, "reversibility" character varying NULL, "scope" character varying NULL, "treatment" character varying NOT NULL, "author_id" uuid NOT NULL, "edition" bigint NOT NULL DEFAULT 1, "withheld" jsonb NULL, "state" character varying NOT NULL DEFAULT 'PRESENT', PRIMARY KEY ("id"));
-- Create index "risk_assessment_id_id" to table: "risks"
CREATE INDEX "risk_assessment_id_id" ON "risks" ("assessment_id", "id");
-- Create index "risk_assessment_id_number" to table: "risks"
CREATE UNIQUE INDEX "risk_assessment_id_number" ON "risks" ("assessment_id", "number");
-- The risks that assessments had as JSON become rows, numbered in their order, and what was to be done about each a mitigation of it.
-- Whoever drafted the assessment stands for their author; nobody has accepted any of them.
INSERT INTO risks (id, created_at, updated_at, assessment_id, number, title, description, likelihood, severity, treatment, author_id)
  SELECT (substr(a.id::text, 1, 14) || '7' || lpad(to_hex(j.number), 3, '0') || '-8' || substr(md5(random()::text), 1, 3) || '-' || substr(md5(random()::text), 1, 12))::uuid,
    a.updated_at, a.updated_at, a.id, j.number, j.value->>'title', COALESCE(j.value->>'description', ''),
    (j.value->>'likelihood')::bigint, (j.value->>'severity')::bigint, j.value->>'treatment', a.member_id
  FROM assessments a, jsonb_array_elements(a.risks) WITH ORDINALITY AS j(value, number);
INSERT INTO mitigations (id, created_at, updated_at, risk_id, number, title, description, author_id)
  SELECT overlay(r.id::text placing '9' from 20 for 1)::uuid, r.created_at, r.created_at, r.id, 1, CASE WHEN m.short THEN m.words ELSE 'As described' END,
    CASE WHEN m.short THEN '' ELSE m.words END, r.author_id
  FROM risks r JOIN (SELECT a.id AS assessment_id, j.number, j.value->>'mitigation' AS words,
      length(j.value->>'mitigation') <= 200 AND strpos(j.value->>'mitigation', chr(10)) = 0 AS short
    FROM assessments a, jsonb_array_elements(a.risks) WITH ORDINALITY AS j(value, number)) m ON m.assessment_id = r.assessment_id AND m.number = r.number
  WHERE COALESCE(m.words, '') <> '';
-- Modify "assessments" table
ALTER TABLE "assessments" DROP COLUMN "risks";
-- Modify "opinions" table
ALTER TABLE "opinions" ALTER COLUMN "question" SET DEFAULT '', ADD COLUMN "risk_id" uuid NULL;
-- Create "mitigation_steps" table
CREATE TABLE "mitigation_steps" ("id" uuid NOT NULL, "mitigation_id" uuid NOT NULL, "state" character varying NOT NULL, "note" text NOT NULL DEFAULT '', "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "taken_at" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "mitigationstep_mitigation_id_id" to table: "mitigation_steps"
CREATE INDEX "mitigationstep_mitigation_id_id" ON "mitigation_steps" ("mitigation_id", "id");
-- Create "ratings" table
CREATE TABLE "ratings" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "risk_id" uuid NOT NULL, "version" bigint NOT NULL, "side" character varying NOT NULL, "party_id" uuid NOT NULL, "member_id" uuid NOT NULL, "likelihood" bigint NOT NULL, "severity" bigint NOT NULL, "state" character varying NOT NULL DEFAULT 'GIVEN', PRIMARY KEY ("id"));
-- Create index "rating_party_id_risk_id" to table: "ratings"
CREATE INDEX "rating_party_id_risk_id" ON "ratings" ("party_id", "risk_id");
-- Create index "rating_risk_id_version" to table: "ratings"
CREATE INDEX "rating_risk_id_version" ON "ratings" ("risk_id", "version");
-- Create "risk_acceptances" table
CREATE TABLE "risk_acceptances" ("id" uuid NOT NULL, "risk_id" uuid NOT NULL, "edition" bigint NOT NULL, "member_id" uuid NOT NULL, "reason" text NOT NULL DEFAULT '', "accepted_at" timestamptz NOT NULL, "until" timestamptz NOT NULL, PRIMARY KEY ("id"));
-- Create index "riskacceptance_risk_id_id" to table: "risk_acceptances"
CREATE INDEX "riskacceptance_risk_id_id" ON "risk_acceptances" ("risk_id", "id");
-- Create index "riskacceptance_until" to table: "risk_acceptances"
CREATE INDEX "riskacceptance_until" ON "risk_acceptances" ("until");
