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

// record saves the outcome of an attempt and moves the queue, in one transaction that also checks and renews the claim.
func (w *worker) record(ctx context.Context, j *job, r result) error {
	acted := false
	err := w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		acted = false
		row, err := w.lock(ctx, tx)
		if err != nil {
			return err
		}
		if row.State == enum.WebhookStateDeleted {
			return errLost
		}
		o := &outcome{worker: w, tx: tx, row: row, update: row.Update().SetClaimedUntil(w.clock.Now().Add(claimFor)).SetSlow(w.late), job: j, result: r}
		if err := o.decide(ctx); err != nil {
			return err
		}
		if err := o.save(ctx); err != nil {
			return err
		}
		acted = o.act != ""
		saved, err := o.update.Save(ctx)
		if err != nil {
			return fmt.Errorf("save webhook: %w", err)
		}
		if acted {
			_, err = w.log.Append(ctx, tx, jobActor, entry(o.act, saved))
		}
		return err
	})
	if acted && err == nil {
		w.log.Wake()
	}
	return err
}

// jobActor is the engine, for the log and the policy.
var jobActor = policy.SystemActor("webhooks")

// outcome is what one attempt leads to.
type outcome struct {
	*worker
	tx     *db.Tx
	row    *db.Webhook // as it is now; the party may have changed it during the attempt
	update *db.WebhookUpdateOne
	job    *job
	result result
	number int        // of the attempt
	again  *time.Time // when it is retried
	act    string     // what the server did to the webhook, for the log
}

func (o *outcome) decide(ctx context.Context) error {
	o.number = 1
	if o.result.outcome == delivered {
		o.update.SetFailures(0).ClearFailingSince()
	}
	switch o.job.lane {
	case laneChallenge:
		return o.challenged(ctx)
	case laneLetter:
		return o.resent(ctx)
	}
	return o.sent(ctx)
}

func (o *outcome) challenged(ctx context.Context) error {
	now := o.clock.Now()
	if o.row.ChallengeAt == nil || o.row.URL != o.worker.row.URL {
		return nil // its party has changed it meanwhile: an echo from another address does not count
	}
	o.number = o.row.ChallengeAttempt + 1
	if o.result.outcome == delivered {
		o.update.ClearChallengeAt().SetChallengeAttempt(0).SetDueAt(now).SetStateReason("")
		if policy.Decide(jobActor, policy.ConfirmWebhook, noun.Subject(jobActor, o.row)).Allowed {
			o.update.SetState(enum.WebhookStateActive).SetVerifiedAt(now).AddRevision(1).SetUpdatedAt(now)
			o.act = "webhook.verified"
			if o.row.Position == 0 { // nothing was ever sent: it gets what happens from now on
				head, err := o.service.head(ctx, o.tx)
				o.update.SetPosition(head)
				return err
			}
		}
		return nil
	}
	o.update.SetChallengeAttempt(o.number)
	if o.number < challengeAttempts {
		wait, _ := backoff(o.number, 0, o.result.retryAfter, o.config.random())
		o.retryAt(now.Add(wait))
		o.update.SetChallengeAt(*o.again)
		return nil
	}
	o.update.ClearChallengeAt()
	if o.row.State == enum.WebhookStatePending {
		o.update.SetStateReason("the challenge failed: " + o.result.detail)
	}
	return nil
}

func (o *outcome) resent(ctx context.Context) error {
	state := enum.DeadLetterStateDelivered
	if o.result.outcome != delivered {
		state = enum.DeadLetterStateDead
		o.fail()
	}
	update := o.tx.DeadLetter.UpdateOneID(o.job.letter.ID).SetState(state).AddAttempts(1).AddRevision(1).SetUpdatedAt(o.clock.Now())
	o.number = o.job.letter.Attempts + 1
	if state == enum.DeadLetterStateDead {
		update.SetReason(o.result.detail)
	}
	if err := update.Exec(ctx); err != nil && !db.IsNotFound(err) { // its webhook may have been deleted
		return fmt.Errorf("save a dead letter: %w", err)
	}
	return nil
}

func (o *outcome) sent(ctx context.Context) error {
	now, act := o.clock.Now(), o.job.act
	attempts := 0
	if o.row.AttemptAct != nil && *o.row.AttemptAct == act.ActID {
		attempts = o.row.Attempt
	}
	o.number = attempts + 1
	if o.result.outcome == delivered {
		o.advance(act.ID).SetAttempt(0).ClearAttemptAct().SetDueAt(now).SetDeliveredAt(now).SetDeliveredSeq(act.ID)
		return nil
	}
	if o.skipped(act.ID) {
		return nil // its party has skipped it meanwhile
	}
	o.fail()
	if o.act != "" { // disabled: the event stays at the head of the queue
		return nil
	}
	o.update.SetAttempt(o.number).SetAttemptAct(act.ActID)
	wait, ok := backoff(o.number, o.row.Failures+1, o.result.retryAfter, o.config.random())
	if ok {
		o.retryAt(now.Add(wait))
		o.update.SetDueAt(*o.again)
		return nil
	}
	wait = 0
	if o.row.Failures+1 >= breakAfter {
		wait = probeEvery
	}
	o.advance(act.ID).SetAttempt(0).ClearAttemptAct().SetDueAt(now.Add(wait))
	return o.service.deadLetter(ctx, o.tx, o.row.ID, undelivered{act.ActID, act.ID, act.Type}, o.number, o.result.detail)
}

// advance moves the queue that the job came from, if it still exists.
func (o *outcome) advance(seq int64) *db.WebhookUpdateOne {
	return advance(o.row, o.job.replay, seq, o.update)
}

// skipped reports whether the queue has moved past an act, or no longer exists.
func (o *outcome) skipped(seq int64) bool {
	if o.job.replay {
		return seq <= o.row.ReplayPosition
	}
	return seq <= o.row.Position || replaying(o.row)
}

func (o *outcome) retryAt(at time.Time) {
	at = at.Truncate(time.Microsecond) // as it is stored
	o.again = &at
}

// fail counts a failure. It disables a webhook whose receiver is gone or has failed for too long.
func (o *outcome) fail() {
	now, since := o.clock.Now(), o.clock.Now()
	if o.row.FailingSince != nil {
		since = *o.row.FailingSince
	}
	o.update.AddFailures(1).SetFailingSince(since)
	reason := ""
	switch {
	case o.result.status == http.StatusGone:
		reason = "its receiver " + statusText(http.StatusGone)
	case now.Sub(since) >= giveUpAfter:
		reason = "its receiver has failed for five days: " + o.result.detail
	}
	if reason != "" && policy.Decide(jobActor, policy.DisableWebhook, noun.Subject(jobActor, o.row)).Allowed {
		o.update.SetState(enum.WebhookStateDisabled).SetStateReason(reason).ClearChallengeAt().SetAttempt(0).ClearAttemptAct().AddRevision(1).SetUpdatedAt(now)
		o.act = "webhook.disabled"
	}
}

// save stores the attempt.
func (o *outcome) save(ctx context.Context) error {
	row := o.tx.WebhookDelivery.Create().SetWebhookID(o.row.ID).SetEventID(o.job.event.ID).SetType(o.job.event.Type).SetAttempt(o.number).
		SetAt(o.result.at).SetDurationMs(int(o.result.took.Milliseconds())).SetOutcome(o.result.outcome).SetDetail(o.result.detail).
		SetNillableNextAttemptAt(o.again)
	if o.result.status != 0 {
		row.SetStatusCode(o.result.status)
	}
	if o.job.act != nil {
		row.SetActID(o.job.act.ActID).SetSeq(o.job.act.ID)
	}
	if err := row.Exec(ctx); err != nil {
		return fmt.Errorf("save a delivery: %w", err)
	}
	return nil
}
