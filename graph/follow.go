package graph

import (
	"context"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// follow is what every subscription does: it opens the feed where the viewer wants to begin. When an event is rendered, the
// same resolver is asked again and gives that event.
func (r *Resolver) follow(ctx context.Context, after *string, filter func() (feed.Filter, error)) (<-chan *feed.Event, error) {
	if e, ok := gql.EventOf(ctx).(*feed.Event); ok {
		events := make(chan *feed.Event, 1)
		events <- e
		close(events)
		return events, nil
	}
	f, err := filter()
	if err != nil {
		return nil, err
	}
	if last := gql.RequestOf(ctx).LastEventID; after == nil && last != "" {
		after = &last // what a stream's client says it saw last
	}
	sub, err := r.Feed.Subscribe(ctx, f, after)
	if err != nil {
		return nil, err
	}
	gql.Follow(ctx, source{r, sub})
	return nil, nil
}

// oneOf reads the thing that a subscription is to, for those who may see it.
func oneOf[T any](
	ctx context.Context, noun, id string, byID func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error),
) (uuid.UUID, *T, error) {
	k, err := key(noun, id)
	if err != nil {
		return k, nil, err
	}
	rows, err := byID(ctx, []uuid.UUID{k})
	if err != nil {
		return k, nil, err
	}
	if rows[k] == nil {
		return k, nil, fault.Missing()
	}
	return k, rows[k], nil
}

func (r *Resolver) aroundProposal(ctx context.Context, id string) func() (feed.Filter, error) {
	return func() (feed.Filter, error) {
		k, row, err := oneOf(ctx, "proposal", id, r.Proposals.ByID)
		if err != nil {
			return feed.Filter{}, err
		}
		return feed.Filter{Dialogue: &row.DialogueID, Around: &k}, nil
	}
}

func (r *Resolver) aroundAssessment(ctx context.Context, id string) func() (feed.Filter, error) {
	return func() (feed.Filter, error) {
		k, _, err := oneOf(ctx, "assessment", id, r.Assessments.ByID)
		return feed.Filter{Around: &k}, err
	}
}

func (r *Resolver) inDialogue(ctx context.Context, id string) func() (feed.Filter, error) {
	return func() (feed.Filter, error) {
		k, _, err := oneOf(ctx, "dialogue", id, r.Dialogues.ByID)
		return feed.Filter{Dialogue: &k}, err
	}
}

// eventAbout reads what the events of a subscription to one thing are about.
func eventAbout[T any](byID func(*Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error)) edge {
	return one(func(ctx context.Context, r *Resolver, es []*feed.Event, _ args) ([]*T, error) {
		id := func(e *feed.Event) uuid.UUID { return e.About }
		rows, err := byID(r)(ctx, ids(es, id))
		return pick(es, id, rows), err
	})
}

// source joins a subscription of the feed to a document of GraphQL.
type source struct {
	resolver *Resolver
	sub      *feed.Subscription
}

func (s source) Follow(d *gql.Document, to gql.Sink) (stop func()) {
	return s.sub.Follow(document{s.resolver, d}, to)
}

type document struct {
	resolver *Resolver
	*gql.Document
}

// Public tells whether an event shows to everybody what it shows to a visitor, unless the visitor finds a gap in it.
func (d document) Public() bool {
	op := d.Operation()
	return d.resolver.isPublic(op.Operation.SelectionSet)
}

// Render words an event. It is not whole either if something in it was hidden from the viewer, or not there.
func (d document) Render(ctx context.Context, e *feed.Event) ([]byte, bool) {
	var gap atomic.Bool
	text, whole := d.Document.Render(context.WithValue(ctx, gapKey{}, &gap), e)
	return text, whole && !gap.Load()
}

type gapKey struct{}

// public are the fields with a resolver that show everybody who sees them the same: those made of their parent alone, and
// single things which one either sees as everybody does, or not at all. A field with a resolver that is not named here, as
// a list or viewerCan, is the viewer's own.
var public = []string{
	"Subscription.acts", "Subscription.proposalUpdated", "Subscription.dialogueActivity", "Subscription.assessmentUpdated",
	"Act.stakeholder", "Act.subject", "ProposalEvent.proposal", "DialogueEvent.dialogue", "AssessmentEvent.assessment",
	"Dialogue.convenor", "Proposal.author", "Proposal.dialogue", "ProposalVersion.editor",
	"Comment.author", "Comment.subject", "Comment.parent", "Comment.quote", "Comment.tally",
	"Practice.firm", "ImpactAssessment.firm", "ImpactAssessment.practice", "ImpactAssessment.answers", "ImpactAssessment.risks",
	"Firm.sizeBand", "Regulator.mandate",
}

// ownFields are the fields that differ between viewers: every one with a resolver, but for those named above, and an act's
// place in the log, which only those who read everything see. They are in lower case, as Go writes names otherwise than
// GraphQL.
func ownFields() map[string]bool {
	own := map[string]bool{"act.seq": true}
	root := reflect.TypeFor[generated.ResolverRoot]()
	for i := range root.NumMethod() {
		typ := root.Method(i)
		resolver := typ.Type.Out(0)
		for j := range resolver.NumMethod() {
			own[strings.ToLower(typ.Name+"."+resolver.Method(j).Name)] = true
		}
	}
	for _, name := range public {
		delete(own, strings.ToLower(name))
	}
	return own
}

// isPublic looks at every field that is asked for, of every type that may answer to it. Fragments are followed where they
// are spread; limits bound how often.
func (r *Resolver) isPublic(set ast.SelectionSet) bool {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.ObjectDefinition == nil || !r.isPublic(s.SelectionSet) {
				return false
			}
			for _, typ := range r.possible[s.ObjectDefinition.Name] {
				if r.own[strings.ToLower(typ+"."+s.Name)] {
					return false
				}
			}
		case *ast.InlineFragment:
			if !r.isPublic(s.SelectionSet) {
				return false
			}
		case *ast.FragmentSpread:
			if s.Definition == nil || !r.isPublic(s.Definition.SelectionSet) {
				return false
			}
		}
	}
	return true
}

// possibleTypes gives, for each type, the object types that a value of it may have.
func possibleTypes(schema *ast.Schema) map[string][]string {
	all := map[string][]string{}
	for name, def := range schema.Types {
		for _, possible := range schema.GetPossibleTypes(def) {
			all[name] = append(all[name], possible.Name)
		}
	}
	return all
}
