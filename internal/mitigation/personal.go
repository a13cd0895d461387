package mitigation

import "github.com/plenary-dialogue/plenary/internal/personal"

// Personal says that mitigations are of firms, and name the members who answer for them, plan them and do them.
func (s *Service) Personal() []personal.Data {
	const stays = "It stays, and names a member whose identity is gone."
	return []personal.Data{
		{
			Table: "mitigations", Column: "owner_id", Person: true, Erasure: stays,
			Export: &personal.File{
				Name: "mitigations", Noun: "mitigation", Columns: []string{"id", "created_at", "updated_at", "due_at", "title", "description", "state"},
				Query: "SELECT id, created_at, updated_at, due_at, title, description, state FROM mitigations WHERE owner_id = ? ORDER BY id",
			},
			Kept: []personal.Kept{{Columns: []string{"title", "description"}, Why: "The firm says what it does about a risk, whoever answers for it."}},
		},
		{Table: "mitigations", Column: "author_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member planned."},
		{
			Table: "mitigation_steps", Column: "party_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "What an organisation says is its own, not its member's.",
		},
		{
			Table: "mitigation_steps", Column: "member_id", Organisations: true, Erasure: stays,
			Withheld: "What a firm says is its own, not its member's.",
		},
	}
}
