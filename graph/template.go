package graph

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/localized"
	"github.com/plenary-dialogue/plenary/internal/template"
)

var templateNoun = noun{
	name:  "template",
	types: []string{"AssessmentTemplate"},
	read:  by(func(r *Resolver) many[db.Template] { return r.Templates.ByID }),
	referred: func(ctx context.Context, r *Resolver, reference string) (view.Node, error) {
		row, err := r.Templates.ByReference(ctx, strings.ToLower(reference))
		if row == nil {
			return nil, err
		}
		return row, err
	},
	tables: []string{"templates"},
	posted: []policy.Action{policy.ImportTemplate},
	edges: edges{
		"Query.assessmentTemplates": paged(func(ctx context.Context, r *Resolver, in model.AssessmentTemplateFilter, a args) (*template.Page, error) {
			return r.Templates.List(ctx, template.Filter{
				State: in.State, Key: in.Key, Jurisdiction: in.Jurisdiction, Language: in.Language, Text: or(in.Text, ""), ChangedSince: in.ChangedSince,
			}, a.page())
		}),
		"AssessmentTemplate.title":          asked(localized.Title),
		"AssessmentTemplate.description":    asked(localized.Description),
		"AssessmentTemplate.sections":       asked(localized.Sections),
		"AssessmentTemplate.obligations":    asked(localized.Obligations),
		"AssessmentTemplate.rule":           asked(func(q *questionnaire.Template, _ string) *localized.Rule { return localized.RuleOf(q) }),
		"AssessmentTemplate.signOffsNeeded": asked(func(q *questionnaire.Template, _ string) []*localized.NeededSignOff { return localized.SignOffs(q) }),
		"AssessmentTemplate.jurisdiction": made(func(t *db.Template) *string {
			if len(t.Jurisdictions) == 0 {
				return nil
			}
			return &t.Jurisdictions[0]
		}, "jurisdictions"),
		"AssessmentTemplate.importedBy": toParty("importer_id"),
		"AssessmentTemplate.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Template) ([][]*policy.Decision, error) {
			return r.Templates.Can(ctx, rows), nil
		}),
	},
	mutations: mutations{
		"activateTemplate": on(func(r *Resolver) moving { return r.Templates.Activate }),
		"retireTemplate":   on(func(r *Resolver) moving { return r.Templates.Retire }),
	},
}

// asked makes a field of what a template asks, in the language that the client wants.
func asked[C any](part func(q *questionnaire.Template, language string) C) edge {
	e := one(func(ctx context.Context, r *Resolver, rows []*db.Template, a args) ([]C, error) {
		ids := make([]uuid.UUID, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		found, err := r.Templates.Questionnaires(ctx, ids)
		if err != nil {
			return nil, err
		}
		out := make([]C, len(rows))
		for i, id := range ids {
			out[i] = part(found[id], or(a.text("language"), ""))
		}
		return out, nil
	})
	e.needs, e.public = []string{"id"}, true
	return e
}
