package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// localReports are the reports of a database that no server has open.
type localReports struct {
	*domains.Domains
	asked *reportMakeCmd
}

// inDatabase makes a report in this process.
func (c *reportMakeCmd) inDatabase(ctx context.Context, s streams) error {
	return databaseFlags{Database: c.Database, DBWait: c.DBWait, Keys: c.Keys}.withLog(ctx, false, func(st *store.Store, l *actlog.Log) error {
		d, err := c.prepare(ctx, st, l)
		if err != nil {
			return err
		}
		running, stop := context.WithCancel(ctx)
		var jobs sync.WaitGroup
		jobs.Go(func() { d.Reports.Run(running) })
		defer jobs.Wait()
		defer stop()
		if err := c.make(ctx, s, &localReports{d, c}); err != nil {
			return err
		}
		stop()
		jobs.Wait()
		if _, err := l.Drain(ctx); err != nil {
			return fmt.Errorf("the report is made, but the log is not up to date; a server will complete it: %w", err)
		}
		return nil
	})
}

// prepare does what a server does before it makes reports: every act has its number, a checkpoint covers them, and there are versions of all rows.
func (c *reportMakeCmd) prepare(ctx context.Context, st *store.Store, l *actlog.Log) (*domains.Domains, error) {
	if err := l.CheckKeys(ctx); err != nil {
		return nil, err
	}
	if err := l.Examine(ctx); err != nil { // nothing is added to a log that has lost acts
		return nil, err
	}
	if l.Origin() == "" {
		return nil, errors.New("the log has no name yet, and nothing can be signed: start the server once")
	}
	if err := st.UseSealKey(ctx); err != nil {
		return nil, err
	}
	d, err := domains.New(st, l, systemClock, webhook.Options{})
	if err != nil {
		return nil, err
	}
	address, err := publicURL(c.PublicURL)
	if err != nil {
		return nil, err
	}
	d.Reports.Use(reporting.Options{Address: address}, func(_ context.Context, path string) string { return path })
	if err := d.Reports.Begin(ctx); err != nil {
		return nil, err
	}
	if _, err := l.Drain(ctx); err != nil {
		return nil, err
	}
	return d, d.History.Fill(ctx, d.History.Behind)
}

// auditing reads every report, as auditors do.
func auditing(ctx context.Context) context.Context {
	return policy.WithActor(ctx, policy.Actor{Member: operator, Status: "ACTIVE", Roles: []policy.Role{policy.Auditor}})
}

func (r *localReports) request(ctx context.Context) (string, error) {
	asked, err := r.asked.request()
	if err != nil {
		return "", err
	}
	party, err := r.party(auditing(ctx))
	if err != nil {
		return "", err
	}
	made, err := r.Reports.RequestFor(policy.WithActor(ctx, policy.SystemActor("report")), party, asked)
	if err != nil {
		return "", err
	}
	return typeid.New(string(policy.Report), made.Subject).String(), nil
}

// party is the party that the operator names, if any.
func (r *localReports) party(ctx context.Context) (uuid.UUID, error) {
	name := r.asked.Party
	if name == "" {
		return uuid.Nil, nil
	}
	if id, err := typeid.Parse(string(policy.Stakeholder), name); err == nil {
		return id, nil
	}
	row, err := r.Parties.ByHandle(ctx, name)
	if err != nil {
		return uuid.Nil, err
	}
	if row == nil {
		return uuid.Nil, fmt.Errorf("--party: there is no party %q", name)
	}
	return row.ID, nil
}

// request is what the service takes.
func (c *reportMakeCmd) request() (reporting.Request, error) {
	var wrong error
	id := func(noun policy.Resource, flag, text string) uuid.UUID {
		if text == "" {
			return uuid.Nil
		}
		key, err := typeid.Parse(string(noun), text)
		if err != nil && wrong == nil {
			wrong = fmt.Errorf("--%s: %q is no id of this kind, such as %s_01h455vb4pex5vsknk084sn02q", flag, text, noun)
		}
		return key
	}
	const version = "assessmentversion"
	r := reporting.Request{Scope: reporting.Scope{
		Type: c.kind(), Audience: c.audience(), Language: c.Language, Assessment: id(policy.Assessment, "assessment", c.Assessment),
		Dialogue: id(policy.Dialogue, "dialogue", c.Dialogue), From: id(version, "from", c.From), To: id(version, "to", c.To), Call: id(policy.Call, "call", c.Call),
		Filter: reporting.Portfolio{Firm: id(policy.Stakeholder, "firm", c.Firm), Jurisdiction: c.Jurisdiction, Sector: c.Sector},
	}}
	for _, one := range c.Template {
		r.Scope.Filter.Template = append(r.Scope.Filter.Template, id(policy.Template, "template", one))
	}
	for _, one := range c.Level {
		r.Scope.Filter.Level = append(r.Scope.Filter.Level, enum.ImpactLevel(one))
	}
	for _, one := range c.State {
		r.Scope.Filter.State = append(r.Scope.Filter.State, enum.ImpactAssessmentState(one))
	}
	var err error
	r.Seq, r.Time, err = c.asOf()
	return r, errors.Join(wrong, err)
}

func (r *localReports) state(ctx context.Context, id string) (*reportState, error) {
	ctx = auditing(ctx)
	key, err := typeid.Parse(string(policy.Report), id)
	if err != nil {
		return nil, err
	}
	found, err := r.Reports.ByID(ctx, []uuid.UUID{key})
	row := found[key]
	if err != nil || row == nil {
		return nil, err
	}
	now := &reportState{State: row.State, Failure: row.Failure.Pointer(), Signature: row.Note.Pointer()}
	now.AsOf.Seq = strconv.FormatInt(row.Seq, 10)
	if now.Progress, err = r.Reports.Come(row); err != nil {
		return nil, err
	}
	problems, err := reporting.ProblemsOf(row)
	if err != nil {
		return nil, err
	}
	for _, p := range problems {
		now.Problems = append(now.Problems, struct{ Format, Message string }{p.Format, p.Message})
	}
	files, err := r.Reports.FilesOf(ctx, []*db.Report{row})
	if err != nil {
		return nil, err
	}
	for _, f := range files[0] {
		now.Files = append(now.Files, *f)
	}
	return now, nil
}

// open reads a file as the server would send it.
func (r *localReports) open(ctx context.Context, id string, f reporting.File, _ int64) (contentAt, error) {
	req, err := http.NewRequestWithContext(auditing(ctx), http.MethodGet, reporting.Below+id+"."+f.Format, nil)
	if err != nil {
		return contentAt{}, err
	}
	content, to := io.Pipe()
	go func() {
		w := &written{header: http.Header{}, to: to}
		r.Reports.Serve(w, req)
		_ = to.CloseWithError(w.failed)
	}()
	return contentAt{content, 0}, nil
}

// written is where the content of a file goes, if there is any.
type written struct {
	header http.Header
	to     io.Writer
	failed error
}

// Header implements http.ResponseWriter.
func (w *written) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *written) WriteHeader(status int) {
	if status != http.StatusOK {
		w.failed = fmt.Errorf("the file cannot be read: %s", http.StatusText(status))
	}
}

// Write implements http.ResponseWriter.
func (w *written) Write(b []byte) (int, error) {
	if w.failed != nil {
		return len(b), nil // says why, for clients of a server
	}
	return w.to.Write(b)
}
