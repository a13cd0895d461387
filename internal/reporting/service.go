package reporting

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbreport "github.com/plenary-dialogue/plenary/ent/db/report"
	"github.com/plenary-dialogue/plenary/ent/db/reportholder"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about reports.
var acts = []act.Type{{Name: "report.requested"}, {Name: "report.ready"}, {Name: "report.failed", By: "the server"}}

// Options bound what is kept.
type Options struct {
	Keep    time.Duration // how long files are kept
	Most    int           // how many reports a party may have at once
	Address string        // where others reach this server, for what reports say of themselves
}

// DefaultOptions are those of a server that is told none.
func DefaultOptions() Options { return Options{Keep: 30 * 24 * time.Hour, Most: 100} }

// Checkpoint is a signed state of the log.
type Checkpoint struct {
	Size         int64
	Origin, Root string
	Note         string
}

// Log is where acts go, and what says where a place is.
type Log interface {
	access.Log
	Append(ctx context.Context, tx *db.Tx, actor policy.Actor, entries ...act.Entry) ([]act.Result, error)
	// Wake says that acts were appended.
	Wake()
	// End is the last act of the log.
	End(ctx context.Context) (seq int64, act uuid.UUID, err error)
	// PlaceAt is the end of the longest beginning of the log in which no act is later than a time.
	PlaceAt(ctx context.Context, t time.Time) (int64, error)
	// TimeOf is the time of a place.
	TimeOf(ctx context.Context, seq int64) (time.Time, error)
	// SignersOf are the keys that sign for a checkpoint.
	SignersOf(checkpoint string) ([]note.Signer, error)
}

// Seen reads what the actor may see.
type Seen[R any] interface {
	ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*R, error)
}

// Assessments reads assessments, and what their versions say.
type Assessments interface {
	Seen[db.Assessment]
	// VersionsByID reads versions of assessments that the actor may see.
	VersionsByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.AssessmentVersion, error)
	// Whole tells which assessments the actor reads without redactions.
	Whole(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error)
	// Says is what a version says; nil where there is none.
	Says(ctx context.Context, row *db.Assessment, number int, r report.Reader) (*report.Assessment, error)
	// SaysBetween is what changed from a version to another one.
	SaysBetween(ctx context.Context, from *db.Assessment, a int, to *db.Assessment, b int, wholeFrom, wholeTo bool, language string) (*report.Diff, error)
}

// Rules are those of domains about what is stored.
type Rules struct {
	ByChamber func(stored json.RawMessage) ([]report.ChamberTally, error)
	Grade     func(likelihood, severity int) report.Grade
	Residual  func(inherent report.Grade, mitigations []report.Mitigation) report.Grade
	Side      func(side enum.RatingSide, ratings []*db.Rating, state enum.ImpactAssessmentState) *report.SideRating
	Status    func(c *db.Call, f *db.CalledFirm, active bool, at time.Time) enum.CalledFirmStatus
}

// Service holds the use cases of reports.
type Service struct {
	access.Frame[db.Report, placed]
	store       *store.Store
	log         Log
	clock       clock.Clock
	history     *history.Book
	rules       Rules
	assessments Assessments
	dialogues   Seen[db.Dialogue]
	calls       Seen[db.Call]
	parties     Seen[db.Stakeholder]
	templates   Seen[db.Template]
	covering    func(ctx context.Context, seq int64) (*Checkpoint, error)
	options     Options
	url         func(ctx context.Context, path string) string
	wake        chan struct{}
	made        atomic.Int64
	failed      atomic.Int64
	running     sync.Map // how far a report has come that this server makes: *tracker by id
}

// New makes the service. covering gives the smallest checkpoint that covers a place; nil while there is none.
func New(s *store.Store, l Log, c clock.Clock, h *history.Book, covering func(ctx context.Context, seq int64) (*Checkpoint, error),
	assessments Assessments, dialogues Seen[db.Dialogue], calls Seen[db.Call], parties Seen[db.Stakeholder], templates Seen[db.Template], rules Rules,
) *Service {
	n := &Service{
		store: s, log: l, clock: c, history: h, covering: covering, assessments: assessments, dialogues: dialogues, calls: calls, parties: parties, templates: templates, rules: rules, options: DefaultOptions(),
		url: func(_ context.Context, path string) string { return path }, wake: make(chan struct{}, 1),
	}
	n.Frame = access.Frame[db.Report, placed]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Use takes the settings of a server. link makes an address for the viewer of a context.
func (s *Service) Use(o Options, link func(ctx context.Context, path string) string) {
	if o.Keep > 0 {
		s.options.Keep = o.Keep
	}
	if o.Most > 0 {
		s.options.Most = o.Most
	}
	s.options.Address, s.url = o.Address, link
}

// Counts are what this server has done since it started, for an operator.
type Counts struct{ Made, Failed, Running int64 }

// Counts gives them.
func (s *Service) Counts() (n Counts) {
	s.running.Range(func(any, any) bool { n.Running++; return true })
	n.Made, n.Failed = s.made.Load(), s.failed.Load()
	return n
}

// Request says which report to make.
type Request struct {
	Scope Scope
	Seq   *int64     // the place; the end of the log if neither is given
	Time  *time.Time // a time instead of a place
}

// Request has a report made for the actor's party.
func (s *Service) Request(ctx context.Context, r Request) (*act.Result, error) {
	if err := policy.Check(ctx, policy.RequestReport, policy.Subject{Resource: policy.Report}); err != nil {
		return nil, err
	}
	return s.ask(ctx, policy.ActorFrom(ctx), r)
}

// RequestFor has a report made by the operator, who is the actor, for a party: of what the party could ask for. Without a party it is one
// for everybody.
func (s *Service) RequestFor(ctx context.Context, party uuid.UUID, r Request) (*act.Result, error) {
	if policy.ActorFrom(ctx).System == "" {
		return nil, fault.New(fault.Forbidden, "only the operator has reports made for others")
	}
	asking := policy.Anonymous
	if party == uuid.Nil && r.Scope.Audience != report.AudiencePublic {
		return nil, fault.InvalidField("party", enum.UserErrorCodeRequired, "say for which party")
	}
	if party != uuid.Nil {
		row, err := s.store.Reader().Stakeholder.Get(ctx, party)
		if err != nil {
			return nil, fault.MissingField("party")
		}
		role, _ := policy.ChamberRole(string(row.Kind))
		asking = policy.Actor{Member: somebody, Roles: []policy.Role{role}, Stakeholder: party, Kind: string(row.Kind), Status: string(row.Status)}
	}
	return s.ask(ctx, asking, r)
}

// ask has a report made for whoever asks; the actor of the context does it.
func (s *Service) ask(ctx context.Context, asking policy.Actor, r Request) (*act.Result, error) {
	scope, err := s.check(policy.WithActor(ctx, asking), r.Scope)
	if err != nil {
		return nil, err
	}
	seq, at, err := s.place(ctx, r)
	if err != nil {
		return nil, err
	}
	key, err := scope.key()
	if err != nil {
		return nil, err
	}
	made, err := s.Log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		row, err := s.request(ctx, tx, asking, scope, key, seq, at)
		if err != nil {
			return act.Entry{}, err
		}
		e := entry("report.requested", placed{Report: row})
		e.Row = row
		return e, nil
	})
	if err == nil {
		s.hurry()
	}
	return made, err
}

// request finds the report or makes its row, and notes who asks for it.
func (s *Service) request(ctx context.Context, tx *db.Tx, asking policy.Actor, scope Scope, key string, seq int64, at time.Time) (*db.Report, error) {
	now, err := s.store.Now(ctx, tx)
	if err != nil {
		return nil, err
	}
	now = now.UTC()
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("name the report: %w", err)
	}
	// Two may ask for the same at once.
	const once = `INSERT INTO reports (id, created_at, updated_at, revision, type, audience, language, scope, seq, at, party_id, state, remade, problems, queued_at)
		VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 'QUEUED', '[]', '[]', ?) ON CONFLICT (seq, scope) DO NOTHING`
	var party any
	if scope.Party != uuid.Nil {
		party = scope.Party
	}
	made, err := s.store.Exec(ctx, tx, once, id, now, now, string(scope.Type), string(scope.Audience), scope.Language, key, seq, at, party, now)
	if err != nil {
		return nil, fmt.Errorf("note what is asked for: %w", err)
	}
	row, err := tx.Report.Query().Where(dbreport.Seq(seq), dbreport.Scope(key), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return nil, err
	}
	expired := row.State == enum.ReportStateReady && row.ExpiresAt != nil && !row.ExpiresAt.After(now)
	if expired {
		if err := s.drop(ctx, tx, "id = ?", row.ID); err != nil {
			return nil, err
		}
	}
	begins := made > 0
	switch {
	case expired || row.State == enum.ReportStateFailed || row.State == enum.ReportStateExpired:
		begins = true
		row, err = row.Update().SetState(enum.ReportStateQueued).SetQueuedAt(now).SetFailure("").ClearFinishedAt().SetHolder("").ClearHeldUntil().SetAttempts(0).
			SetUpdatedAt(now).AddRevision(1).Save(ctx)
		if err != nil {
			return nil, err
		}
	}
	if asking.Stakeholder == uuid.Nil {
		return row, nil
	}
	return row, s.hold(ctx, tx, asking, row.ID, begins, now)
}

// hold notes that a party has asked for a report. Each that is to be made counts, and each that others have had made.
func (s *Service) hold(ctx context.Context, tx *db.Tx, actor policy.Actor, id uuid.UUID, begins bool, now time.Time) error {
	party, err := tx.Stakeholder.Query().Where(stakeholder.ID(actor.Stakeholder), s.store.ForUpdate).Only(ctx) // one request of a party at a time
	if err != nil {
		return err
	}
	has, err := tx.ReportHolder.Query().Where(reportholder.ReportID(id), reportholder.PartyID(actor.Stakeholder)).Only(ctx)
	if err != nil && !db.IsNotFound(err) {
		return err
	}
	if has == nil || begins {
		const present = "SELECT COUNT(*) FROM report_holders h JOIN reports t ON t.id = h.report_id WHERE h.party_id = ? AND h.report_id <> ? AND t.state IN ('QUEUED', 'RUNNING', 'READY')"
		n := 0
		if err := s.counted(ctx, tx, &n, present, actor.Stakeholder, id); err != nil {
			return err
		}
		if most := s.options.Most; n >= most {
			return fault.Coded(fault.State, enum.UserErrorCodeLimitReached, "a party has at most %d reports at once: the oldest ones go after a while", most).
				With(fault.Values{Limit: &most})
		}
	}
	var member *uuid.UUID
	if actor.Member != somebody {
		member = &actor.Member
	}
	if has != nil {
		return has.Update().SetNillableMemberID(member).SetJurisdictions(party.Jurisdictions).SetAskedAt(now).Exec(ctx)
	}
	return tx.ReportHolder.Create().SetReportID(id).SetPartyID(actor.Stakeholder).SetNillableMemberID(member).SetJurisdictions(party.Jurisdictions).SetAskedAt(now).Exec(ctx)
}

// place is the place in the log that is asked for, and its time.
func (s *Service) place(ctx context.Context, r Request) (seq int64, at time.Time, err error) {
	end, _, err := s.log.End(ctx)
	if err != nil {
		return 0, at, err
	}
	seq = end
	switch now := s.clock.Now(); {
	case r.Seq != nil && r.Time != nil:
		return 0, at, fault.InvalidField("asOf", enum.UserErrorCodeInvalid, "give the number of an act or a time, not both")
	case r.Seq != nil && (*r.Seq < 1 || *r.Seq > end):
		return 0, at, fault.InvalidField("asOf.seq", enum.UserErrorCodeOutOfRange, "the log has no such place: it ends at %d now", end)
	case r.Seq != nil:
		seq = *r.Seq
	case r.Time != nil && r.Time.After(now):
		return 0, at, fault.InvalidField("asOf.time", enum.UserErrorCodeInTheFuture, "this time is not over yet").With(fault.Values{Date: &now})
	case r.Time != nil:
		if seq, err = s.log.PlaceAt(ctx, *r.Time); err != nil {
			return 0, at, err
		}
	}
	since, ready, err := s.history.Since(ctx)
	switch {
	case err != nil:
		return 0, at, err
	case !ready:
		return 0, at, fault.New(fault.Unavailable, "the server keeps states since an upgrade that is not over: retry later")
	case seq < since || seq < 1:
		return 0, at, fault.InvalidField("asOf", enum.UserErrorCodeOutOfRange, "states are kept from act %d on: what was before cannot be reported", max(since, 1))
	}
	at, err = s.log.TimeOf(ctx, seq)
	return seq, at, err
}

// check says what is wrong with a scope, or gives it in the one form in which it is kept. What the actor may not see is missing, and so
// is what the audience may not see.
func (s *Service) check(ctx context.Context, scope Scope) (Scope, error) {
	actor := policy.ActorFrom(ctx)
	var f fault.Form
	if scope.Language == "" {
		scope.Language = report.Languages()[0]
	}
	if titles[scope.Language] == nil {
		f.Refuse("language", enum.UserErrorCodeInvalid, "reports are in en and fr")
	}
	for _, one := range []struct {
		field string
		given bool
		of    []report.Type
	}{
		{"assessment", scope.Assessment != uuid.Nil, []report.Type{report.TypeAssessment, report.TypeConsultation}},
		{"dialogue", scope.Dialogue != uuid.Nil, []report.Type{report.TypeConsultation}},
		{"from", scope.From != uuid.Nil, []report.Type{report.TypeDiff}},
		{"to", scope.To != uuid.Nil, []report.Type{report.TypeDiff}},
		{"portfolio", scope.Call != uuid.Nil || !scope.Filter.IsZero(), []report.Type{report.TypePortfolio}},
	} {
		belongs := slices.Contains(one.of, scope.Type)
		switch {
		case one.given && !belongs:
			f.Refuse(one.field, enum.UserErrorCodeInvalid, "a report of this type is not about this")
		case !one.given && belongs && scope.Type != report.TypePortfolio && scope.Type != report.TypeConsultation:
			f.Refuse(one.field, enum.UserErrorCodeRequired, "say which one the report is about")
		}
	}
	if scope.Type == report.TypeConsultation && (scope.Assessment == uuid.Nil) == (scope.Dialogue == uuid.Nil) {
		f.Refuse("assessment", enum.UserErrorCodeRequired, "name an assessment or a dialogue, and not both")
	}
	if scope.Audience == report.AudienceRegulator && !actor.Has(policy.Regulator) {
		f.Refuse("audience", enum.UserErrorCodeRole, "reports for regulators are made for regulators")
	}
	scope.Filter.Jurisdiction = f.Jurisdictions("portfolio.jurisdiction", scope.Filter.Jurisdiction, 100)
	if err := f.Err(); err != nil {
		return scope, err
	}
	if scope.Audience == report.AudienceParty {
		scope.Party = actor.Stakeholder
	}
	scope.Filter = scope.Filter.sorted()
	if err := s.regulated(ctx, actor, &scope); err != nil {
		return scope, err
	}
	return scope, s.visible(ctx, scope)
}

// regulated bounds a portfolio for regulators by the jurisdictions of whoever asks. Whoever has called is given what was filed with it,
// whatever became of a firm's jurisdictions since.
func (s *Service) regulated(ctx context.Context, actor policy.Actor, scope *Scope) error {
	if scope.Audience != report.AudienceRegulator || scope.Type != report.TypePortfolio {
		return nil
	}
	if scope.Call != uuid.Nil {
		calls, err := s.calls.ByID(ctx, []uuid.UUID{scope.Call})
		if err != nil {
			return err
		}
		if c := calls[scope.Call]; c != nil && c.CallerID == actor.Stakeholder {
			scope.Caller = actor.Stakeholder
		}
	}
	var own []string
	err := s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		own, err = access.Jurisdictions(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if len(scope.Filter.Jurisdiction) == 0 {
		scope.Filter.Jurisdiction = set(own)
	}
	for _, code := range scope.Filter.Jurisdiction {
		if !fault.Among(own, code) {
			return fault.InvalidField("portfolio.jurisdiction", enum.UserErrorCodeInvalid, "%s is not one of your jurisdictions", code)
		}
	}
	if len(scope.Filter.Jurisdiction) == 0 {
		return fault.InvalidField("portfolio.jurisdiction", enum.UserErrorCodeRequired, "your party has no jurisdictions")
	}
	return nil
}

// visible tells whether the actor and the audience see what a scope names now. What was visible then the report itself looks at.
func (s *Service) visible(ctx context.Context, scope Scope) error {
	views := []context.Context{ctx}
	if scope.Audience == report.AudiencePublic { // or the report would tell that it is there
		views = append(views, policy.WithActor(ctx, policy.Anonymous))
	}
	for _, view := range views {
		for _, seen := range []func(context.Context, Scope) (bool, error){s.seesAssessment, s.seesVersions, sees(s.dialogues, func(s Scope) uuid.UUID { return s.Dialogue }), sees(s.calls, func(s Scope) uuid.UUID { return s.Call }), sees(s.parties, func(s Scope) uuid.UUID { return s.Filter.Firm }), s.seesTemplates} {
			ok, err := seen(view, scope)
			if err != nil {
				return err
			}
			if !ok {
				return fault.Missing()
			}
		}
	}
	return nil
}

func sees[R any](of Seen[R], id func(Scope) uuid.UUID) func(context.Context, Scope) (bool, error) {
	return func(ctx context.Context, s Scope) (bool, error) {
		if id(s) == uuid.Nil {
			return true, nil
		}
		found, err := of.ByID(ctx, []uuid.UUID{id(s)})
		return found[id(s)] != nil, err
	}
}

func (s *Service) seesTemplates(ctx context.Context, scope Scope) (bool, error) {
	found, err := s.templates.ByID(ctx, scope.Filter.Template)
	for _, id := range scope.Filter.Template {
		if found[id] == nil {
			return false, err
		}
	}
	return true, err
}

func (s *Service) seesAssessment(ctx context.Context, scope Scope) (bool, error) {
	if scope.Assessment == uuid.Nil {
		return true, nil
	}
	return s.seesAll(ctx, scope, []uuid.UUID{scope.Assessment})
}

// seesAll tells whether the actor sees assessments, and for a report without redactions the whole of them.
func (s *Service) seesAll(ctx context.Context, scope Scope, ids []uuid.UUID) (bool, error) {
	found, err := s.assessments.ByID(ctx, ids)
	if err != nil {
		return false, err
	}
	whole := map[uuid.UUID]bool{}
	if scope.Audience == report.AudienceRegulator {
		if whole, err = s.assessments.Whole(ctx, ids); err != nil {
			return false, err
		}
	}
	for _, id := range ids {
		if found[id] == nil || scope.Audience == report.AudienceRegulator && !whole[id] {
			return false, nil
		}
	}
	return true, nil
}

func (s *Service) seesVersions(ctx context.Context, scope Scope) (bool, error) {
	if scope.Type != report.TypeDiff {
		return true, nil
	}
	found, err := s.assessments.VersionsByID(ctx, []uuid.UUID{scope.From, scope.To})
	if err != nil || found[scope.From] == nil || found[scope.To] == nil {
		return false, err
	}
	return s.seesAll(ctx, scope, []uuid.UUID{found[scope.From].AssessmentID, found[scope.To].AssessmentID})
}

// hurry wakes whoever makes reports here.
func (s *Service) hurry() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Report.Query().Where(dbreport.ID(id), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	p := placed{Report: row}
	n := 0
	at := held(policy.ActorFrom(ctx).Stakeholder, "t")
	err = s.counted(ctx, tx, &n, "SELECT COUNT(*) FROM reports t WHERE t.id = ? AND "+at.SQL, append([]any{id}, at.Args...)...)
	p.held = n > 0
	return p, err
}

func entry(typ string, p placed) act.Entry {
	e := act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Report, ID: p.ID, Revision: p.Revision},
		Payload: map[string]any{"state": p.State, "type": p.Type, "audience": p.Audience},
	}
	if typ == "report.requested" { // who asks for what is nobody else's business
		e.Audience = act.ForActor
	}
	if p.Hash != "" {
		e.Payload = map[string]any{"state": p.State, "type": p.Type, "audience": p.Audience, "hash": p.Hash}
	}
	return e
}
