package graph

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var reportNoun = noun{
	name:   "report",
	types:  []string{"Report"},
	read:   by(func(r *Resolver) many[db.Report] { return r.Reports.ByID }),
	tables: []string{"reports", "report_holders", "report_files", "report_pieces", "report_parties"},
	edges: edges{
		"Query.reports": paged(func(ctx context.Context, r *Resolver, in model.ReportFilter, a args) (*reporting.Page, error) {
			return r.Reports.List(ctx, reporting.Filter{Type: in.Type, Audience: in.Audience, State: in.State, ChangedSince: in.ChangedSince}, a.page())
		}),
		"Report.scope": ofRow(func(_ *Resolver, row *db.Report, _ args) ([]string, error) { return reporting.ScopeOf(row) }, "scope"),
		"Report.asOf":  passing(made(reporting.AsOfOf, "seq", "at", "checkpoint")),
		"Report.problems": ofRow(func(_ *Resolver, row *db.Report, _ args) ([]*reporting.Problem, error) {
			return reporting.ProblemsOf(row)
		}, "problems"),
		"Report.remade": ofRow(func(_ *Resolver, row *db.Report, _ args) ([]*reporting.Remade, error) { return reporting.RemadeOf(row) }, "remade"),
		// A job changes what follows, and time; no act tells of it.
		"Report.state":     passing(made(func(row *db.Report) enum.ReportState { return row.State }, "state")),
		"Report.expiresAt": passing(made(func(row *db.Report) *time.Time { return row.ExpiresAt }, "expires_at")),
		"Report.signature": passing(made(func(row *db.Report) *string { return row.Note.Pointer() }, "note")),
		"Report.progress":  passing(ofRow(func(r *Resolver, row *db.Report, _ args) (*reporting.Progress, error) { return r.Reports.Come(row) }, "id", "state", "progress")),
		"Report.files":     reportFiles(),
		"Report.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Report) ([][]*policy.Decision, error) {
			return r.Reports.Can(ctx, rows)
		}),
	},
	mutations: mutations{
		"requestReport": with(func(ctx context.Context, r *Resolver, in model.RequestReportInput) (*act.Result, error) {
			asked, err := requestOf(in)
			if err != nil {
				return nil, err
			}
			return r.Reports.Request(ctx, asked)
		}),
	},
	follows: follows{"reportUpdated": around},
}

// reportFiles are addresses that are good for five minutes.
func reportFiles() edge {
	e := one(func(ctx context.Context, r *Resolver, rows []*db.Report, _ args) ([][]*reporting.File, error) {
		return r.Reports.FilesOf(ctx, rows)
	})
	e.needs, e.passing = []string{"id", "state"}, true
	return e
}

// requestOf is what a client asks for.
func requestOf(in model.RequestReportInput) (reporting.Request, error) {
	var f fault.Form
	id := func(noun string, text *string) uuid.UUID {
		if text == nil {
			return uuid.Nil
		}
		return key(noun, *text)
	}
	out := reporting.Request{Scope: reporting.Scope{
		Type: report.Type(in.Type), Audience: report.Audience(in.Audience), Language: or(in.Language, ""), Assessment: id("assessment", in.Assessment),
		Dialogue: id("dialogue", in.Dialogue), From: id("assessmentversion", in.From), To: id("assessmentversion", in.To),
	}}
	if p := in.Portfolio; p != nil {
		out.Scope.Call = id("call", p.Call)
		out.Scope.Filter = reporting.Portfolio{Firm: id("stakeholder", p.Firm), Jurisdiction: p.Jurisdiction, Sector: p.Sector, Level: p.Level, State: p.State}
		for i := range p.Template {
			out.Scope.Filter.Template = append(out.Scope.Filter.Template, id("template", &p.Template[i]))
		}
	}
	if at := in.AsOf; at != nil {
		if out.Time = at.Time; at.Seq != nil {
			n, err := strconv.ParseInt(*at.Seq, 10, 64)
			if err != nil {
				f.Refuse("asOf.seq", enum.UserErrorCodeInvalid, "give the number of an act in decimal")
			}
			out.Seq = &n
		}
		if at.Time == nil && at.Seq == nil {
			f.Refuse("asOf", enum.UserErrorCodeRequired, "give the number of an act, or a time")
		}
	}
	return out, f.Err()
}
