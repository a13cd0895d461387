-- Create "chamber_tallies" table
CREATE TABLE `chamber_tallies` (`id` uuid NOT NULL, `step` integer NOT NULL, `agrees` integer NOT NULL, `disagrees` integer NOT NULL, `passes` integer NOT NULL, `shown` json NOT NULL, PRIMARY KEY (`id`));
