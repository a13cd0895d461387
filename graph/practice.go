package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var practiceNoun = noun{
	name:   "practice",
	types:  []string{"Practice"},
	read:   by(func(r *Resolver) many[db.Practice] { return r.Practices.ByID }),
	tables: []string{"practices", "practice_versions", "links"},
	edges: edges{
		"Query.practices": paged(func(ctx context.Context, r *Resolver, in model.PracticeFilter, a args) (*practice.Page, error) {
			return r.Practices.List(ctx, practice.Filter{
				State: in.State, Kind: in.Kind, Sector: in.Sector, Jurisdiction: in.Jurisdiction, Firm: optionalKey("stakeholder", in.Firm),
				Text: or(in.Text, ""), ChangedSince: in.ChangedSince, Order: word[enum.PracticeOrder](a, "order"),
				InRegister: or(in.InRegister, false),
			}, a.page())
		}),
		"Query.practicesWithoutAssessment": paged(func(ctx context.Context, r *Resolver, in model.UnassessedFilter, a args) (*practice.Page, error) {
			return r.Practices.List(ctx, practice.Filter{Unassessed: true, Firm: optionalKey("stakeholder", in.Firm), Jurisdiction: in.Jurisdiction}, a.page())
		}),
		"Practice.firm": toParty("firm_id"),
		"Practice.versions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*practice.VersionPage, error) {
			return r.Practices.VersionsOf(ctx, ids, a.page())
		}),
		"Practice.diff": diffs(func(r *Resolver) differing { return r.Practices.Diffs }),
		"Practice.impactAssessments": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*assessment.Page, error) {
			return r.Assessments.Of(ctx, ids, a.page())
		}),
		"Practice.dialogues": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*dialogue.Page, error) {
			return r.Dialogues.About(ctx, ids, a.page())
		}),
		"Practice.comments":    under(commentsOn),
		"Practice.disclosures": made(func(row *db.Practice) []*practice.Disclosure { return pointers(practice.DisclosuresOf(row)) }, "disclosures"),
		"Practice.missingToActivate": forAll(func(ctx context.Context, r *Resolver, rows []*db.Practice) ([][]*view.UserError, error) {
			all, err := r.Practices.Missing(ctx, rows)
			return userErrorsOf(all), err
		}, "id", "kind", "disclosures"),
		"Practice.viewerCan": can(func(ctx context.Context, r *Resolver, ps []*db.Practice) ([][]*policy.Decision, error) {
			return r.Practices.Can(ctx, ps)
		}),
	},
	mutations: mutations{
		"proposePractice": with(func(ctx context.Context, r *Resolver, in model.ProposePracticeInput) (*act.Result, error) {
			return r.Practices.Propose(ctx, practice.Words{
				Title: in.Title, Description: or(in.Description, ""), Kind: in.Kind, DataCategories: in.DataCategories, AffectedGroups: in.AffectedGroups,
				Disclosures: disclosed(in.Disclosures),
			})
		}),
		"revisePractice": with(func(ctx context.Context, r *Resolver, in model.RevisePracticeInput) (*act.Result, error) {
			id := key("practice", in.ID)
			return r.Practices.Revise(ctx, id, practice.Change{
				Title: in.Title, Description: in.Description, DataCategories: in.DataCategories, AffectedGroups: in.AffectedGroups,
				Disclosures: disclosed(in.Disclosures),
			}, or(in.Reason, ""), &in.ExpectedRevision)
		}),
		"tryPractice":      on(func(r *Resolver) moving { return r.Practices.Try }),
		"activatePractice": on(func(r *Resolver) moving { return r.Practices.Activate }),
		"pausePractice":    on(func(r *Resolver) moving { return r.Practices.Pause }),
		"withdrawPractice": on(func(r *Resolver) moving { return r.Practices.Withdraw }),
	},
}

var practiceVersionNoun = noun{
	name:  "practiceversion",
	types: []string{"PracticeVersion"},
	read:  by(func(r *Resolver) many[db.PracticeVersion] { return r.Practices.VersionsByID }),
	edges: edges{
		"PracticeVersion.editor":      toParty("editor_id"),
		"PracticeVersion.disclosures": made(func(v *db.PracticeVersion) []*practice.Disclosure { return pointers(practice.DisclosedBy(v)) }, "disclosures"),
		"PracticeVersion.practice":    to("practice_id", func(r *Resolver) many[db.Practice] { return r.Practices.ByID }),
		"PracticeVersion.next": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.PracticeVersion, error) {
			return r.Practices.NextVersions(ctx, ids)
		}),
	},
}

// disclosed are the disclosures of an input; nil where it has none, which leaves those that there are.
func disclosed(in []*model.DisclosureInput) []practice.Disclosure {
	if in == nil {
		return nil
	}
	all := make([]practice.Disclosure, len(in))
	for i, d := range in {
		all[i] = practice.Disclosure{Key: d.Key, Text: d.Text, Evidence: optional.Text(or(d.Evidence, ""))}
	}
	return all
}

// linked reads the practices that things are about.
func linked(ctx context.Context, r *Resolver, subjects []uuid.UUID, _ args) (map[uuid.UUID][]*db.Practice, error) {
	pages, err := r.Practices.LinkedTo(ctx, subjects)
	lists := make(map[uuid.UUID][]*db.Practice, len(subjects))
	for _, id := range subjects {
		lists[id] = []*db.Practice{}
		if p := pages[id]; p != nil && p.Nodes != nil {
			lists[id] = p.Nodes
		}
	}
	return lists, err
}

// linkedTo are the practices that what each row names is about.
func linkedTo[R any](ctx context.Context, r *Resolver, rows []R, names func(R) uuid.UUID, a args) ([][]*db.Practice, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = names(row)
	}
	found, err := linked(ctx, r, ids, a)
	out := make([][]*db.Practice, len(rows))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, err
}
