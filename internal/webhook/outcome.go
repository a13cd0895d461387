package webhook

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// settle keeps what became of an attempt, and moves the queue, in one transaction that also checks and renews the claim.
func (w *worker) settle(ctx context.Context, j *job, r result) error {
	acted := false
	err := w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		acted = false
		row, err := w.hold(ctx, tx)
		if err != nil {
			return err
		}
		if row.State == enum.WebhookStateDeleted {
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
		if policy.Decide(jobActor, policy.ConfirmWebhook, noun.Subject(jobActor, t.row)).Allowed {
			t.update.SetState(enum.WebhookStateActive).SetVerifiedAt(now).AddRevision(1).SetUpdatedAt(now)
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
	if t.row.State == enum.WebhookStatePending {
		t.update.SetStateReason("the challenge failed: " + t.result.detail)
	}
	return nil
}

func (t *turnout) resent(ctx context.Context) error {
	state := enum.DeadLetterStateDelivered
	if t.result.outcome != delivered {
		state = enum.DeadLetterStateDead
		t.fail()
	}
	update := t.tx.DeadLetter.UpdateOneID(t.job.letter.ID).SetState(state).AddAttempts(1).AddRevision(1).SetUpdatedAt(t.clock.Now())
	t.number = t.job.letter.Attempts + 1
	if state == enum.DeadLetterStateDead {
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
	if reason != "" && policy.Decide(jobActor, policy.DisableWebhook, noun.Subject(jobActor, t.row)).Allowed {
		t.update.SetState(enum.WebhookStateDisabled).SetStateReason(reason).ClearChallengeAt().SetAttempt(0).ClearAttemptAct().AddRevision(1).SetUpdatedAt(now)
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
