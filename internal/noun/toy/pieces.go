package main

// piece is something of the toy that a person could forget.
type piece struct {
	name    string
	written bool     // something is generated from it
	says    []string // what the sentence that finds it missing must hold
	without []edit
}

var pieces = []piece{
	{"the rules of reading", false, []string{"lantern", "read", "table.go"}, []edit{
		{table, "	on(ReadLantern, nil, in(enum.LanternStateAdopted), none, none, charter),\n	on(ReadLantern, []Role{authenticatedAs}, nil, These(Own), none, ownWork),\n	on(ReadLantern, oversight, nil, none, none, auditing),\n", ""},
	}},
	{"the rule that everyone reads", false, []string{"then_everyone_sees_it"}, []edit{{table, "	on(ReadLantern, nil, in(enum.LanternStateAdopted), none, none, charter),\n", ""}}},
	{"the rule of a mutation", false, []string{"adoptLantern", "rule"}, []edit{{table, "	on(AdoptLantern, []Role{Firm, Regulator, NGO, Academic}, in(enum.LanternStateDraft), These(Own, ActiveParty), none, ownWork),\n", ""}}},
	{"making", false, []string{"draftLantern", "making"}, []edit{
		{table, "making(DraftLantern, []Role{Firm, Regulator, NGO, Academic}, These(ActiveParty), taking, Proposal)", "on(DraftLantern, []Role{Firm, Regulator, NGO, Academic}, nil, These(ActiveParty), none, taking)"},
	}},
	{"the noun in declared", false, []string{"lantern", "declare"}, []edit{{list, "	lanternNoun,\n", ""}}},
	{"the noun's file in graph", false, []string{"lantern", "declare"}, []edit{{list, "	lanternNoun,\n", ""}, {file: layer}}},
	{"types in the noun", false, []string{"Lantern", "types"}, []edit{{layer, "	types:  []string{\"Lantern\"},\n", ""}}},
	{"read in the noun", false, []string{"lantern", "read"}, []edit{{layer, "	read:   by(func(r *Resolver) many[db.Lantern] { return r.Lanterns.ByID }),\n", ""}}},
	{"tables in the noun", false, []string{"lantern", "tables"}, []edit{{layer, "	tables: []string{\"lanterns\"},\n", ""}}},
	{"inside in the noun", false, []string{"lantern", "inside"}, []edit{{layer, "	inside: []policy.Resource{policy.Proposal},\n", ""}}},
	{"a mutation in the noun", false, []string{"adoptLantern"}, []edit{{layer, "		\"adoptLantern\": on(func(r *Resolver) moving { return r.Lanterns.Adopt }),\n", ""}}},
	{"the edge to the owner", false, []string{"Lantern.owner", "edge"}, []edit{{layer, "		\"Lantern.owner\": toParty(\"owner_id\"),\n", ""}}},
	{"the edge viewerCan", false, []string{"Lantern.viewerCan", "edge"}, []edit{
		{layer, "		\"Lantern.viewerCan\": can(func(ctx context.Context, r *Resolver, rows []*db.Lantern) ([][]*policy.Decision, error) {\n			return r.Lanterns.Can(ctx, rows), nil\n		}),\n", ""},
	}},
	{"the edge from a proposal", false, []string{"Proposal.lanterns", "edge"}, []edit{
		{layer, "		\"Proposal.lanterns\": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*lantern.Page, error) {\n			return r.Lanterns.Of(ctx, ids, a.page())\n		}),\n", ""},
		{layer, "	\"github.com/google/uuid\"\n", ""},
	}},
	{"the edge of the list", false, []string{"Query.lanterns", "edge"}, []edit{
		{layer, "		\"Query.lanterns\": paged(func(ctx context.Context, r *Resolver, in model.LanternFilter, a args) (*lantern.Page, error) {\n			return r.Lanterns.List(ctx, lantern.Filter{State: in.State}, a.page())\n		}),\n", ""},
	}},
	{"the type of an act", false, []string{"lantern.adopted"}, []edit{{service, ", {Name: \"lantern.adopted\"}", ""}}},
	{"the parent of acts", false, []string{"parent"}, []edit{{service, "		Parent:  act.Parent{Type: policy.Proposal, ID: row.ProposalID},\n", ""}}},
	{"Personal", false, []string{"lanterns.owner_id", "Personal"}, []edit{
		{service, personal, ""},
		{service, "	\"github.com/plenary-dialogue/plenary/internal/personal\"\n", ""},
	}},
	{"that no customer owns one", false, []string{"lanterns.title", "Personal"}, []edit{{service, "Organisations: true, ", ""}}},
	{"a fact", false, []string{"own", "lantern"}, []edit{
		{read, "	Facts:    []access.Fact[*db.Lantern]{access.Party[*db.Lantern](policy.Own, \"owner_id\")},\n", ""},
	}},
	{"the SQL of a fact", false, []string{"own", "lantern", "SQL"}, []edit{{read, "access.Party[*db.Lantern](policy.Own", "access.Member[*db.Lantern](policy.Own"}}},
	{"the service in the wiring", false, []string{"Lanterns", "internal/domains"}, []edit{{wiring, "	d.Lanterns = lantern.New(s, l, c, d.Proposals)\n", ""}}},
	{"the word of an action", true, []string{"LANTERN_ADOPT", "enum Action"}, []edit{{sdl, "  \"Adopt a lantern.\" LANTERN_ADOPT\n", ""}}},
	{"the word of a type of act", true, []string{"LANTERN_ADOPTED", "ActType"}, []edit{{sdl, "  \"A lantern was adopted.\" LANTERN_ADOPTED\n", ""}}},
	{"the union ActSubject", true, []string{"ActSubject", "Lantern"}, []edit{{sdl, "extend union ActSubject = Lantern\n", ""}}},
	{"implements Node", true, []string{"Lantern", "Node"}, []edit{{sdl, "type Lantern implements Node {", "type Lantern {"}}},
	{"a description", true, []string{"Lantern.reviewAt", "described"}, []edit{{sdl, "  \"When it is due for review; null for never.\"\n", ""}}},
	{"the file in ent/schema", true, []string{"Lantern"}, []edit{{file: entity}}},
	{"a field in ent/schema", true, []string{"eview"}, []edit{{entity, "		field.Time(\"review_at\").Optional().Nillable(),\n", ""}}},
	{"the annotation party", true, []string{"lanterns.owner_id", "party"}, []edit{{entity, ".Annotations(party)", ""}}},
	{"the annotation names", true, []string{"lanterns.proposal_id", "names"}, []edit{{entity, ".Annotations(names(\"proposal\"))", ""}}},
	{"the names of pages", true, []string{"Lantern", "store.Page"}, []edit{
		{read, "type Page = store.Page[*db.Lantern]\n", "type Page struct{ store.Page[*db.Lantern] }\n"},
		{read, "type Edge = store.Edge[*db.Lantern]\n", "type Edge struct{ store.Edge[*db.Lantern] }\n"},
	}},
	{"the migration", false, []string{"lanterns", "migration"}, []edit{
		{file: "ent/migrations/sqlite/*_add_lantern.sql"}, {file: "ent/migrations/postgres/*_add_lantern.sql"},
	}},
	{"the story", false, []string{"antern", "stor"}, []edit{{file: story}}},
}

const personal = `// Personal says what an erasure and an export do with the party of a lantern.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "lanterns", Column: "owner_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
		Withheld: "What an organisation says is its own, not its member's.",
	}}
}

`
