package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/assignment"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var assignmentNoun = noun{
	name:   "assignment",
	types:  []string{"Assignment"},
	read:   by(func(r *Resolver) many[db.Assignment] { return r.Assignments.ByID }),
	tables: []string{"assignments"},
	inside: []policy.Resource{policy.Assessment, policy.Mitigation, policy.OfficialResponse},
	edges: edges{
		"Query.assignments": paged(func(ctx context.Context, r *Resolver, in model.AssignmentFilter, a args) (*assignment.Page, error) {
			f := assignment.Filter{State: in.State, Assignee: optionalKey("member", in.Assignee), ChangedSince: in.ChangedSince}
			if in.Subject != nil {
				id := anyID(*in.Subject)
				f.Subject = &id.UUID
			}
			return r.Assignments.List(ctx, f, a.page())
		}),
		"ImpactAssessment.assignments": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*assignment.Page, error) {
			return r.Assignments.Of(ctx, ids, a.page())
		}),
		"Assignment.subject": one(func(ctx context.Context, r *Resolver, rows []*db.Assignment, _ args) ([]view.Node, error) {
			ids := make([]typeid.ID, len(rows))
			for i, row := range rows {
				ids[i] = typeid.New(string(policy.ResourceOf(row.SubjectType)), row.SubjectID)
			}
			return r.nodes(ctx, ids)
		}),
		"Assignment.assignee": toColleague("assignee_id"),
		"Assignment.by":       toColleague("giver_id"),
		"Assignment.history":  under(history),
		"Assignment.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Assignment) ([][]*policy.Decision, error) {
			return r.Assignments.Can(ctx, rows), nil
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Assignment, error) { return r.Assignments.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Assignment) ([][]*policy.Decision, error) {
			return r.Assignments.Can(ctx, rows), nil
		}),
	mutations: mutations{
		"createAssignment": with(func(ctx context.Context, r *Resolver, in model.CreateAssignmentInput) (*act.Result, error) {
			of := anyID(in.Subject)
			return r.Assignments.Create(ctx, assignment.Work{
				On: assignment.Subject{Type: policy.Resource(of.Noun), ID: of.UUID}, Part: or(in.Part, ""), Assignee: key("member", in.Assignee), Due: in.DueAt,
			})
		}),
		"submitAssignment": on(func(r *Resolver) moving { return r.Assignments.Submit }),
		"returnAssignment": with(func(ctx context.Context, r *Resolver, in model.ReturnAssignmentInput) (*act.Result, error) {
			return r.Assignments.Return(ctx, key("assignment", in.ID), in.Reason, in.DueAt, in.ExpectedRevision)
		}),
		"finishAssignment": on(func(r *Resolver) moving { return r.Assignments.Finish }),
		"handOverAssignment": with(func(ctx context.Context, r *Resolver, in model.HandOverAssignmentInput) (*act.Result, error) {
			return r.Assignments.HandOver(ctx, key("assignment", in.ID), key("member", in.Assignee), in.DueAt, in.Reason, in.ExpectedRevision)
		}),
		"withdrawAssignment": because("Reason", func(r *Resolver) reasoned { return r.Assignments.Withdraw }),
	},
}

// toColleague makes the edge to the member of the viewer's own party that a column of the parent names.
func toColleague(column string) edge {
	e := to(column, func(r *Resolver) many[db.Member] { return r.Privacy.ColleaguesByID })
	e.public = false
	return e
}

// history reads the last acts on each thing, oldest first.
func history(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID][]*feed.Act, error) {
	most, err := mostOf(a, "last")
	if err != nil {
		return nil, err
	}
	found, err := r.feed.About(ctx, ids, most)
	return each(ids, found), err
}
