package graph

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// desk is what the viewer has made, and what waits for the viewer.
var desk = edges{
	"Viewer.proposals": ofViewer(func(ctx context.Context, r *Resolver, v *view.Viewer, a args) (*proposal.Page, error) {
		return r.Proposals.List(ctx, proposal.Filter{Author: v.Party(nothing), Order: enum.ProposalOrderUpdated}, a.page())
	}),
	"Viewer.comments": ofViewer(func(ctx context.Context, r *Resolver, v *view.Viewer, a args) (*comment.Page, error) {
		return r.Comments.List(ctx, comment.Filter{Author: v.Party(nothing)}, a.page())
	}),
	"Viewer.votes": ofViewer(func(ctx context.Context, r *Resolver, v *view.Viewer, a args) (*comment.VotePage, error) {
		return r.Comments.VotesBy(ctx, *v.Party(nothing), a.page())
	}),
	"Vote.comment": to("comment_id", commentsByID),
	"Viewer.impactAssessments": ofViewer(func(ctx context.Context, r *Resolver, v *view.Viewer, a args) (*assessment.Page, error) {
		return r.Assessments.List(ctx, assessment.Filter{Firm: v.Party(nothing), Order: enum.ImpactAssessmentOrderUpdated}, a.page())
	}),
	"Viewer.unreadDialogues": ofViewer(func(ctx context.Context, r *Resolver, _ *view.Viewer, a args) (*dialogue.Page, error) {
		return r.Dialogues.Page(ctx, a.page(), func(n *store.Narrowing) { n.And(r.Readings.News(ctx)) })
	}),
	"Viewer.waitingForMe": ofViewer(waiting),
}

// ofViewer is an edge from the viewer.
func ofViewer[C any](read func(ctx context.Context, r *Resolver, v *view.Viewer, a args) (C, error)) edge {
	return one(func(ctx context.Context, r *Resolver, viewers []*view.Viewer, a args) ([]C, error) {
		all := make([]C, len(viewers))
		for i, v := range viewers {
			var err error
			if all[i], err = read(ctx, r, v, a); err != nil {
				return nil, err
			}
		}
		return all, nil
	})
}

// waiting lists what waits for the viewer, of every noun, longest first.
func waiting(ctx context.Context, r *Resolver, _ *view.Viewer, a args) ([]*view.Task, error) {
	most, err := mostOf(a, "first")
	if err != nil {
		return nil, err
	}
	tasks := []*view.Task{}
	for _, name := range slices.Sorted(maps.Keys(r.nouns)) {
		waits := r.nouns[name].waits
		if waits == nil {
			continue
		}
		some, err := waits(ctx, r)
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, some...)
	}
	slices.SortStableFunc(tasks, func(a, b *view.Task) int { return a.Since.Compare(b.Since) })
	return tasks[:min(len(tasks), most)], nil
}

// mostOf reads how many entries a list without pages is to give at most.
func mostOf(a args, name string) (int, error) {
	most := store.DefaultPage
	if n := a.integer(name); n != nil {
		most = int(*n)
	}
	if most < 1 || most > store.MaxPage {
		return 0, fault.InvalidField(name, enum.UserErrorCodeOutOfRange, "request 1 to %d entries", store.MaxPage)
	}
	return most, nil
}

// waits makes the tasks of a noun: of the rows that may wait for the viewer those with an awaited action that the viewer can do.
// state is the column of its state.
func waits[R any, P interface {
	*R
	view.Node
	store.Row
}](state string, list func(r *Resolver) func(context.Context, int) ([]*R, error),
	can func(ctx context.Context, r *Resolver, rows []*R) ([][]*policy.Decision, error),
) func(ctx context.Context, r *Resolver) ([]*view.Task, error) {
	return func(ctx context.Context, r *Resolver) ([]*view.Task, error) {
		rows, err := list(r)(ctx, store.MaxPage)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		decisions, err := can(ctx, r, rows)
		if err != nil {
			return nil, err
		}
		var tasks []*view.Task
		for i, row := range rows {
			is := reflect.ValueOf(P(row).Dest(state)).Elem().String()
			t := &view.Task{Subject: P(row), Since: *P(row).Dest("updated_at").(*time.Time)}
			for _, d := range decisions[i] {
				if d.Allowed && policy.Awaits(d.Action, is) {
					t.Actions = append(t.Actions, d.Word())
				}
			}
			if len(t.Actions) > 0 {
				tasks = append(tasks, t)
			}
		}
		return tasks, nil
	}
}
