-- Modify "assessments" table
ALTER TABLE "assessments" ADD COLUMN "reference" character varying NULL;
-- Create index "assessment_reference" to table: "assessments"
CREATE UNIQUE INDEX "assessment_reference" ON "assessments" ("reference");
-- Modify "dialogues" table
ALTER TABLE "dialogues" ADD COLUMN "reference" character varying NULL;
-- Create index "dialogue_reference" to table: "dialogues"
CREATE UNIQUE INDEX "dialogue_reference" ON "dialogues" ("reference");
-- Modify "proposals" table
ALTER TABLE "proposals" ADD COLUMN "reference" character varying NULL;
-- Create index "proposal_reference" to table: "proposals"
CREATE UNIQUE INDEX "proposal_reference" ON "proposals" ("reference");
-- Create "counters" table
CREATE TABLE "counters" ("id" character varying NOT NULL, "value" bigint NOT NULL, PRIMARY KEY ("id"));
-- Give what has left its author's hands its number, by the year and in the order in which it first did, as far as acts say when
WITH numbered AS (SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY') || '/' AS series, ROW_NUMBER() OVER (PARTITION BY to_char(at AT TIME ZONE 'UTC', 'YYYY') ORDER BY at, id) AS number
  FROM (SELECT t.id, COALESCE((SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('dialogue.opened', 'dialogue.imported')), t.opened_at, t.created_at) AS at FROM dialogues t WHERE t.state <> 'DRAFT') given)
UPDATE dialogues SET reference = numbered.series || numbered.number FROM numbered WHERE numbered.id = dialogues.id;
WITH numbered AS (SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY') || '/A' AS series, ROW_NUMBER() OVER (PARTITION BY to_char(at AT TIME ZONE 'UTC', 'YYYY') ORDER BY at, id) AS number
  FROM (SELECT t.id, COALESCE((SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('assessment.submitted')), t.updated_at) AS at FROM assessments t WHERE t.state <> 'DRAFT' OR (SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('assessment.submitted')) IS NOT NULL) given)
UPDATE assessments SET reference = numbered.series || numbered.number FROM numbered WHERE numbered.id = assessments.id;
WITH numbered AS (SELECT id, series, ROW_NUMBER() OVER (PARTITION BY series ORDER BY at, id) AS number
  FROM (SELECT t.id, d.reference || '-P' AS series, COALESCE((SELECT MIN(a.at) FROM acts a WHERE a.subject_id = t.id AND a.type IN ('proposal.submitted')), t.submitted_at) AS at
    FROM proposals t JOIN dialogues d ON d.id = t.dialogue_id WHERE t.submitted_at IS NOT NULL AND d.reference IS NOT NULL) given)
UPDATE proposals SET reference = numbered.series || numbered.number FROM numbered WHERE numbered.id = proposals.id;
-- The counters go on from there
INSERT INTO counters (id, value) SELECT substr(reference, 1, 5), COUNT(*) FROM dialogues WHERE reference IS NOT NULL GROUP BY 1;
INSERT INTO counters (id, value) SELECT substr(reference, 1, 6), COUNT(*) FROM assessments WHERE reference IS NOT NULL GROUP BY 1;
INSERT INTO counters (id, value) SELECT d.reference || '-P', COUNT(*) FROM proposals p JOIN dialogues d ON d.id = p.dialogue_id
  WHERE p.reference IS NOT NULL GROUP BY 1;
