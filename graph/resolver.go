// Package graph translates between GraphQL and the domains: it reads arguments, calls one use case or one batch read, and
// hands out what was fetched. It decides nothing and never queries.
package graph

//go:generate rm -rf generated model
//go:generate go run gen.go gen_lean.go

import (
	"context"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/lean"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/privacy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// Resolver is the root of all resolvers: the domains, and how their fields are read.
type Resolver struct {
	Parties     *party.Service
	Dialogues   *dialogue.Service
	Proposals   *proposal.Service
	Comments    *comment.Service
	Practices   *practice.Service
	Assessments *assessment.Service
	Privacy     *privacy.Service
	Webhooks    *webhook.Service
	Feed        *feed.Service

	edges      edges
	lean       *lean.Schema
	implements map[string][]string
	possible   map[string][]string
	own        map[string]bool
}

// New wires the domains of a store and gives the resolver with the schema it resolves.
func New(s *store.Store, l *actlog.Log, c clock.Clock, hooks webhook.Options) (*Resolver, graphql.ExecutableSchema) {
	r := &Resolver{Parties: party.New(s, l, c), Practices: practice.New(s, l, c), Dialogues: dialogue.New(s, l, c)}
	r.Proposals = proposal.New(s, l, c, r.Dialogues)
	r.Assessments = assessment.New(s, l, c, r.Practices)
	r.Comments = comment.New(s, l, c, r.Dialogues, r.Proposals, r.Practices, r.Assessments)
	r.Webhooks = webhook.New(s, l, c, r.Dialogues.ByID, hooks)
	r.Privacy = privacy.New(s, l, c, r.Parties, r.Proposals, r.Comments, r.Webhooks)
	r.Feed = feed.New(s, l, map[policy.Resource]feed.Sight{
		policy.Stakeholder: sight(r.Parties.ByID),
		policy.Dialogue:    sight(r.Dialogues.ByID),
		policy.Proposal:    sight(r.Proposals.ByID),
		policy.Comment:     sight(r.Comments.ByID),
		policy.Practice:    sight(r.Practices.ByID),
		policy.Assessment:  sight(r.Assessments.ByID),
		policy.Log:         everyone,
		policy.Webhook:     sight(r.Webhooks.ByID),
	}, sight(r.Comments.InPlace))
	r.edges = allEdges()
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: r})
	r.lean = lean.New(generated.Lean(r), schema.Schema(), r.reads(), needs)
	r.implements, r.possible, r.own = implementers(schema.Schema()), possibleTypes(schema.Schema()), ownFields()
	return r, schema
}

func allEdges() edges {
	all := edges{}
	for _, of := range []edges{
		rootEdges, partyEdges, dialogueEdges, proposalEdges, commentEdges, practiceEdges, assessmentEdges, webhookEdges, actEdges,
		logEdges, privacyEdges,
	} {
		maps.Copy(all, of)
	}
	return all
}

// EdgeNames lists the fields that are read in batches, as Type.field, for the test that none is forgotten.
func EdgeNames() []string { return slices.Sorted(maps.Keys(allEdges())) }

// everyone may hear of the log itself.
func everyone(_ context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	seen := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		seen[id] = true
	}
	return seen, nil
}

// sight makes the feed's question of a batch read: what the viewer can read by id, it may hear of.
func sight[T any](byID func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*T, error)) feed.Sight {
	return func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
		rows, err := byID(ctx, ids)
		if err != nil {
			return nil, err
		}
		seen := make(map[uuid.UUID]bool, len(rows))
		for id := range rows {
			seen[id] = true
		}
		return seen, nil
	}
}
