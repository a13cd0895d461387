package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func named(ids []uuid.UUID) []string {
	var out []string
	for _, id := range ids {
		out = append(out, typeid.New("act", id).String())
	}
	return out
}

func expectActs(t *testing.T, r *receiver, want []uuid.UUID) {
	t.Helper()
	if diff := cmp.Diff(named(want), r.acts()); diff != "" {
		t.Errorf("acts that arrived (-want +got):\n%s", diff)
	}
}

// A receiver is down for an hour. Every event arrives once and in order; the attempts follow the schedule.
func TestAnHoursOutageLosesNothing(t *testing.T) { // F33
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		down := now.Now()
		accepted := []string{}
		r.reply(func(w http.ResponseWriter, m message) {
			if now.Now().Before(down.Add(time.Hour)) {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			accepted = append(accepted, m.act)
		})
		acts := p.happen(5)
		first := len(p.deliveries(id))
		for range 12 {
			p.step()
			if row := p.row(id); row.DueAt.After(now.Now()) {
				now.Advance(row.DueAt.Sub(now.Now()))
			}
			acts = append(acts, p.happen(1)...) // acts go on while the receiver is down
		}
		p.step()
		if diff := cmp.Diff(named(acts), accepted); diff != "" {
			t.Errorf("acts that arrived (-want +got):\n%s", diff)
		}
		type attempt struct {
			Number  int
			Outcome enum.WebhookOutcome
			After   time.Duration
		}
		var got []attempt
		for _, d := range p.deliveries(id)[first:][:6] {
			got = append(got, attempt{d.Attempt, d.Outcome, d.At.Sub(down)})
		}
		five := 5 * time.Second
		want := []attempt{
			{1, "FAILED", 0}, {2, "FAILED", five}, {3, "FAILED", five + 5*time.Minute}, {4, "FAILED", five + 35*time.Minute},
			{5, "DELIVERED", five + 155*time.Minute}, {1, "DELIVERED", five + 155*time.Minute},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		d := p.deliveries(id)[first]
		if d.StatusCode == nil || *d.StatusCode != 503 || d.Detail != "answered 503" || d.NextAttemptAt == nil || d.EventID != webhook.EventID(id, acts[0]) {
			t.Errorf("the first attempt was stored as %v", d)
		}
		row := p.row(id)
		if row.Failures != 0 || row.FailingSince != nil || webhook.NextAttempt(row) != nil || webhook.Breaker(row) != "CLOSED" {
			t.Errorf("afterwards the webhook is %v", row)
		}
	})
}

func TestAnEventThatIsNeverAcceptedBecomesADeadLetter(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		acts := p.happen(3)
		bad := typeid.New("act", acts[0]).String()
		refuse := func(w http.ResponseWriter, m message) {
			if m.act == bad {
				w.WriteHeader(http.StatusInternalServerError)
				fmt.Fprint(w, "no \x00 such\nthing "+strings.Repeat("long ", 100))
			}
		}
		r.reply(refuse)
		began := now.Now()
		for range 10 {
			p.step()
			if row := p.row(id); row.DueAt.After(now.Now()) {
				if row.Attempt >= 5 && webhook.Breaker(row) != "OPEN" {
					t.Errorf("after %d failures the breaker is %s", row.Failures, webhook.Breaker(row))
				}
				now.Advance(row.DueAt.Sub(now.Now()))
			}
		}
		var total time.Duration
		for _, d := range webhook.Schedule {
			total += d
		}
		letters := p.letters(id)
		if len(letters) != 1 || letters[0].State != "DEAD" || letters[0].Attempts != 10 || letters[0].ActID != acts[0] ||
			letters[0].CreatedAt.Sub(began) != total || !strings.HasPrefix(letters[0].Reason, "answered 500: no such thing long") || len(letters[0].Reason) > 220 {
			t.Fatalf("dead letters: %v", letters)
		}
		p.step()
		want := append(slices.Repeat(acts[:1], 10), acts[1:]...)
		expectActs(t, r, want) // the next go on
		for _, m := range r.messages()[:10] {
			if m.id != webhook.EventID(id, acts[0]) {
				t.Errorf("an attempt has webhook-id %s", m.id)
			}
		}

		// It is sent again once when requested, and not before.
		r.forget()
		retry := func(want enum.DeadLetterState) {
			t.Helper()
			if _, err := p.all.Webhooks.Retry(as(p.ngo), letters[0].ID); err != nil {
				t.Fatal(err)
			}
			p.step()
			if got := p.letters(id)[0]; got.State != want {
				t.Errorf("after the retry it is %s, want %s", got.State, want)
			}
		}
		retry("DEAD")
		if got := p.letters(id)[0].Attempts; got != 11 {
			t.Errorf("%d attempts, want 11", got)
		}
		r.reply(nil)
		retry("DELIVERED")
		expectActs(t, r, []uuid.UUID{acts[0], acts[0]})
		if _, err := p.all.Webhooks.Retry(as(p.ngo), letters[0].ID); !fault.Is(err, fault.State) {
			t.Errorf("a retry of what was delivered = %v", err)
		}
		if _, err := p.all.Webhooks.Retry(as(p.firm), letters[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a retry by another party = %v", err)
		}
	})
}

func (p *place) letters(id uuid.UUID) []*db.DeadLetter {
	p.t.Helper()
	rows, err := p.store.Client().DeadLetter.Query().All(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	return slices.DeleteFunc(rows, func(r *db.DeadLetter) bool { return r.WebhookID != id })
}

func TestAnEventIsSkippedByHand(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		if _, err := p.all.Webhooks.Skip(as(p.ngo), id, nil); !fault.Is(err, fault.State) {
			t.Errorf("a skip when nothing fails = %v", err)
		}
		acts := p.happen(3)
		r.reply(status(500))
		p.step()
		r.reply(nil)
		p.step() // not due
		expectActs(t, r, acts[:1])
		if _, err := p.all.Webhooks.Skip(as(p.ngo), id, nil); err != nil {
			t.Fatal(err)
		}
		p.step()
		expectActs(t, r, acts)
		if l := p.letters(id); len(l) != 1 || l[0].ActID != acts[0] || l[0].Reason != "skipped by its party" {
			t.Errorf("dead letters %v", l)
		}
		_ = now
	})
}

func TestAReceiverThatIsGoneGetsNothingMore(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		r.reply(status(http.StatusGone))
		acts := p.happen(2)
		p.step()
		now.Advance(10 * 24 * time.Hour)
		p.step()
		expectActs(t, r, acts[:1])
		row := p.row(id)
		if row.State != "DISABLED" || row.StateReason != "its receiver answered 410: it wants no more" {
			t.Errorf("the webhook is %s: %s", row.State, row.StateReason)
		}
		last := p.acts()[len(p.acts())-1]
		if last.Type != "webhook.disabled" || last.SubjectID != id || last.StakeholderID != nil || strings.Contains(last.Payload, "hooks?for") {
			t.Errorf("the last act is %v", last)
		}
		// Nothing is lost when it comes back.
		r.reply(nil)
		r.forget()
		if _, err := p.all.Webhooks.Enable(as(p.ngo), id, false, nil); err != nil {
			t.Fatal(err)
		}
		p.step()
		expectActs(t, r, acts)
	})
}

func (p *place) acts() []*db.Act {
	p.t.Helper()
	p.settle()
	acts, err := p.log.Since(context.Background(), 0, actlog.Query{})
	if err != nil {
		p.t.Fatal(err)
	}
	return acts
}

func TestAReceiverThatFailsForFiveDaysIsDisabled(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		r.reply(status(500))
		p.happen(4)
		began := now.Now()
		for range 40 {
			p.step()
			row := p.row(id)
			if row.State == "DISABLED" {
				break
			}
			now.Advance(row.DueAt.Sub(now.Now()))
		}
		row := p.row(id)
		if row.State != "DISABLED" || !strings.HasPrefix(row.StateReason, "its receiver has failed for five days") {
			t.Fatalf("the webhook is %s: %s", row.State, row.StateReason)
		}
		if took := now.Now().Sub(began); took < 5*24*time.Hour || took > 6*24*time.Hour {
			t.Errorf("it took %v", took)
		}
		if n := len(r.messages()); n > 25 {
			t.Errorf("the receiver was tried %d times", n)
		}
		r.forget()
		r.reply(nil)
		if _, err := p.all.Webhooks.Enable(as(p.ngo), id, true, nil); err != nil {
			t.Fatal(err)
		}
		p.step()
		fresh := p.happen(1)
		p.step()
		expectActs(t, r, fresh) // missed events are left out, as requested
	})
}

// What a party may not see is not sent, and does not show in what the party can read of its webhook.
func TestWhatIsHiddenIsNotSent(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r, func(reg *webhook.Registration) { reg.Types = nil })
		p.step()
		seen := func() *db.Webhook {
			rows, err := p.all.Webhooks.ByID(as(p.ngo), []uuid.UUID{id})
			if err != nil {
				t.Fatal(err)
			}
			return rows[id]
		}
		before, attempts := seen(), len(p.deliveries(id))
		r.forget()
		hidden := p.store.Client().Proposal.Create().SetDialogueID(p.open).SetAuthorID(p.firm.Stakeholder).SetMemberID(p.firm.Member).SetKind("POLICY").
			SetTitle("Secret plan").SetBody("b").SetContentHash("0").SetState("DRAFT").SaveX(context.Background())
		about := act.Subject{Type: policy.Proposal, ID: hidden.ID, Revision: 1}
		p.append(
			act.Entry{Type: "proposal.drafted", Subject: about, Dialogue: p.open},
			act.Entry{Type: "comment.voted", Subject: act.Subject{Type: policy.Dialogue, ID: p.open}, Audience: act.ForActor},
		)
		p.step()
		if n := len(r.messages()); n != 0 {
			t.Errorf("%d messages about what is hidden", n)
		}
		if diff := cmp.Diff(before.String(), seen().String()); diff != "" || len(p.deliveries(id)) != attempts {
			t.Errorf("a hidden act shows in the webhook (-before +after):\n%s", diff)
		}
		// An act on the same proposal is sent once it is open: rights are checked when an event is sent.
		p.store.Client().Proposal.UpdateOneID(hidden.ID).SetState("OPEN").ExecX(context.Background())
		sent := p.append(act.Entry{Type: "proposal.opened", Subject: about, Dialogue: p.open})
		p.step()
		expectActs(t, r, sent)

		// A suspended party gets nothing until it is active again.
		r.forget()
		p.store.Client().Stakeholder.UpdateOneID(p.ngo.Stakeholder).SetStatus("SUSPENDED").ExecX(context.Background())
		waiting := p.happen(2)
		p.step()
		if n := len(r.messages()); n != 0 {
			t.Errorf("a suspended party was sent %d messages", n)
		}
		p.store.Client().Stakeholder.UpdateOneID(p.ngo.Stakeholder).SetStatus("ACTIVE").ExecX(context.Background())
		p.step()
		expectActs(t, r, waiting)
	})
}

// Rights that end while a queue is being sent end at once.
func TestRightsAreCheckedForEachEvent(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		p.hook(r)
		acts := p.happen(5)
		r.reply(func(http.ResponseWriter, message) {
			p.store.Client().Dialogue.UpdateOneID(p.open).SetVisibility("INVITED").ExecX(context.Background())
		})
		p.step()
		expectActs(t, r, acts[:1])
	})
}

func TestOnlyWhatIsFollowedIsSent(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		other := p.store.Client().Dialogue.Create().SetTitle("Other").SetConvenorID(p.ngo.Stakeholder).SetState("OPEN").SaveX(context.Background())
		r := receive(t, nil)
		p.hook(r, func(reg *webhook.Registration) { reg.Dialogue, reg.Types = &other.ID, []string{"dialogue.closed"} })
		entry := func(typ string, dialogue uuid.UUID) act.Entry {
			return act.Entry{Type: typ, Subject: act.Subject{Type: policy.Dialogue, ID: dialogue}, Dialogue: dialogue}
		}
		ids := p.append(entry("dialogue.closed", p.open), entry("dialogue.opened", other.ID), entry("dialogue.closed", other.ID))
		p.step()
		expectActs(t, r, ids[2:])
	})
}

func TestAPartOfTheLogIsSentAgain(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		var acts []uuid.UUID
		var at []time.Time
		for range 6 {
			now.Advance(2 * time.Minute)
			at = append(at, now.Now())
			acts = append(acts, p.happen(2)...)
		}
		p.step()
		expectActs(t, r, acts)
		ids := map[string]string{}
		var cursors []string
		for _, m := range r.messages() {
			ids[m.act] = m.id
		}
		for _, d := range p.deliveries(id) {
			if c := p.all.Webhooks.DeliveryCursor(d); c != nil {
				cursors = append(cursors, *c)
			}
		}
		missing := "x"
		end := p.acts()[len(p.acts())-1]
		foreign := *p.all.Webhooks.CursorOf(uuid.New(), actlog.PositionOf(end))
		displaced := *p.all.Webhooks.CursorOf(id, actlog.PositionAt(end.ID, acts[0]))
		unwritten := *p.all.Webhooks.CursorOf(id, actlog.PositionAt(end.ID+1000, acts[0]))
		unmarked := *p.all.Webhooks.CursorOf(id, actlog.PositionAt(end.ID+1000, uuid.Nil))
		unplaced := *p.all.Webhooks.CursorOf(id, actlog.PositionAt(0, acts[0]))
		var later []uuid.UUID // appended since; a replay without an end includes them
		for _, row := range []struct {
			name  string
			r     webhook.Range
			want  []uuid.UUID
			fault fault.Kind
		}{
			{"from a time", webhook.Range{From: &at[4]}, acts[8:], 0},
			{"between two times, both included", webhook.Range{From: &at[1], To: &at[2]}, acts[2:6], 0},
			{"after a cursor", webhook.Range{After: &cursors[9]}, acts[10:], 0},
			{"between two cursors", webhook.Range{After: &cursors[0], Through: &cursors[2]}, acts[1:3], 0},
			{"everything", webhook.Range{From: new(time.Time)}, acts, 0},
			{"nothing", webhook.Range{From: &at[2], To: &at[1]}, nil, fault.State},
			{"from nowhere", webhook.Range{}, nil, fault.Invalid},
			{"from two positions", webhook.Range{From: &at[0], After: &cursors[0]}, nil, fault.Invalid},
			{"after a forged cursor", webhook.Range{After: &missing}, nil, fault.Invalid},
			{"after another webhook's cursor", webhook.Range{After: &foreign}, nil, fault.Invalid},
			{"after an act in whose place is another", webhook.Range{After: &displaced}, nil, fault.Expired},
			{"through one", webhook.Range{After: &cursors[0], Through: &displaced}, nil, fault.Expired},
			{"after a place that no act has", webhook.Range{After: &unwritten}, nil, fault.Expired},
			{"after such a place, without a mark", webhook.Range{After: &unmarked}, nil, fault.Expired},
			{"after an act without a place", webhook.Range{After: &unplaced}, nil, fault.Expired},
		} {
			r.forget()
			_, err := p.all.Webhooks.Replay(as(p.ngo), id, row.r, nil)
			if row.fault != 0 {
				if !fault.Is(err, row.fault) {
					t.Errorf("%s: %v, want %v", row.name, err, row.fault)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s: %v", row.name, err)
			}
			if _, err := p.all.Webhooks.Replay(as(p.ngo), id, row.r, nil); !fault.Is(err, fault.State) {
				t.Errorf("%s: a second replay beside the first = %v", row.name, err)
			}
			want := slices.Clone(row.want)
			if row.r.To == nil && row.r.Through == nil {
				want = append(want, later...)
			}
			fresh := p.happen(1) // waits until the replay ends
			later = append(later, fresh...)
			p.step()
			if diff := cmp.Diff(named(append(want, fresh...)), r.acts()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", row.name, diff)
			}
			for _, m := range r.messages() {
				if was, ok := ids[m.act]; ok && was != m.id {
					t.Errorf("%s: webhook-id %s, before it was %s", row.name, m.id, was)
				}
			}
		}
	})
}

// An event that is being delivered when the replay is requested has reached its receiver, though no row says so yet.
func TestAReplayIncludesAnEventInDelivery(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		acts := p.happen(3)
		last := named(acts)[2]
		var once sync.Once
		r.reply(func(_ http.ResponseWriter, m message) {
			if m.act != last {
				return
			}
			once.Do(func() {
				if _, err := p.all.Webhooks.Replay(as(p.ngo), id, webhook.Range{From: new(time.Time)}, nil); err != nil {
					t.Error(err)
				}
				acts = append(acts, p.happen(1)...)
			})
		})
		p.step()
		p.step()
		expectActs(t, r, slices.Concat(acts[:3], acts))
		r.forget()
		acts = p.happen(2) // a replay without an end has ended here
		p.step()
		expectActs(t, r, acts)
		if row := p.row(id); row.ReplayPosition != row.ReplayUntil {
			t.Errorf("the replay is at %d of %d", row.ReplayPosition, row.ReplayUntil)
		}
	})
}

func TestAChallengeThatIsNotEchoedLeavesItPending(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		result, _, err := p.all.Webhooks.Register(as(p.ngo), webhook.Registration{URL: "https://127.0.0.1:1/", Scheme: webhook.HMAC})
		if err != nil {
			t.Fatal(err)
		}
		id := result.Subject
		p.engine = p.newEngine(p.config(r))
		p.happen(2)
		p.verify(id)
		for range 5 {
			now.Advance(6 * time.Minute)
			p.step()
		}
		row, tried := p.row(id), p.deliveries(id)
		if row.State != "PENDING" || row.StateReason != "the challenge failed: the connection was refused" || len(tried) != 3 || row.ChallengeAt != nil {
			t.Fatalf("it is %s (%s) after %d attempts", row.State, row.StateReason, len(tried))
		}
		// With an address that answers, the challenge can be requested again.
		url := r.url()
		if _, err := p.all.Webhooks.Update(as(p.ngo), id, webhook.Change{URL: &url}, nil); err != nil {
			t.Fatal(err)
		}
		r.mu.Lock()
		r.secrets = map[string]bool{}
		r.mu.Unlock()
		p.verify(id)
		if row := p.row(id); row.State != "ACTIVE" || row.VerifiedAt == nil {
			t.Errorf("it is %s (%s)", row.State, row.StateReason)
		}
		if last := p.acts()[len(p.acts())-1]; last.Type != "webhook.verified" {
			t.Errorf("the last act is %s", last.Type)
		}
	})
}

// After failures, an echoed challenge has what waits sent at once.
func TestAnEchoClosesTheBreaker(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		r.reply(status(500))
		acts := p.happen(2)
		for range 6 {
			p.step()
			now.Advance(p.row(id).DueAt.Sub(now.Now()))
		}
		now.Advance(-time.Hour) // not due yet
		if webhook.Breaker(p.row(id)) != "OPEN" {
			t.Fatalf("after %d failures the breaker is closed", p.row(id).Failures)
		}
		r.reply(nil)
		r.forget()
		p.verify(id)
		if got := r.acts()[1:]; !cmp.Equal(got, named(acts)) {
			t.Errorf("after the echo came %v", got)
		}
	})
}

func TestWaitsFollowTheScheduleAndTheReceiver(t *testing.T) {
	for _, row := range []struct {
		name               string
		attempts, failures int
		asked              time.Duration
		random             float64
		want               time.Duration
		ok                 bool
	}{
		{"after the first attempt", 1, 1, 0, 0, 5 * time.Second, true},
		{"after the fourth", 4, 4, 0, 0, 2 * time.Hour, true},
		{"after the ninth", 9, 9, 0, 0, 24 * time.Hour, true},
		{"the tenth is the last", 10, 10, 0, 0, 0, false},
		{"jitter adds a tenth at most", 4, 4, 0, 0.5, 2*time.Hour + 6*time.Minute, true},
		{"the receiver asks for longer", 1, 1, time.Minute, 0, time.Minute, true},
		{"it asks for less", 4, 4, time.Minute, 0, 2 * time.Hour, true},
		{"it asks for a year", 1, 1, 365 * 24 * time.Hour, 0, 24 * time.Hour, true},
		{"with the breaker open only probes go out", 1, 5, 0, 0, 30 * time.Minute, true},
	} {
		if got, ok := webhook.Backoff(row.attempts, row.failures, row.asked, row.random); got != row.want || ok != row.ok {
			t.Errorf("%s: %v %t, want %v %t", row.name, got, ok, row.want, row.ok)
		}
	}
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-1": 0, "1e9": 0, "99999999999": 0, "soon": 0,
		"Mon, 02 Mar 2026 12:10:00 GMT": 10 * time.Minute, "Mon, 02 Mar 2026 11:00:00 GMT": 0,
	} {
		if got := webhook.RetryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("Retry-After %q = %v, want %v", text, got, want)
		}
	}
}

func TestARequestedPauseIsKept(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		r.reply(func(w http.ResponseWriter, _ message) {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		p.happen(1)
		p.step()
		if got := p.row(id).DueAt.Sub(now.Now()); got != time.Hour {
			t.Errorf("it waits %v, want an hour", got)
		}
	})
}

// An echo from one address does not verify another that was set meanwhile.
func TestAnEchoCountsOnlyForItsAddress(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r, victim := receive(t, nil), receive(t, nil)
		result, secret, err := p.all.Webhooks.Register(as(p.ngo), webhook.Registration{URL: r.url(), Scheme: webhook.HMAC})
		if err != nil {
			t.Fatal(err)
		}
		r.expect(secret)
		url := victim.url()
		p.engine = p.newEngine(p.config(r).Before(func(uuid.UUID) {
			if _, err := p.all.Webhooks.Update(as(p.ngo), result.Subject, webhook.Change{URL: &url}, nil); err != nil {
				t.Error(err)
			}
		}))
		p.verify(result.Subject)
		if row := p.row(result.Subject); row.State != "PENDING" || row.VerifiedAt != nil || len(r.messages()) != 1 {
			t.Errorf("the other address is %s after %d challenges", row.State, len(r.messages()))
		}
	})
}

func TestChallengesAreLimited(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, _ := p.hook(r)
		for range 10 {
			p.verify(id)
		}
		if n := len(r.messages()); n != 0 {
			t.Errorf("%d challenges were sent within ten seconds of another", n)
		}
		now.Advance(11 * time.Second)
		p.step()
		if n := len(r.messages()); n != 1 {
			t.Errorf("then %d, want 1", n)
		}
	})
}

func TestThePartysWebhooksAreLimited(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		register := func(who policy.Actor) error {
			_, _, err := p.all.Webhooks.Register(as(who), webhook.Registration{URL: "https://hooks.example/", Scheme: webhook.HMAC})
			return err
		}
		for range 20 {
			if err := register(p.ngo); err != nil {
				t.Fatal(err)
			}
		}
		if err := register(p.ngo); !fault.Is(err, fault.State) {
			t.Errorf("the 21st = %v", err)
		}
		if err := register(p.firm); err != nil {
			t.Errorf("another party's first = %v", err)
		}
	})
}
