-- Create index "act_news" to table: "acts"
CREATE INDEX `act_news` ON `acts` (`dialogue_id`, `seq`) WHERE type IN ('comment.imported', 'comment.posted', 'comment.restored', 'dialogue.closed', 'proposal.drafted', 'proposal.opened', 'proposal.submitted');
-- Create "readings" table
CREATE TABLE `readings` (`id` uuid NOT NULL, `member_id` uuid NOT NULL, `dialogue_id` uuid NOT NULL, `seq` integer NOT NULL, `read_at` datetime NOT NULL, PRIMARY KEY (`id`));
-- Create index "reading_member_id_dialogue_id" to table: "readings"
CREATE UNIQUE INDEX `reading_member_id_dialogue_id` ON `readings` (`member_id`, `dialogue_id`);
