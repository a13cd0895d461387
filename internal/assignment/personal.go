package assignment

import "github.com/plenary-dialogue/plenary/internal/personal"

// Personal says that assignments are of organisations, and name the members who have the work and who gave it.
func (s *Service) Personal() []personal.Data {
	const stays = "It stays, and names a member whose identity is gone; the party can hand it over or withdraw it."
	return []personal.Data{
		{
			Table: "assignments", Column: "party_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "What an organisation says is its own, not its member's.",
		},
		{
			Table: "assignments", Column: "assignee_id", Person: true, Erasure: stays,
			Export: &personal.File{
				Name: "assignments", Noun: "assignment",
				Columns: []string{"id", "created_at", "updated_at", "due_at", "subject_type", "subject_id", "part", "state", "reason"},
				Query: `SELECT id, created_at, updated_at, due_at, subject_type, subject_id, part, state, reason FROM assignments
					WHERE assignee_id = ? ORDER BY id`,
			},
			Kept: []personal.Kept{{
				Columns: []string{"part", "reason"}, Why: "The name of a part is its template's, and what a party says of its own work stays when a member leaves it.",
			}},
		},
		{Table: "assignments", Column: "giver_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member assigned."},
	}
}
