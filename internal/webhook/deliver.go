package webhook

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

const (
	// claimFor is longer than any attempt; a worker renews its claim with each result.
	claimFor = time.Minute
	// turn is how long a worker stays with one webhook while others may wait.
	turn = 10 * time.Second
	// floor is how long an act may wait when nothing wakes the engine, as one from another replica.
	floor = time.Second
	// chunk is how many acts are looked at together, and chunks how many of those in one turn without anything to send.
	chunk  = 200
	chunks = 25
	// connections is how many of the database's the engine takes at most, so that those who ask the API are not kept waiting.
	connections = 4
	// kept is how long attempts are kept.
	kept = 30 * 24 * time.Hour
)

// EngineConfig is what an engine is told. Source is needed; the zero value of the rest is a default.
type EngineConfig struct {
	Source        string // the address of the server, without a slash at its end: what events come from
	AllowLoopback bool   // see Options
	Workers       int    // attempts at once; 128 when zero: most of them wait for a receiver
	Log           *slog.Logger

	within   time.Duration // for one attempt
	roots    *x509.CertPool
	resolver *net.Resolver
	random   func() float64
	before   func(hook uuid.UUID) // called before each attempt
}

// Engine sends. Any number of them work on one database: each webhook is worked on by one at a time.
type Engine struct {
	service *Service
	feed    *feed.Service
	store   *store.Store
	log     *actlog.Log
	clock   clock.Clock
	sender  *sender
	config  EngineConfig
	name    string
	seats   chan struct{} // one for each worker that uses the database

	attempts, failures, panics atomic.Int64
	pruned                     time.Time

	mu       sync.Mutex
	panicked map[uuid.UUID]int // panics in a row, by webhook
}

// NewEngine makes an engine. It sends while Run runs.
func NewEngine(s *Service, f *feed.Service, c EngineConfig) *Engine {
	if c.Workers <= 0 {
		c.Workers = 128
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.within == 0 {
		c.within = sendWithin
	}
	if c.random == nil {
		c.random = mathrand.Float64
	}
	return &Engine{
		service: s, feed: f, store: s.store, log: s.log, clock: s.clock, sender: newSender(c), config: c, name: uuid.NewString(),
		panicked: map[uuid.UUID]int{}, seats: make(chan struct{}, connections),
	}
}

// Counts are what an operator watches.
type Counts struct{ Attempts, Failures, Panics int64 }

// Counts gives what the engine has done since it was made.
func (e *Engine) Counts() Counts {
	return Counts{e.attempts.Load(), e.failures.Load(), e.panics.Load()}
}

// Run sends what is due until the context ends; then attempts that run are cut off, count for nothing, and their webhooks
// are free for other replicas at once.
func (e *Engine) Run(ctx context.Context) {
	defer e.sender.client.CloseIdleConnections()
	var workers sync.WaitGroup
	defer workers.Wait()
	places := make(chan struct{}, e.config.Workers)
	freed := make(chan struct{}, 1)
	for ctx.Err() == nil {
		// Asked for before looking: an act that comes in between closes it.
		_, grown, _ := e.log.After(ctx, math.MaxInt64)
		claims, err := e.claim(ctx, e.config.Workers-len(places))
		if err != nil && ctx.Err() == nil {
			e.config.Log.Error("webhooks_not_claimed", "error", err)
		}
		for _, c := range claims {
			places <- struct{}{}
			workers.Go(func() {
				defer func() {
					<-places
					select {
					case freed <- struct{}{}:
					default:
					}
				}()
				e.work(ctx, c)
			})
		}
		e.prune(ctx)
		wait(ctx, grown, freed)
	}
}

// wait ends when the log has grown, a worker is free, or after the floor; but a moment after the last time at the earliest,
// so that a busy log is not asked for each of its acts.
func wait(ctx context.Context, grown, freed <-chan struct{}) {
	pause := time.NewTimer(20 * time.Millisecond)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return
	case <-pause.C:
	}
	late := time.NewTimer(floor)
	defer late.Stop()
	select {
	case <-ctx.Done():
	case <-grown:
	case <-freed:
	case <-late.C:
	}
}

// Step sends what is due now and tells how many webhooks had something; for tools that end, and for tests.
func (e *Engine) Step(ctx context.Context) (int, error) {
	claims, err := e.claim(ctx, e.config.Workers)
	var workers sync.WaitGroup
	for _, c := range claims {
		workers.Go(func() { e.work(ctx, c) })
	}
	workers.Wait()
	return len(claims), err
}

// claim is a webhook that this engine works on.
type claim struct {
	id    uuid.UUID
	fence int64
}

// due asks for webhooks with something to send now, of parties that are admitted and that nobody works on.
const due = `claimed_until < ? AND (state IN ('PENDING', 'ACTIVE') AND challenge_at <= ? OR state = 'ACTIVE' AND due_at <= ? AND (
	position < (SELECT COALESCE(MAX(seq), 0) FROM acts) OR replay_position < replay_until
	OR failures < ? AND EXISTS (SELECT 1 FROM dead_letters l WHERE l.webhook_id = webhooks.id AND l.state = 'RETRYING')))
	AND EXISTS (SELECT 1 FROM stakeholders p WHERE p.id = webhooks.stakeholder_id AND p.status = 'ACTIVE')`

// claim takes webhooks that are due, those that have waited longest first.
func (e *Engine) claim(ctx context.Context, most int) ([]claim, error) {
	if most <= 0 {
		return nil, nil
	}
	now := e.clock.Now()
	args := []any{now, now, now, breakAfter}
	// A look that takes no lock, so that an idle server leaves the database alone.
	idle := true
	err := e.store.Query(ctx, "SELECT 1 FROM webhooks WHERE "+due+" LIMIT 1", args, func(*sql.Rows) error {
		idle = false
		return nil
	})
	if err != nil || idle {
		return nil, err
	}
	text := "UPDATE webhooks SET claimed_by = ?, claimed_until = ?, fence = fence + 1 WHERE id IN (SELECT id FROM webhooks WHERE " + due +
		" ORDER BY due_at LIMIT ?" + e.store.SkipLocked() + ") RETURNING id, fence"
	args = append(append([]any{e.name, now.Add(claimFor)}, args...), most)
	var claims []claim
	err = e.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		claims = nil
		return e.store.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error {
			var c claim
			claims = append(claims, c)
			last := &claims[len(claims)-1]
			return r.Scan(&last.id, &last.fence)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("claim webhooks: %w", err)
	}
	return claims, nil
}

// errLost says that the webhook is another worker's by now.
var errLost = errors.New("the claim was lost")

// work sends what one webhook waits for. Whatever happens to it, panics too, happens to this webhook alone.
func (e *Engine) work(ctx context.Context, c claim) {
	w := &worker{Engine: e, claim: c}
	defer func() {
		if v := recover(); v != nil {
			n := e.panics.Add(1)
			e.config.Log.Error("webhook_worker_panicked", "webhook", c.id, "panic", v, "count", n, "stack", string(debug.Stack()))
			w.release(context.WithoutCancel(ctx), e.panickedAgain(c.id))
		}
	}()
	began := time.Now()
	for time.Since(began) < turn {
		more, err := w.once(ctx)
		switch {
		case errors.Is(err, errLost):
			return
		case err != nil && ctx.Err() == nil:
			e.config.Log.Error("webhook_not_served", "webhook", c.id, "error", err)
			w.release(context.WithoutCancel(ctx), schedule[1])
			return
		}
		if !more || ctx.Err() != nil {
			break
		}
	}
	w.release(context.WithoutCancel(ctx), 0)
}

// panickedAgain gives the pause after a panic, twice as long each time until the engine starts anew.
func (e *Engine) panickedAgain(hook uuid.UUID) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.panicked[hook]++
	return min(schedule[1]<<min(e.panicked[hook]-1, 10), schedule[3])
}

// worker serves one webhook for a turn.
type worker struct {
	*Engine
	claim  claim
	row    *db.Webhook
	replay bool        // what follows is of a replay, and not of the log as it grows
	queue  []*feed.Act // matching and visible when they were read, not yet sent
	ahead  int64       // what lies up to here needs no sending; it is not saved yet
}

// lane is what an attempt is for.
type lane int

const (
	laneChallenge lane = iota
	laneLetter
	laneLog
)

// job is one thing to send.
type job struct {
	lane   lane
	replay bool
	act    *db.Act
	letter *db.DeadLetter
	token  string // of a challenge
	event  Event
}

// once makes one attempt, and says whether there may be more to do.
func (w *worker) once(ctx context.Context) (bool, error) {
	var j *job
	err := w.seated(func() (err error) {
		j, err = w.find(ctx)
		return err
	})
	if err != nil || j == nil {
		return false, err
	}
	if w.config.before != nil {
		w.config.before(w.claim.id)
	}
	r, err := w.attempt(ctx, j)
	if err != nil || r.cut {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	defer cancel()
	return true, w.seated(func() error { return w.settle(ctx, j, r) })
}

// seated runs what uses the database.
func (e *Engine) seated(f func() error) error {
	e.seats <- struct{}{}
	defer func() { <-e.seats }()
	return f()
}

// find looks at the webhook as it is now and finds what to send; nil for nothing.
func (w *worker) find(ctx context.Context) (*job, error) {
	rows, err := store.ByID(ctx, w.store, working, []uuid.UUID{w.claim.id}, store.Always())
	if err != nil {
		return nil, fmt.Errorf("load the webhook: %w", err)
	}
	if w.row = rows[w.claim.id]; w.row == nil || w.row.Fence != w.claim.fence {
		return nil, errLost
	}
	if replaying(w.row) != w.replay {
		w.replay, w.queue, w.ahead = !w.replay, nil, 0
	}
	owner, err := w.owner(ctx)
	if err != nil || owner.Status != "ACTIVE" {
		return nil, err
	}
	return w.next(policy.WithActor(ctx, owner))
}

// owner is the party as it is now, with the rights of its chamber and no others: those of a token end with the token.
func (w *worker) owner(ctx context.Context) (policy.Actor, error) {
	a := policy.Actor{Member: w.row.MemberID, Stakeholder: w.row.StakeholderID}
	const text = "SELECT kind, status FROM stakeholders WHERE id = ?"
	err := w.store.Query(ctx, text, []any{a.Stakeholder}, func(r *sql.Rows) error { return r.Scan(&a.Kind, &a.Status) })
	if err != nil {
		return policy.Actor{}, fmt.Errorf("load the webhook's party: %w", err)
	}
	if role, ok := policy.ChamberRole(a.Kind); ok {
		a.Roles = []policy.Role{role}
	}
	return a, nil
}

// next finds what to send now; nil for nothing.
func (w *worker) next(ctx context.Context) (*job, error) {
	row, now := w.row, w.clock.Now()
	open := row.State == "ACTIVE"
	if row.ChallengeAt != nil && !row.ChallengeAt.After(now) && (open || row.State == "PENDING") {
		return w.challenge()
	}
	if !open || row.DueAt.After(now) {
		return nil, nil
	}
	if row.Failures < breakAfter {
		if j, err := w.letter(ctx); j != nil || err != nil {
			return j, err
		}
	}
	act, err := w.head(ctx)
	if act == nil || err != nil {
		return nil, err
	}
	return &job{lane: laneLog, replay: w.replay, act: act.Act, event: w.event(act.Act)}, nil
}

func (w *worker) event(a *db.Act) Event {
	h := Happened{
		Type: a.Type, Act: typeid.New("act", a.ActID).String(), Subject: typeid.New(a.SubjectType, a.SubjectID).String(),
		Revision: a.SubjectRevision, At: a.At,
	}
	if c := w.service.Cursor(w.row.ID, a.ID); c != nil {
		h.Cursor = *c
	}
	return NewEvent(w.config.Source, EventID(w.row.ID, a.ActID), h)
}

func (w *worker) challenge() (*job, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	id := w.row.GlobalID().String()
	return &job{lane: laneChallenge, token: token, event: newEvent(
		w.config.Source, typeid.New("msg", uuid.Must(uuid.NewV7())).String(), ChallengeType, id, w.clock.Now(), Challenge{Webhook: id, Challenge: token},
	)}, nil
}

// letter finds a dead letter that is to be sent again. What its party may no longer see is dead for good.
func (w *worker) letter(ctx context.Context) (*job, error) {
	for {
		row, err := w.retrying(ctx)
		if row == nil || err != nil {
			return nil, err
		}
		acts, err := w.feed.ByID(ctx, []uuid.UUID{row.ActID})
		if err != nil {
			return nil, err
		}
		if act := acts[row.ActID]; act != nil {
			return &job{lane: laneLetter, act: act.Act, letter: row, event: w.event(act.Act)}, nil
		}
		err = w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			return tx.DeadLetter.UpdateOneID(row.ID).SetState("DEAD").SetUpdatedAt(w.clock.Now()).AddRevision(1).Exec(ctx)
		})
		if err != nil {
			return nil, fmt.Errorf("save a dead letter: %w", err)
		}
	}
}

// retrying reads the first dead letter that is to be sent again; nil when there is none.
func (w *worker) retrying(ctx context.Context) (*db.DeadLetter, error) {
	var row *db.DeadLetter
	text := "SELECT " + strings.Join(Letters.Columns, ", ") + " FROM " + Letters.Name + " WHERE webhook_id = ? AND state = 'RETRYING' ORDER BY seq LIMIT 1"
	err := w.store.Query(ctx, text, []any{w.claim.id}, func(r *sql.Rows) error {
		row = new(db.DeadLetter)
		return r.Scan(Letters.Dest(row)...)
	})
	if err != nil {
		return nil, fmt.Errorf("load a dead letter: %w", err)
	}
	return row, nil
}

// head finds the next act that the party is to hear of, passing over what it does not follow or may not see.
func (w *worker) head(ctx context.Context) (*feed.Act, error) {
	position, until := w.row.Position, int64(math.MaxInt64)
	if w.replay {
		position, until = w.row.ReplayPosition, replayEnd(w.row)
	}
	for len(w.queue) > 0 {
		act := w.queue[0]
		if act.ID <= position || act.ID > until {
			w.queue = w.queue[1:]
			continue
		}
		w.queue = w.queue[1:]
		// Rights may have changed while those before it were sent.
		seen, err := w.feed.Select(ctx, w.filter(), []*db.Act{act.Act})
		if err != nil {
			return nil, err
		}
		if len(seen) > 0 {
			return act, nil
		}
		w.ahead = act.ID
	}
	w.ahead = max(w.ahead, position)
	for range chunks {
		more, err := w.read(ctx, until)
		switch {
		case err != nil:
			return nil, err
		case len(w.queue) > 0:
			act := w.queue[0]
			w.queue = w.queue[1:]
			return act, nil
		case !more:
			return nil, nil
		}
	}
	return nil, nil
}

// read reads the next acts behind what is settled, and says whether there are more behind them.
func (w *worker) read(ctx context.Context, until int64) (bool, error) {
	end, err := w.log.Head(ctx)
	if err != nil {
		return false, err
	}
	end = min(end, until)
	if w.ahead >= end {
		return false, nil
	}
	party := w.row.StakeholderID
	acts, err := w.log.Since(ctx, w.ahead, actlog.Query{Dialogue: w.row.DialogueID, Party: &party, Limit: chunk})
	if err != nil {
		return false, err
	}
	through := end
	if len(acts) == chunk {
		through = min(end, acts[chunk-1].ID)
	}
	for len(acts) > 0 && acts[len(acts)-1].ID > through {
		acts = acts[:len(acts)-1]
	}
	if w.queue, err = w.feed.Select(ctx, w.filter(), acts); err != nil {
		return false, err
	}
	if len(w.queue) == 0 {
		w.ahead = through
	}
	return through < end, nil
}

func (w *worker) filter() feed.Filter {
	return feed.Filter{Types: w.row.Types, Dialogue: w.row.DialogueID}
}

// attempt signs and sends.
func (w *worker) attempt(ctx context.Context, j *job) (result, error) {
	body, err := j.event.Body()
	if err != nil {
		return result{}, err
	}
	now := w.clock.Now()
	keys, err := w.keys(now)
	if err != nil {
		return result{}, err
	}
	w.attempts.Add(1)
	r := w.sender.send(ctx, w.row.URL, now, body, func(h http.Header) { setHeaders(h, j.event.ID, now, body, keys...) }, j.lane == laneChallenge)
	if j.lane == laneChallenge && r.outcome == delivered && !echoes(r.answer, j.token) {
		r.outcome, r.detail = failed, "it did not answer with the challenge"
	}
	if r.outcome != delivered && !r.cut {
		w.failures.Add(1)
	}
	return r, nil
}

// keys are those that sign now: the present one, and the former one during the overlap.
func (w *worker) keys(now time.Time) ([]key, error) {
	sealed := [][]byte{w.row.Secret}
	if w.row.PreviousUntil != nil && now.Before(*w.row.PreviousUntil) {
		sealed = append(sealed, w.row.PreviousSecret)
	}
	keys := make([]key, len(sealed))
	for i, s := range sealed {
		plain, err := w.service.sealer.Open(sealedFor(w.row.ID), s)
		if err != nil {
			return nil, fmt.Errorf("open the secret of a webhook: %w", err)
		}
		keys[i] = key{w.row.Scheme, plain}
	}
	return keys, nil
}

// echoes tells whether an answer is the challenge, as it is or as {"challenge": "…"}.
func echoes(answer []byte, token string) bool {
	text := strings.TrimSpace(string(answer))
	var doc Challenge
	if json.Unmarshal(answer, &doc) == nil && doc.Challenge != "" {
		text = doc.Challenge
	}
	return subtle.ConstantTimeCompare([]byte(text), []byte(token)) == 1
}

// settle keeps what became of an attempt, and moves the queue, in one transaction that also checks and renews the claim.
func (w *worker) settle(ctx context.Context, j *job, r result) error {
	acted := false
	err := w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		acted = false
		row, err := w.hold(ctx, tx)
		if err != nil {
			return err
		}
		if row.State == "DELETED" {
			return errLost
		}
		t := &turnout{worker: w, tx: tx, row: row, update: row.Update().SetClaimedUntil(w.clock.Now().Add(claimFor)), job: j, result: r}
		if err := t.decide(ctx); err != nil {
			return err
		}
		if err := t.keep(ctx); err != nil {
			return err
		}
		acted = t.act != ""
		saved, err := t.update.Save(ctx)
		if err != nil {
			return fmt.Errorf("save webhook: %w", err)
		}
		if acted {
			_, err = w.log.Append(ctx, tx, jobActor, entry(t.act, saved))
		}
		return err
	})
	if acted && err == nil {
		w.log.Wake()
	}
	return err
}

// jobActor is the engine in the log and before the policy.
var jobActor = policy.SystemActor("webhooks")

// hold locks the row and makes sure that it is still ours.
func (w *worker) hold(ctx context.Context, tx *db.Tx) (*db.Webhook, error) {
	if err := w.store.Lock(ctx, tx, Table.Name, w.claim.id); err != nil {
		return nil, err
	}
	row, err := tx.Webhook.Get(ctx, w.claim.id)
	if err != nil {
		return nil, fmt.Errorf("load the webhook: %w", err)
	}
	if row.Fence != w.claim.fence {
		return nil, errLost
	}
	return row, nil
}

// turnout is what one attempt comes to.
type turnout struct {
	*worker
	tx     *db.Tx
	row    *db.Webhook // as it is now; the party may have changed it during the attempt
	update *db.WebhookUpdateOne
	job    *job
	result result
	number int        // of the attempt
	again  *time.Time // when it is tried again
	act    string     // what the server did to the webhook, for the log
}

func (t *turnout) decide(ctx context.Context) error {
	t.number = 1
	if t.result.outcome == delivered {
		t.update.SetFailures(0).ClearFailingSince()
	}
	switch t.job.lane {
	case laneChallenge:
		return t.challenged(ctx)
	case laneLetter:
		return t.resent(ctx)
	}
	return t.sent(ctx)
}

func (t *turnout) challenged(ctx context.Context) error {
	now := t.clock.Now()
	if t.row.ChallengeAt == nil || t.row.URL != t.worker.row.URL {
		return nil // its party has changed it meanwhile: what another address echoed counts for nothing
	}
	t.number = t.row.ChallengeAttempt + 1
	if t.result.outcome == delivered {
		t.update.ClearChallengeAt().SetChallengeAttempt(0).SetDueAt(now).SetStateReason("")
		if policy.Decide(jobActor, policy.ConfirmWebhook, subject(jobActor, t.row)).Allowed {
			t.update.SetState("ACTIVE").SetVerifiedAt(now).AddRevision(1).SetUpdatedAt(now)
			t.act = "webhook.verified"
			if t.row.Position == 0 { // it was never sent anything: it hears what happens from now on
				head, err := t.service.head(ctx, t.tx)
				t.update.SetPosition(head)
				return err
			}
		}
		return nil
	}
	t.update.SetChallengeAttempt(t.number)
	if t.number < challengeAttempts {
		wait, _ := backoff(t.number, 0, t.result.asked, t.config.random())
		t.retryAt(now.Add(wait))
		t.update.SetChallengeAt(*t.again)
		return nil
	}
	t.update.ClearChallengeAt()
	if t.row.State == "PENDING" {
		t.update.SetStateReason("the challenge failed: " + t.result.detail)
	}
	return nil
}

func (t *turnout) resent(ctx context.Context) error {
	state := "DELIVERED"
	if t.result.outcome != delivered {
		state = "DEAD"
		t.fail()
	}
	update := t.tx.DeadLetter.UpdateOneID(t.job.letter.ID).SetState(state).AddAttempts(1).AddRevision(1).SetUpdatedAt(t.clock.Now())
	t.number = t.job.letter.Attempts + 1
	if state == "DEAD" {
		update.SetReason(t.result.detail)
	}
	if err := update.Exec(ctx); err != nil && !db.IsNotFound(err) { // its webhook may have been deleted
		return fmt.Errorf("save a dead letter: %w", err)
	}
	return nil
}

func (t *turnout) sent(ctx context.Context) error {
	now, act := t.clock.Now(), t.job.act
	attempts := 0
	if t.row.AttemptAct != nil && *t.row.AttemptAct == act.ActID {
		attempts = t.row.Attempt
	}
	t.number = attempts + 1
	if t.result.outcome == delivered {
		t.advance(act.ID).SetAttempt(0).ClearAttemptAct().SetDueAt(now).SetDeliveredAt(now).SetDeliveredSeq(act.ID)
		return nil
	}
	if t.settled(act.ID) {
		return nil // its party has skipped it meanwhile
	}
	t.fail()
	if t.act != "" { // disabled: the event stays at the head of the queue
		return nil
	}
	t.update.SetAttempt(t.number).SetAttemptAct(act.ActID)
	wait, ok := backoff(t.number, t.row.Failures+1, t.result.asked, t.config.random())
	if ok {
		t.retryAt(now.Add(wait))
		t.update.SetDueAt(*t.again)
		return nil
	}
	wait = 0
	if t.row.Failures+1 >= breakAfter {
		wait = probeEvery
	}
	t.advance(act.ID).SetAttempt(0).ClearAttemptAct().SetDueAt(now.Add(wait))
	return t.service.bury(ctx, t.tx, t.row.ID, buried{act.ActID, act.ID, act.Type}, t.number, t.result.detail)
}

// advance moves the queue that the job was taken from, if there still is one.
func (t *turnout) advance(seq int64) *db.WebhookUpdateOne {
	return advance(t.row, t.job.replay, seq, t.update)
}

// settled tells whether the queue has moved past an act, or is gone.
func (t *turnout) settled(seq int64) bool {
	if t.job.replay {
		return seq <= t.row.ReplayPosition
	}
	return seq <= t.row.Position || replaying(t.row)
}

func (t *turnout) retryAt(at time.Time) {
	at = at.Truncate(time.Microsecond) // as it is stored
	t.again = &at
}

// fail counts a failure, and disables a webhook whose receiver wants no more or has failed for too long.
func (t *turnout) fail() {
	now, since := t.clock.Now(), t.clock.Now()
	if t.row.FailingSince != nil {
		since = *t.row.FailingSince
	}
	t.update.AddFailures(1).SetFailingSince(since)
	reason := ""
	switch {
	case t.result.status == http.StatusGone:
		reason = "its receiver " + statusText(http.StatusGone)
	case now.Sub(since) >= giveUpAfter:
		reason = "its receiver has failed for five days: " + t.result.detail
	}
	if reason != "" && policy.Decide(jobActor, policy.DisableWebhook, subject(jobActor, t.row)).Allowed {
		t.update.SetState("DISABLED").SetStateReason(reason).ClearChallengeAt().SetAttempt(0).ClearAttemptAct().AddRevision(1).SetUpdatedAt(now)
		t.act = "webhook.disabled"
	}
}

// keep writes the attempt down.
func (t *turnout) keep(ctx context.Context) error {
	row := t.tx.WebhookDelivery.Create().SetWebhookID(t.row.ID).SetEventID(t.job.event.ID).SetType(t.job.event.Type).SetAttempt(t.number).
		SetAt(t.result.at).SetDurationMs(int(t.result.took.Milliseconds())).SetOutcome(t.result.outcome).SetDetail(t.result.detail).
		SetNillableNextAttemptAt(t.again)
	if t.result.status != 0 {
		row.SetStatusCode(t.result.status)
	}
	if t.job.act != nil {
		row.SetActID(t.job.act.ActID).SetSeq(t.job.act.ID)
	}
	if err := row.Exec(ctx); err != nil {
		return fmt.Errorf("keep a delivery: %w", err)
	}
	return nil
}

// release gives the webhook back, and saves what was passed over; a pause keeps it from being taken again at once.
func (w *worker) release(ctx context.Context, pause time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := w.seated(func() error { return w.saveRelease(ctx, pause) })
	if err != nil && !errors.Is(err, errLost) && !fault.Is(err, fault.NotFound) {
		w.config.Log.Warn("webhook_not_released", "webhook", w.claim.id, "error", err)
	}
}

func (w *worker) saveRelease(ctx context.Context, pause time.Duration) error {
	return w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := w.hold(ctx, tx)
		if err != nil {
			return err
		}
		now := w.clock.Now()
		update := row.Update().SetClaimedUntil(now.Add(pause - time.Microsecond))
		if w.ahead > 0 && len(w.queue) == 0 {
			advance(row, w.replay, w.ahead, update)
		}
		return update.Exec(ctx)
	})
}

// prune deletes attempts, and dead letters that were delivered after all, when they were kept long enough; once an hour.
func (e *Engine) prune(ctx context.Context) {
	now := e.clock.Now()
	if now.Sub(e.pruned) < time.Hour {
		return
	}
	e.pruned = now
	err := e.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := e.store.Exec(ctx, tx, "DELETE FROM webhook_deliveries WHERE at < ?", now.Add(-kept)); err != nil {
			return err
		}
		_, err := e.store.Exec(ctx, tx, "DELETE FROM dead_letters WHERE state = 'DELIVERED' AND updated_at < ?", now.Add(-kept))
		return err
	})
	if err != nil && ctx.Err() == nil {
		e.config.Log.Warn("deliveries_not_pruned", "error", err)
	}
}
