package assessment

import "github.com/plenary-dialogue/plenary/internal/personal"

// Personal says that assessments are of firms, written and approved by members.
func (s *Service) Personal() []personal.Data {
	const stays = "It stays, and names a member whose identity is gone."
	return []personal.Data{
		{
			Table: "assessments", Column: "firm_id", Organisations: true, Erasure: "It stays: it names a firm, not a person.",
			Withheld: "What a firm says is its own, not its member's.",
		},
		{Table: "assessments", Column: "member_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member wrote."},
		{Table: "assessments", Column: "approver_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member approved."},
		{
			Table: "assessments", Column: "approved_by_id", Erasure: "It stays, and names a party that says nothing of itself any more.",
			Withheld: "The acts of the export say what the member approved.",
		},
		{Table: "answers", Column: "author_id", Organisations: true, Erasure: stays, Withheld: "What a firm says is its own, not its member's."},
	}
}
