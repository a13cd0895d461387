//go:build faults

package faults_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
)

const postOnce = `mutation($key: String!, $place: ID!, $body: String!) {
	done: postComment(input: {subject: $place, body: $body}) @idempotent(key: $key) {
		comment { id body revision author { id } } act { id type at } userErrors { code message } } }`

// F44: requests with one key make one act, on any replica, concurrently, repeatedly, and after a restart; and all get the same
// response.
func TestAKeyIsOneActAcrossReplicasAndRestarts(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(2)
	token, place := w.token("customer"), w.place(w.replicas[0])
	key := uuid.NewString()
	variables := map[string]any{"key": key, "place": place, "body": "Deed 0 of customer, " + key}
	const parallel = 50
	responses := map[string]int{} // by raw data and error code
	var first string
	round := func() {
		var mu sync.Mutex
		var asking sync.WaitGroup
		for i := range parallel {
			asking.Go(func() {
				for { // concurrent requests may conflict: then the response says to retry
					a, err := ask(context.Background(), w.replicas[i%2].address(), token, postOnce, variables)
					if err != nil {
						t.Error(err)
						return
					}
					if code := a.code(); code != "" && a.Errors[0].Extensions.Retryable {
						continue
					}
					mu.Lock()
					responses[string(a.Data)+a.code()]++
					first = string(a.Data)
					mu.Unlock()
					return
				}
			})
		}
		asking.Wait()
	}
	round()
	for _, r := range w.replicas {
		r.kill()
		r.start()
	}
	round()
	if len(responses) != 1 || responses[first] != 2*parallel {
		t.Errorf("%d different responses to one key: %v, want all %d the same", len(responses), responses, 2*parallel)
	}
	d := deed{key: key, body: variables["body"].(string)}
	a := &answer{Data: json.RawMessage(first)}
	if setback := d.read(a); setback != "" {
		t.Fatalf("the response was %s: %s", setback, first)
	}
	w.check([]deed{d})
}

// F45: a key belongs to one request of one member.
func TestAKeyIsForOneRequestOfOneMember(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(2)
	place := w.place(w.replicas[0])
	key := uuid.NewString()
	say := func(r *replica, who, key, body string) *answer {
		t.Helper()
		a, err := ask(context.Background(), r.address(), w.token(who), postOnce, map[string]any{"key": key, "place": place, "body": body})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	done := func(a *answer, body string) deed {
		t.Helper()
		d := deed{key: key, body: body}
		if setback := d.read(a); setback != "" {
			t.Fatalf("got %s: %s", setback, a.text)
		}
		return d
	}
	mine := done(say(w.replicas[0], "customer", key, "Deed 1"), "Deed 1")
	if a := say(w.replicas[1], "customer", key, "Deed 2"); a.code() != "IDEMPOTENCY_MISMATCH" {
		t.Errorf("the key with another request, on another replica = %s, want IDEMPOTENCY_MISMATCH", a.text)
	}
	if again := done(say(w.replicas[1], "customer", key, "Deed 1"), "Deed 1"); again != mine {
		t.Errorf("a repeat after that = %+v, want %+v", again, mine)
	}
	theirs := done(say(w.replicas[1], "customer2", key, "Deed 3"), "Deed 3")
	if theirs.act == mine.act || theirs.comment == mine.comment {
		t.Errorf("another member's use of the key returned my response: %+v", theirs)
	}
	w.settled()
	db := w.look()
	log := ledger(t, db)
	checkLog(t, log)
	checkChanges(t, db)
	checkKeys(t, db, log)
	if n := number(db, "SELECT COUNT(*) FROM idempotency_keys WHERE idempotency_keys.key = '"+key+"'"); n != 2 {
		t.Errorf("the key has %d stored responses, want one per member", n)
	}
	if n := number(db, "SELECT COUNT(*) FROM comments WHERE body LIKE 'Deed %'"); n != 2 {
		t.Errorf("%d comments were stored, want 2", n)
	}
}

// F46: of two editors who saw the same revision, one saves; the other gets an error that names the revision.
func TestNobodyOverwritesWhatTheyHaveNotSeen(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(2)
	var found struct {
		Practices struct {
			Nodes []struct {
				ID       string
				Revision int
			}
		}
	}
	w.read(w.replicas[0], "firm", `{practices(filter: {text: "refunds"}){nodes{id revision}}}`, nil, &found)
	p := found.Practices.Nodes[0]
	const revise = `mutation($id: ID!, $title: String!, $seen: Int!) {
		revisePractice(input: {id: $id, title: $title, reason: "For the test.", expectedRevision: $seen}) { practice { revision title } userErrors { code message } } }`
	const rounds = 20
	for round := range rounds {
		var mu sync.Mutex
		var editing sync.WaitGroup
		saved, refused := "", ""
		for i, r := range w.replicas {
			editing.Go(func() {
				title := []string{"Refunds by a machine", "Refunds by a model"}[i] + strings.Repeat(".", round)
				a, err := ask(context.Background(), r.address(), w.token("firm"), revise, map[string]any{"id": p.ID, "title": title, "seen": p.Revision})
				if err != nil {
					t.Error(err)
					return
				}
				var got struct {
					RevisePractice struct {
						Practice   *struct{ Title string }
						UserErrors []struct{ Code, Message string }
					}
				}
				if err := a.into(&got); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				switch made := got.RevisePractice; {
				case len(made.UserErrors) == 0:
					saved += title
				case made.UserErrors[0].Code == "STALE_REVISION":
					refused += made.UserErrors[0].Message
				default:
					t.Errorf("got %s", a.text)
				}
			})
		}
		editing.Wait()
		p.Revision++
		var now struct {
			Practice struct {
				Revision int
				Title    string
			}
		}
		w.read(w.replicas[0], "firm", `query($id: ID!){practice(id: $id){revision title}}`, map[string]any{"id": p.ID}, &now)
		if now.Practice.Revision != p.Revision || now.Practice.Title != saved {
			t.Fatalf("round %d: revision %d %q, want %d and what was saved, %q", round, now.Practice.Revision, now.Practice.Title, p.Revision, saved)
		}
		if want := "at revision " + strconv.Itoa(p.Revision); !strings.Contains(refused, want) {
			t.Errorf("round %d: the second editor got %q, want it to name %q", round, refused, want)
		}
	}
	w.settled()
	db := w.look()
	checkLog(t, ledger(t, db))
	if n := number(db, "SELECT COUNT(*) FROM acts WHERE type = 'practice.revised'"); n != rounds {
		t.Errorf("%d acts of revision, want %d", n, rounds)
	}
}
