-- Create "assignments" table
CREATE TABLE `assignments` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `revision` integer NOT NULL DEFAULT (1), `party_id` uuid NOT NULL, `subject_type` text NOT NULL, `subject_id` uuid NOT NULL, `part` text NOT NULL DEFAULT (''), `assignee_id` uuid NOT NULL, `giver_id` uuid NOT NULL, `due_at` datetime NOT NULL, `state` text NOT NULL DEFAULT ('ASSIGNED'), `reason` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Create index "assignment_subject_id_id" to table: "assignments"
CREATE INDEX `assignment_subject_id_id` ON `assignments` (`subject_id`, `id`);
-- Create index "assignment_party_id_id" to table: "assignments"
CREATE INDEX `assignment_party_id_id` ON `assignments` (`party_id`, `id`);
-- Create index "assignment_assignee_id_updated_at_id" to table: "assignments"
CREATE INDEX `assignment_assignee_id_updated_at_id` ON `assignments` (`assignee_id`, `updated_at`, `id`);
-- Create index "assignment_giver_id_updated_at_id" to table: "assignments"
CREATE INDEX `assignment_giver_id_updated_at_id` ON `assignments` (`giver_id`, `updated_at`, `id`);
