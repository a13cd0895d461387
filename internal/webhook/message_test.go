package webhook_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// signed checks a message with the official library, whatever its time.
func signed(secrets map[string]bool, m message) bool {
	for s := range secrets {
		if wh, err := standardwebhooks.NewWebhook(s); err == nil && wh.VerifyIgnoringTimestamp(m.body, m.header) == nil {
			return true
		}
	}
	return false
}

// catalog is that of all domains.
func catalog(t *testing.T) webhook.Catalog {
	t.Helper()
	return newPlace(t, testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true}), clock.System{}).all.Webhooks.Catalog()
}

// schemas compiles the schemas that the server serves, by their addresses.
func schemas(t *testing.T) *jsonschema.Compiler {
	t.Helper()
	pages, err := catalog(t).Schemas(source)
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) []byte {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("GET %s = %d", path, w.Code)
		}
		return w.Body.Bytes()
	}
	var catalogue struct {
		Events []struct{ Type, Schema, Description string }
	}
	if err := json.Unmarshal(get("/schemas/events/"), &catalogue); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, e := range catalogue.Events {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(get(strings.TrimPrefix(e.Schema, source))))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(e.Schema, doc); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func checkBody(t *testing.T, c *jsonschema.Compiler, m message) {
	t.Helper()
	var event cloudevents.Event
	if err := json.Unmarshal(m.body, &event); err != nil {
		t.Fatalf("%s is no CloudEvent: %v", m.body, err)
	}
	if err := event.Validate(); err != nil {
		t.Errorf("%s is no valid CloudEvent: %v", m.body, err)
	}
	if event.ID() != m.id || event.Source() != source || m.header.Get("Content-Type") != "application/cloudevents+json; charset=utf-8" {
		t.Errorf("id %s, source %s, headers %v, want those of the message", event.ID(), event.Source(), m.header)
	}
	schema, err := c.Compile(event.DataSchema())
	if err != nil {
		t.Fatalf("the schema that a body names: %v", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(m.body))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%s does not fit its schema: %v", m.body, err)
	}
	doc.(map[string]any)["data"] = map[string]any{"act": "x"}
	if schema.Validate(doc) == nil {
		t.Errorf("the schema of %s takes any data", m.typ)
	}
}

func TestAMessageIsSignedAndComplete(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		c := schemas(t)
		r := receive(t, nil)
		id, secret := p.hook(r)
		if !strings.HasPrefix(secret, "whsec_") {
			t.Fatalf("the secret is %q", secret)
		}
		acts := p.happen(2)
		p.step()
		got := r.messages()
		if len(got) != 2 {
			t.Fatalf("%d messages, want 2; %s", len(got), p.logged)
		}
		wh, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range got {
			if err := wh.Verify(m.body, m.header); err != nil {
				t.Errorf("the official library refuses it: %v", err)
			}
			if m.act != typeid.New("act", acts[i]).String() || m.id != webhook.EventID(id, acts[i]) {
				t.Errorf("message %d is about %s and has the id %s", i, m.act, m.id)
			}
			checkBody(t, c, m)
			if bytes.Contains(m.body, []byte("Open")) {
				t.Errorf("the body holds a participant's words: %s", m.body)
			}
		}
	})
}

func TestTheServersKeySigns(t *testing.T) {
	each(t, func(t *testing.T, p *place, _ *clock.Fixed) {
		r := receive(t, nil)
		id, secret := p.hook(r, func(reg *webhook.Registration) { reg.Scheme = webhook.Ed25519 })
		if secret != "" {
			t.Error("a private key was shown")
		}
		text, ok := strings.CutPrefix(p.row(id).PublicKey, "whpk_")
		public, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(public) != ed25519.PublicKeySize {
			t.Fatalf("public key %q", p.row(id).PublicKey)
		}
		p.happen(1)
		p.step()
		m := r.messages()[0]
		signature, ok := strings.CutPrefix(m.header.Get("webhook-signature"), "v1a,")
		b, err := base64.StdEncoding.DecodeString(signature)
		content := m.id + "." + m.header.Get("webhook-timestamp") + "." + string(m.body)
		if !ok || err != nil || !ed25519.Verify(public, []byte(content), b) {
			t.Errorf("the signature %q is not the key's", m.header.Get("webhook-signature"))
		}
		if ed25519.Verify(public, []byte(content+" "), b) {
			t.Error("a changed body passes")
		}
	})
}

func TestForgeriesAreRefused(t *testing.T) { // A95
	s, err := webhook.NewSigner("")
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"id":"msg_1"}`)
	message := func(id string, at time.Time) http.Header {
		h := http.Header{}
		s.Sign(h, id, at, body)
		return h
	}
	swapped := message("msg_1", time.Now())
	swapped.Set("webhook-id", "msg_2")
	newer := message("msg_1", time.Now().Add(-10*time.Minute))
	newer.Set("webhook-timestamp", strconv.FormatInt(time.Now().Unix(), 10))
	wh, err := standardwebhooks.NewWebhook(s.Secret())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name   string
		header http.Header
		body   string
		ok     bool
	}{
		{"unchanged", message("msg_1", time.Now()), string(body), true},
		{"six minutes old", message("msg_1", time.Now().Add(-6*time.Minute)), string(body), false},
		{"from six minutes ahead", message("msg_1", time.Now().Add(6*time.Minute)), string(body), false},
		{"an old one with a new time", newer, string(body), false},
		{"a changed body", message("msg_1", time.Now()), `{"id":"msg_3"}`, false},
		{"a swapped id", swapped, string(body), false},
		{"no signature", http.Header{"Webhook-Id": {"msg_1"}, "Webhook-Timestamp": {"1"}}, string(body), false},
	} {
		if err := wh.Verify([]byte(row.body), row.header); (err == nil) != row.ok {
			t.Errorf("%s: %v, want accepted %t", row.name, err, row.ok)
		}
	}
}

func TestASignerKeepsItsSecret(t *testing.T) {
	first, err := webhook.NewSigner("")
	if err != nil {
		t.Fatal(err)
	}
	again, err := webhook.NewSigner(first.Secret())
	if err != nil || again.Secret() != first.Secret() {
		t.Errorf("NewSigner(%q) = %v", first.Secret(), err)
	}
	for _, bad := range []string{"x", "whsec_", "whsec_!!", "whsec_YQ=="} {
		if _, err := webhook.NewSigner(bad); err == nil {
			t.Errorf("NewSigner(%q) accepts it, want an error", bad)
		}
	}
}

func TestBothSecretsSignForADay(t *testing.T) {
	each(t, func(t *testing.T, p *place, now *clock.Fixed) {
		r := receive(t, nil)
		id, old := p.hook(r)
		_, fresh, err := p.all.Webhooks.RotateSecret(as(p.ngo), id, nil)
		if err != nil || fresh == old || fresh == "" {
			t.Fatalf("RotateSecret = %q, %v", fresh, err)
		}
		send := func() (string, map[string]bool) {
			r.forget()
			p.happen(1)
			p.step()
			m := r.messages()[0]
			passes := map[string]bool{}
			for _, s := range []string{old, fresh} {
				passes[s] = signed(map[string]bool{s: true}, m)
			}
			return m.header.Get("webhook-signature"), passes
		}
		r.expect(fresh)
		if signature, passes := send(); len(strings.Fields(signature)) != 2 || !passes[old] || !passes[fresh] {
			t.Errorf("during the overlap %q passes with the old and the new secret: %v", signature, passes)
		}
		now.Advance(24*time.Hour + time.Second)
		if signature, passes := send(); len(strings.Fields(signature)) != 1 || passes[old] || !passes[fresh] {
			t.Errorf("after it %q passes with the old and the new secret: %v", signature, passes)
		}
	})
}

// Every type's body fits its schema, and no other type's.
func TestEveryBodyFitsItsSchema(t *testing.T) {
	c := schemas(t)
	for _, e := range catalog(t) {
		id := uuid.Must(uuid.NewV7())
		body, err := webhook.NewEvent(source, webhook.EventID(uuid.New(), id), webhook.Happened{
			Type: e.Name, Act: typeid.New("act", id).String(), Subject: typeid.New(e.Noun, id).String(), Revision: 1, At: time.Now(), Cursor: "c",
		}).Body()
		if err != nil {
			t.Fatal(err)
		}
		var m struct{ ID, Type string }
		if err := json.Unmarshal(body, &m); err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Content-Type": {"application/cloudevents+json; charset=utf-8"}}
		checkBody(t, c, message{id: m.ID, typ: m.Type, header: header, body: body})
	}
}

func TestTheLinkIsAQueryForTheAct(t *testing.T) {
	e := webhook.NewEvent(source, "msg_1", webhook.Happened{Act: "act_1"})
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, e.Data.(webhook.Data).Link, nil)
	if err != nil || req.URL.Host != "plenary.example" || !strings.Contains(req.URL.Query().Get("query"), `node(id:"act_1")`) {
		t.Errorf("the link is %v, %v", req, err)
	}
}
