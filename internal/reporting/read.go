package reporting

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of reports.
type Page = store.Page[*db.Report]

// Edge is an entry of a page of reports.
type Edge = store.Edge[*db.Report]

// placed is a report with what the policy needs to know around it.
type placed struct {
	*db.Report
	held bool // the actor's party has asked for it, and may still read it
}

// held asks for a report as t that a party has asked for. What is for regulators it reads while its jurisdictions are the same.
func held(party uuid.UUID, t string) store.Cond {
	return store.Where("EXISTS (SELECT 1 FROM report_holders h JOIN stakeholders s ON s.id = h.party_id WHERE h.report_id = "+t+".id AND h.party_id = ? AND "+
		"("+t+".audience <> 'REGULATOR' OR COALESCE(CAST(h.jurisdictions AS text), '[]') = COALESCE(CAST(s.jurisdictions AS text), '[]')) "+store.EachRow+")", party)
}

// noun says what the policy needs to know of a report.
var noun = access.Noun[db.Report, placed]{
	Resource: policy.Report,
	Table:    store.TableOf[db.Report](),
	Row:      func(p placed) *db.Report { return p.Report },
	Facts: []access.Fact[placed]{
		{
			Fact:  policy.Published,
			Holds: func(_ policy.Actor, p placed) bool { return p.Audience == enum.ReportAudiencePublic },
			SQL:   func(_ policy.Actor, t string) store.Cond { return store.Where(t + ".audience = 'PUBLIC'") },
		},
		{
			Fact:  policy.Own,
			Holds: func(_ policy.Actor, p placed) bool { return p.held },
			SQL: func(a policy.Actor, t string) store.Cond {
				if a.Stakeholder == uuid.Nil {
					return store.Never()
				}
				return held(a.Stakeholder, t)
			},
		},
	},
}

// Can tells what the viewer can do with each report.
func (s *Service) Can(ctx context.Context, rows []*db.Report) ([][]*policy.Decision, error) {
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{Report: row, held: true} // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}

// Filter says which reports to list.
type Filter struct {
	Type         []enum.ReportType
	Audience     []enum.ReportAudience
	State        []enum.ReportState
	ChangedSince *time.Time
}

// List reads a page of reports, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.type", f.Type)).And(store.Any("t.audience", f.Audience)).And(store.Any("t.state", f.State)).Since("t.updated_at", f.ChangedSince)
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string](nil), "", f.ChangedSince)
	return store.One(ctx, s.store, l)
}

// AsOf is the place in the log that a report is over.
type AsOf struct {
	Seq        string
	Time       time.Time
	Checkpoint *string
}

// AsOfOf is that of a report.
func AsOfOf(row *db.Report) *AsOf {
	out := &AsOf{Seq: strconv.FormatInt(row.Seq, 10), Time: row.At.UTC()}
	if row.Checkpoint > 0 {
		size := strconv.FormatInt(row.Checkpoint, 10)
		out.Checkpoint = &size
	}
	return out
}

// ScopeOf are the ids that the scope of a report names.
func ScopeOf(row *db.Report) ([]string, error) {
	scope, err := scopeOf(row)
	return scope.names(), err
}

func scopeOf(row *db.Report) (scope Scope, err error) {
	if err := json.Unmarshal([]byte(row.Scope), &scope); err != nil {
		return scope, fmt.Errorf("read the scope of %s: %w", row.ID, err)
	}
	return scope, nil
}

// File is a file of a report.
type File struct {
	Format, MediaType string
	Bytes             int
	SHA256, URL       string
}

// FilesOf reads the files of reports, in the order of the formats.
func (s *Service) FilesOf(ctx context.Context, rows []*db.Report) ([][]*File, error) {
	ids := make([]uuid.UUID, 0, len(rows))
	for _, row := range rows {
		if row.State == enum.ReportStateReady {
			ids = append(ids, row.ID)
		}
	}
	found, err := s.filesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([][]*File, len(rows))
	for i, row := range rows {
		out[i] = []*File{}
		for _, f := range report.Formats() {
			if one := found[row.ID][f.Name]; one != nil {
				one.URL = s.url(ctx, Path(row.ID, f.Name))
				out[i] = append(out[i], one)
			}
		}
	}
	return out, nil
}

func (s *Service) filesOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]map[string]*File, error) {
	media := map[string]string{}
	for _, f := range report.Formats() {
		media[f.Name] = f.MediaType
	}
	all, in := map[uuid.UUID]map[string]*File{}, s.store.AnyOf("report_id", ids)
	err := s.store.Query(ctx, "SELECT report_id, format, bytes, sha256 FROM report_files WHERE "+in.SQL, in.Args, func(r *sql.Rows) error {
		f := new(File)
		var of uuid.UUID
		if err := r.Scan(&of, &f.Format, &f.Bytes, &f.SHA256); err != nil {
			return err
		}
		if all[of] == nil {
			all[of] = map[string]*File{}
		}
		f.MediaType, all[of][f.Format] = media[f.Format], f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of reports: %w", err)
	}
	return all, nil
}

// Remade is why a report was made again.
type Remade struct {
	At      time.Time `json:"at"`
	Hash    string    `json:"hash"`
	Because string    `json:"because"`
}

// RemadeOf is why a report was made again, oldest first.
func RemadeOf(row *db.Report) ([]*Remade, error) { return listOf[*Remade](row.Remade) }

// Problem is what a format could not hold as it is.
type Problem struct {
	Format  string        `json:"format"`
	Code    string        `json:"code"`
	Where   optional.Text `json:"where"`
	Message string        `json:"message"`
}

// ProblemsOf is what formats of a report could not hold as it is.
func ProblemsOf(row *db.Report) ([]*Problem, error) { return listOf[*Problem](row.Problems) }

func listOf[T any](text json.RawMessage) ([]T, error) {
	all := []T{}
	if len(text) == 0 {
		return all, nil
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read a list of a report: %w", err)
	}
	return all, nil
}

// Progress is how far a report has come.
type Progress struct {
	Stage string `json:"stage"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
}

// The stages of a report that is being made.
const (
	beingRead    = "reading"
	beingWritten = "writing"
)

// Come says how far a report has come that is being made: exactly on the server that makes it, and within seconds on the others.
func (s *Service) Come(row *db.Report) (*Progress, error) {
	if row.State != enum.ReportStateRunning {
		return nil, nil
	}
	if t, ok := s.running.Load(row.ID); ok {
		if at := t.(*tracker).at.Load(); at != nil {
			return at, nil
		}
	}
	p := &Progress{Stage: beingRead}
	if len(row.Progress) == 0 {
		return p, nil
	}
	if err := json.Unmarshal(row.Progress, p); err != nil {
		return nil, fmt.Errorf("read the progress of a report: %w", err)
	}
	return p, nil
}

// Look counts the reports that wait and those that failed, and says why the last one did, for an operator.
func Look(ctx context.Context, s *store.Store) (waiting, failed int, why string, err error) {
	const text = `SELECT (SELECT COUNT(*) FROM reports WHERE state IN ('QUEUED', 'RUNNING')), (SELECT COUNT(*) FROM reports WHERE state = 'FAILED'),
		COALESCE((SELECT failure FROM reports WHERE state = 'FAILED' ORDER BY finished_at DESC, id DESC LIMIT 1), '')`
	err = s.Query(ctx, text, nil, func(r *sql.Rows) error { return r.Scan(&waiting, &failed, &why) })
	return waiting, failed, why, err
}
