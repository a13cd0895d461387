//go:build faults

package faults_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// deed is a change that was acknowledged.
type deed struct {
	key     string
	act     string // ids from the API
	comment string
	body    string // of a comment; empty for a vote
	tries   int
}

// generator is a load generator: several clients that write continuously, with a new key for each deed. A client that gets
// no response, or one that says to retry, tries again with the same key on any replica until it is acknowledged.
type generator struct {
	w        *world
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup
	stopping atomic.Bool
	pick     func() *replica
	pause    time.Duration // between the deeds of one client
	every    time.Duration // in which one client does one deed, if there is time
	padding  int           // additional characters of a comment

	mu       sync.Mutex
	deeds    []deed
	setbacks map[string]int // other outcomes, by kind
	slowest  time.Duration
	took     []time.Duration // of single acknowledged requests
	last     time.Time       // when the last deed was acknowledged
}

// writers of the example; each has a party of its own, so that votes do not replace each other's.
var writers = []string{"customer", "customer2", "customer3", "customer4", "firm", "ngo", "academic", "firm2"}

// startLoad starts clients that write.
func (w *world) startLoad(clients int, change ...func(*generator)) *generator {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := &generator{w: w, ctx: ctx, cancel: cancel, pick: w.any, setbacks: map[string]int{}}
	for _, f := range change {
		f(c)
	}
	w.t.Cleanup(func() {
		cancel()
		c.running.Wait()
	})
	place := w.place(w.replicas[0])
	for i := range clients {
		name := writers[i%len(writers)]
		token := w.token(name)
		c.running.Go(func() { c.write(token, place, name) })
	}
	return c
}

const (
	postComment = `mutation($key: String!, $place: ID!, $body: String!) {
		done: postComment(input: {subject: $place, body: $body}) @idempotent(key: $key) { comment { id } act { id } userErrors { code message } } }`
	voteOnComment = `mutation($key: String!, $id: ID!, $choice: VoteChoice!) {
		done: voteOnComment(input: {id: $id, choice: $choice}) @idempotent(key: $key) { comment { id } act { id } userErrors { code message } } }`
)

// write posts comments, and after every second one votes on it.
func (c *generator) write(token, place, name string) {
	last := ""
	for n := 0; !c.stopping.Load() && c.ctx.Err() == nil; n++ {
		began := time.Now()
		d, query := deed{key: uuid.NewString()}, postComment
		variables := map[string]any{"key": d.key, "place": place}
		if n%3 == 2 && last != "" {
			query = voteOnComment
			variables = map[string]any{"key": d.key, "id": last, "choice": []string{"AGREE", "DISAGREE", "PASS"}[n/3%3]}
		} else {
			d.body = fmt.Sprintf("Deed %d of %s, %s", n, name, d.key) + pad(c.padding)
			variables["body"] = d.body
		}
		if !c.insist(&d, token, query, variables) {
			return
		}
		last = d.comment
		if pause := max(c.pause, c.every-time.Since(began)); pause > 0 && !c.wait(pause) {
			return
		}
	}
}

// pad returns characters that do not compress, to append to a text.
func pad(n int) string {
	if n == 0 {
		return ""
	}
	b := make([]byte, n/2)
	_, _ = rand.Read(b) // it never fails
	return ". " + hex.EncodeToString(b)
}

// insist retries until the deed is acknowledged; false when the test is over or the response is invalid.
func (c *generator) insist(d *deed, token, query string, variables map[string]any) bool {
	began := time.Now()
	for {
		d.tries++
		a, err := ask(c.ctx, c.pick().address(), token, query, variables)
		if c.ctx.Err() != nil {
			return false
		}
		setback := "no answer"
		if err == nil {
			setback = d.read(a)
		}
		if setback == "" {
			c.note(*d, time.Since(began), a.took)
			return true
		}
		c.mu.Lock()
		c.setbacks[setback]++
		c.mu.Unlock()
		if !worthRetrying(setback) {
			c.w.t.Errorf("the response to a deed is %d %s", a.status, a.text)
			return false
		}
		if !c.wait(25 * time.Millisecond) {
			return false
		}
	}
}

// read takes the acknowledgement from a response, or returns what it was instead.
func (d *deed) read(a *answer) (setback string) {
	if code := a.code(); code != "" {
		return code
	}
	var got struct {
		Done struct {
			Comment, Act *struct{ ID string }
			UserErrors   []struct{ Code, Message string }
		}
	}
	if err := json.Unmarshal(a.Data, &got); err != nil || a.Data == nil {
		return "no data"
	}
	if len(got.Done.UserErrors) > 0 {
		return got.Done.UserErrors[0].Code
	}
	if got.Done.Act == nil || got.Done.Comment == nil {
		return "half an answer"
	}
	d.act, d.comment = got.Done.Act.ID, got.Done.Comment.ID
	return ""
}

// worthRetrying reports whether a response means "retry": the server promises that all others are about the request itself.
func worthRetrying(setback string) bool {
	switch setback {
	case "no answer", "UNAVAILABLE", "DEADLINE_EXCEEDED", "CONFLICT", "RATE_LIMITED":
		return true
	}
	return false
}

func (c *generator) note(d deed, waited, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deeds = append(c.deeds, d)
	c.took = append(c.took, took)
	c.slowest = max(c.slowest, waited)
	c.last = time.Now()
}

// wait pauses a client; false when the test is over.
func (c *generator) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// done is how many deeds have been acknowledged.
func (c *generator) done() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.deeds)
}

// more waits until n more deeds have been acknowledged.
func (c *generator) more(n int) {
	c.w.t.Helper()
	want := c.done() + n
	until(c.w.t, waitLimit, fmt.Sprintf("%d more deeds are acknowledged", n), func() bool { return c.done() >= want })
}

// failures counts the outcomes other than an acknowledgement so far, by kind.
func (c *generator) failures() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.setbacks)
}

// abandon ends the clients, whether or not their current deeds are acknowledged.
func (c *generator) abandon() []deed {
	c.cancel()
	c.running.Wait()
	c.w.t.Logf("%d deeds acknowledged; setbacks %v", len(c.deeds), c.setbacks)
	return c.deeds
}

// stop waits until every client's current deed has been acknowledged, and returns all deeds.
func (c *generator) stop() []deed {
	c.w.t.Helper()
	c.stopping.Store(true)
	ended := make(chan struct{})
	go func() {
		c.running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(waitLimit):
		c.cancel()
		c.w.t.Fatalf("a deed was not acknowledged within %v; setbacks: %v", waitLimit, c.failures())
	}
	again := 0
	for _, d := range c.deeds {
		if d.tries > 1 {
			again++
		}
	}
	c.w.t.Logf("%d deeds acknowledged, %d of them after retries, the slowest after %v; setbacks %v",
		len(c.deeds), again, c.slowest.Round(time.Millisecond), c.setbacks)
	return c.deeds
}
