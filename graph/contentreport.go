package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/contentreport"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var contentReportNoun = noun{
	name:    "contentreport",
	types:   []string{"ContentReport"},
	read:    by(func(r *Resolver) many[db.ContentReport] { return r.ContentReports.ByID }),
	tables:  []string{"content_reports"},
	inside:  []policy.Resource{policy.Dialogue, policy.Proposal, policy.Practice, policy.Assessment, policy.Framework, policy.Principle, policy.Touchpoint},
	between: true, // who had its words reported could else tell when
	edges: edges{
		"Comment.reports":       reportsOf,
		"ContentReport.subject": moderated(func(c *db.ContentReport) typeid.ID { return thingOf(c.ReportedType, c.ReportedID) }, "reported_type", "reported_id"),
		"ContentReport.by":      toParty("party_id"),
	},
	mutations: mutations{
		"reportComment": with(func(ctx context.Context, r *Resolver, in model.ReportCommentInput) (*act.Result, error) {
			return r.ContentReports.File(ctx, r.Comments, key("comment", in.ID), in.Reason, in.ExpectedRevision)
		}),
		"reportProposal": with(func(ctx context.Context, r *Resolver, in model.ReportProposalInput) (*act.Result, error) {
			return r.ContentReports.File(ctx, r.Proposals, key("proposal", in.ID), in.Reason, in.ExpectedRevision)
		}),
		"reportAmendment": with(func(ctx context.Context, r *Resolver, in model.ReportAmendmentInput) (*act.Result, error) {
			return r.ContentReports.File(ctx, r.Amendments, key("amendment", in.ID), in.Reason, in.ExpectedRevision)
		}),
	},
}

// reportsOf reads the reports of each thing.
var reportsOf = under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*contentreport.Page, error) {
	return r.ContentReports.Of(ctx, ids, a.page())
})
