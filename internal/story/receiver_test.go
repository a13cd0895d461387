package story_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// receiver is a web server that webhooks can lead to. It echoes challenges, keeps events, and answers them with a status.
type receiver struct {
	*httptest.Server
	status atomic.Int64

	mu  sync.Mutex
	got []notice
}

// notice is what an event says.
type notice struct{ Challenge, Act, Cursor string }

func newReceiver(t testing.TB) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var event struct {
		Type string
		Data notice
	}
	if err := json.NewDecoder(req.Body).Decode(&event); err != nil {
		http.Error(w, "this is no event: "+err.Error(), http.StatusBadRequest)
		return
	}
	if event.Type == webhook.ChallengeType {
		_ = json.NewEncoder(w).Encode(map[string]string{"challenge": event.Data.Challenge})
		return
	}
	r.mu.Lock()
	r.got = append(r.got, event.Data)
	r.mu.Unlock()
	w.WriteHeader(int(r.status.Load()))
}

// take gives the events that arrived since it was last called.
func (r *receiver) take() []notice {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() { r.got = nil }()
	return r.got
}

// deliver sends what is due to webhooks, until nothing is. The receiver answers with a status.
func (w *world) deliver(status int) {
	w.t.Helper()
	w.receiver.status.Store(int64(status))
	for range 50 {
		w.settle()
		n, err := w.Webhooks.Step(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	w.t.Fatal("there is always something to send")
}

// A webhook's cursor from beyond a fork of the log replays nothing, wherever its party got it: other acts stand there now. One
// from before the fork replays what the log has, also after the person who acted was erased.
func TestAReplayFromALostActExpires(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		who, member, subject := persona("ngo"), persona("customer"), newScene(w).id("What may")
		same := func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }
		post := func(w *world, status int, body string) string {
			t.Helper()
			act := w.ask(member, `mutation($s: ID!, $b: String!){postComment(input: {subject: $s, body: $b}){act{id}}}`, "s", subject, "b", body).at("postComment", "act", "id").text()
			w.deliver(status)
			return act
		}
		hook := w.ask(who, `mutation($url: String!){registerWebhook(input: {url: $url, types: [COMMENT_POSTED]}){webhook{id}}}`, "url", w.receiver.URL).
			at("registerWebhook", "webhook", "id").text()
		w.ask(who, `mutation($id: ID!){verifyWebhook(input: {id: $id}){webhook{id}}}`, "id", hook)
		w.deliver(http.StatusNoContent)
		post(w, http.StatusNoContent, "Kept.")
		kept := w.receiver.take()[0].Cursor
		w.end()
		backup := copied(t, w.database)

		w2 := open(t, w.database, same)
		w2.receiver = w.receiver
		post(w2, http.StatusServiceUnavailable, "Lost.")
		w2.ask(who, `mutation($id: ID!){skipWebhookDelivery(input: {id: $id}){webhook{id}}}`, "id", hook)
		post(w2, http.StatusNoContent, "Lost as well.")
		seen := w2.ask(who, `query($id: ID!){webhook(id: $id){deliveredCursor deliveries{nodes{cursor type act{seq}}} deadLetters{nodes{cursor}}}}`, "id", hook).at("webhook")
		lost := map[string]string{
			"the last that was delivered": seen.at("deliveredCursor").text(),
			"a delivery":                  seen.at("deliveries", "nodes", 0, "cursor").text(),
			"a failed delivery":           seen.at("deliveries", "nodes", 1, "cursor").text(),
			"a dead letter":               seen.at("deadLetters", "nodes", 0, "cursor").text(),
			"an event":                    w.receiver.take()[1].Cursor,
		}
		w2.end()

		reopenLog(t, backup, w.devKey+".keys", start)
		w3 := open(t, backup, same)
		w3.receiver = w.receiver
		replay := func(in map[string]any) answer {
			in["id"] = hook
			return w3.send(who, `mutation($in: ReplayWebhookInput!){replayWebhook(input: $in){userErrors{code}}}`, "in", in)
		}
		var later []string // more acts than were lost
		for _, body := range []string{"", "Later.", "Later still.", "And later."} {
			if body != "" {
				later = append(later, post(w3, http.StatusNoContent, body))
			}
			for name, cursor := range lost {
				for _, in := range []map[string]any{{"after": cursor}, {"after": kept, "through": cursor}} {
					if a := replay(in); a.code() != "CURSOR_EXPIRED" {
						t.Errorf("a replay by the cursor of %s, with %d acts in place of the lost ones: %s, want CURSOR_EXPIRED", name, len(later), a.text)
					}
				}
			}
		}
		w3.receiver.take()
		w3.deliver(http.StatusNoContent)
		if got := w3.receiver.take(); len(got) > 0 {
			t.Errorf("%d events were sent by cursors that are refused", len(got))
		}
		for _, erased := range []bool{false, true} {
			if erased {
				id := w3.ask(member, "{viewer{member{id}}}").at("viewer", "member", "id").text()
				w3.ask(member, `mutation($m: ID!){eraseMember(input: {id: $m, confirm: "ERASE"}){act{id}}}`, "m", id)
			}
			if a := replay(map[string]any{"after": kept}); len(a.codes) > 0 || len(a.data.at("replayWebhook", "userErrors").list()) > 0 {
				t.Errorf("a replay after the last act of the backup, its author erased %v: %s", erased, a.text)
			}
			w3.deliver(http.StatusNoContent)
			var got []string
			for _, e := range w3.receiver.take() {
				got = append(got, e.Act)
			}
			if diff := cmp.Diff(later, got); diff != "" {
				t.Errorf("it sent, its author erased %v (-want +got):\n%s", erased, diff)
			}
		}
	})
}
