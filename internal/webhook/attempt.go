package webhook

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

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
	if r.outcome != delivered && !r.interrupted {
		w.failures.Add(1)
	}
	return r, nil
}

// keys are those that sign now: the current one, and the previous one during the overlap.
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

// echoes reports whether an answer is the challenge, as plain text or as {"challenge": "…"}.
func echoes(answer []byte, token string) bool {
	text := strings.TrimSpace(string(answer))
	var doc Challenge
	if json.Unmarshal(answer, &doc) == nil && doc.Challenge != "" {
		text = doc.Challenge
	}
	return subtle.ConstantTimeCompare([]byte(text), []byte(token)) == 1
}
