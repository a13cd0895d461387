-- Modify "acts" table
ALTER TABLE "acts" ADD COLUMN "owner_id" uuid NULL;
-- Create index "act_at_seq" to table: "acts"
CREATE INDEX "act_at_seq" ON "acts" ("at", "seq");
-- Create index "act_owner_id_seq" to table: "acts"
CREATE INDEX "act_owner_id_seq" ON "acts" ("owner_id", "seq");
-- Modify "queued_acts" table
ALTER TABLE "queued_acts" ADD COLUMN "owner_id" uuid NULL;
-- Whose the subjects of the acts until now are.
UPDATE acts SET owner_id = (SELECT p.firm_id FROM practices p WHERE p.id = subject_id) WHERE subject_type = 'practice';
UPDATE acts SET owner_id = (SELECT p.firm_id FROM assessments p WHERE p.id = subject_id) WHERE subject_type = 'assessment';
UPDATE acts SET owner_id = (SELECT p.author_id FROM proposals p WHERE p.id = subject_id) WHERE subject_type = 'proposal';
UPDATE acts SET owner_id = (SELECT p.convenor_id FROM dialogues p WHERE p.id = subject_id) WHERE subject_type = 'dialogue';
UPDATE acts SET owner_id = subject_id WHERE subject_type = 'stakeholder';
