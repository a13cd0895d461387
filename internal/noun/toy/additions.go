package main

// edit changes a file: old, which stands in it once, becomes text. Without old the file is deleted.
type edit struct{ file, old, text string }

// Files that hold pieces of the toy.
const (
	sdl     = "schema/lantern.graphqls"
	entity  = "ent/schema/lantern.go"
	rules   = "internal/lantern/rules.go"
	service = "internal/lantern/service.go"
	read    = "internal/lantern/read.go"
	layer   = "graph/lantern.go"
	story   = "internal/story/testdata/lantern.txtar"
	list    = "graph/noun.go"
	wiring  = "internal/domains/domains.go"
	table   = "internal/policy/table.go"
)

// additions turn what make noun writes into the toy: a review date, the proposal that a lantern is for, and the edge from a
// proposal to its lanterns.
var additions = []edit{
	{sdl, "  \"Its state.\"\n", "  \"When it is due for review; null for never.\"\n  reviewAt: DateTime\n  \"Its state.\"\n"},
	{sdl, "  title: String!\n}\n\nextend", `  title: String!
  "The proposal that it is for."
  proposal: ID!
  "When it is due for review."
  reviewAt: DateTime
}

extend`},
	{sdl, "extend union", `extend type Proposal {
  "The lanterns for it that you may see, newest first."
  lanterns(
    "How many entries to return, 1 to 100; 20 if omitted." first: Int
    "Return the entries after this cursor." after: String
    "How many entries to return, counted back from the end of the list or from before." last: Int
    "Return the entries before this cursor." before: String
  ): LanternConnection
}

extend union`},
	{entity, "		field.String(\"title\"),\n", `		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.String("title"),
		field.Time("review_at").Optional().Nillable(),
`},
	{entity, `return []ent.Index{index.Fields("owner_id", "id")}`, `return []ent.Index{index.Fields("owner_id", "id"), index.Fields("proposal_id", "id")}`},
	{rules, `import "github.com/plenary-dialogue/plenary/internal/fault"`, `import (
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
)`},
	{rules, "type Words struct{ Title string }", `type Words struct {
	Title    string
	ReviewAt *time.Time
}`},
	{service, "	clock clock.Clock\n}", "	clock     clock.Clock\n	proposals access.Places\n}"},
	{service, "c clock.Clock) *Service {\n	n := &Service{clock: c}", "c clock.Clock, proposals access.Places) *Service {\n	n := &Service{clock: c, proposals: proposals}"},
	{service, "Draft(ctx context.Context, w Words) (*act.Result, error) {\n", "Draft(ctx context.Context, proposal uuid.UUID, w Words) (*act.Result, error) {\n	var at access.Place\n"},
	{service, `"lantern.drafted", nil, func`, `"lantern.drafted", access.In(s.proposals, proposal, &at), func`},
	{service, ".SetTitle(w.Title).", ".SetTitle(w.Title).\n			SetProposalID(proposal).SetNillableReviewAt(w.ReviewAt)."},
	{service, "		Payload: map[string]any", "		Parent:  act.Parent{Type: policy.Proposal, ID: row.ProposalID},\n		Payload: map[string]any"},
	{read, "	\"context\"\n", "	\"context\"\n\n	\"github.com/google/uuid\"\n"},
	{read, "// List reads", `// Of reads a page of the lanterns for each proposal, newest first.
func (s *Service) Of(ctx context.Context, proposals []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "proposal_id", proposals, page)
}

// List reads`},
	{layer, "	\"context\"\n", "	\"context\"\n\n	\"github.com/google/uuid\"\n"},
	{layer, "	edges: edges{\n", `	inside: []policy.Resource{policy.Proposal},
	edges: edges{
		"Proposal.lanterns": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*lantern.Page, error) {
			return r.Lanterns.Of(ctx, ids, a.page())
		}),
`},
	{layer, "			return r.Lanterns.Draft(ctx, lantern.Words{Title: in.Title})\n", `			return r.Lanterns.Draft(ctx, key("proposal", in.Proposal), lantern.Words{Title: in.Title, ReviewAt: in.ReviewAt})
`},
	{table, "making(DraftLantern, []Role{Firm, Regulator, NGO, Academic}, These(ActiveParty), taking)", "making(DraftLantern, []Role{Firm, Regulator, NGO, Academic}, These(ActiveParty), taking, Proposal)"},
	{wiring, "lantern.New(s, l, c)", "lantern.New(s, l, c, d.Proposals)"},
	{story, "-- a visitor drafts none --\nas visitor\ndo draftLantern {\"title\": \"None\"}", `-- an open proposal has none --
as visitor
ask {proposals(first: 1, filter: {state: OPEN}){nodes{id lanterns{totalCount}}}}
want {"proposals": {"nodes": [{"id": "$proposal", "lanterns": {"totalCount": 0}}]}}

-- a visitor drafts none --
as visitor
do draftLantern {"title": "None", "proposal": "$proposal"}`},
	{story, `{"title": " The first "}`, `{"title": " The first ", "proposal": "$proposal", "reviewAt": "2027-01-01T00:00:00Z"}`},
	{story, `ask query($id: ID!){lantern(id: $id){title}`, `ask query($id: ID!, $proposal: ID!){lantern(id: $id){title reviewAt} proposal(id: $proposal){lanterns{nodes{id}}}`},
	{story, "with {\"id\": \"$one\"}\nwant {\"lantern\": {\"title\": \"The first\"},", "with {\"id\": \"$one\", \"proposal\": \"$proposal\"}\nwant {\"lantern\": {\"title\": \"The first\", \"reviewAt\": \"2027-01-01T00:00:00Z\"}, \"proposal\": {\"lanterns\": {\"nodes\": [{\"id\": \"$one\"}]}},"},
}
