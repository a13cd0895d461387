-- Add column "hidden_from" to table: "proposals"
ALTER TABLE `proposals` ADD COLUMN `hidden_from` text NOT NULL DEFAULT ('');
-- Add column "hidden_from" to table: "amendments"
ALTER TABLE `amendments` ADD COLUMN `hidden_from` text NOT NULL DEFAULT ('');
