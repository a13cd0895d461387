package gql_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
)

func operation(t *testing.T, x *gql.Executor, query string, variables map[string]any) *graphql.OperationContext {
	t.Helper()
	op, errs := x.CreateOperationContext(context.Background(), &graphql.RawParams{Query: query, Variables: variables})
	if errs != nil {
		t.Fatal(errs)
	}
	return op
}

// Variables that only say which events to follow make no difference to the key; all others do.
func TestDocumentsThatRequestTheSameShareAKey(t *testing.T) {
	x, _ := newExecutor(t, nil)
	const query = `subscription($to: Int!, $after: String, $deep: Boolean!){count(to: $to, after: $after){value viewer @include(if: $deep){subject} ...part}}
		fragment part on Tick{text @skip(if: $deep) cursor}`
	key := func(variables map[string]any) string { return gql.KeyOf(operation(t, x, query, variables)) }
	base := key(map[string]any{"to": 1, "deep": true})
	if other := key(map[string]any{"to": 9, "after": "7", "deep": true}); other != base {
		t.Errorf("the arguments of the subscription itself make %q of %q", other, base)
	}
	if key(map[string]any{"to": 1, "deep": false}) == base {
		t.Error("other variables of an event have the same key")
	}
	if gql.KeyOf(operation(t, x, `subscription{count(to: 1){value}}`, nil)) == gql.KeyOf(operation(t, x, `subscription{n: count(to: 1){value}}`, nil)) {
		t.Error("another alias has the same key")
	}
}

// sink stores the responses of a subscription.
type sink struct {
	mu     sync.Mutex
	texts  []string
	closed chan struct{}
}

func (s *sink) Offer(text []byte, cursor string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.texts = append(s.texts, cursor+" "+string(text))
	return true
}

func (s *sink) Flush() {}

func (s *sink) Put(_ context.Context, text []byte, cursor string) error {
	s.Offer(text, cursor)
	return nil
}

func (s *sink) Close() { close(s.closed) }

func (s *sink) Fail(error) { close(s.closed) }

func TestAChannelIsReadToItsEnd(t *testing.T) {
	x, _ := newExecutor(t, nil)
	s := &sink{closed: make(chan struct{})}
	stop, refused := x.Subscribe(context.Background(), operation(t, x, `subscription{count(to:2){value cursor}}`, nil), s)
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	defer stop()
	<-s.closed
	want := `1 {"data":{"count":{"value":1,"cursor":"1"}},"extensions":{"cursor":"1"}}|2 {"data":{"count":{"value":2,"cursor":"2"}},"extensions":{"cursor":"2"}}`
	if got := strings.Join(s.texts, "|"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The context of the message that opened a subscription ends, and its events go on until
// the subscription is stopped.
func TestASubscriptionOutlivesTheContextThatOpenedIt(t *testing.T) {
	x, schema := newExecutor(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	stop, refused := x.Subscribe(ctx, operation(t, x, `subscription{wait{value}}`, nil), &sink{closed: make(chan struct{})})
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	cancel()
	if schema.Live.Load() != 1 {
		t.Error("it ended with the context that opened it")
	}
	stop()
	for until := time.Now().Add(time.Minute); schema.Live.Load() != 0; runtime.Gosched() {
		if time.Now().After(until) {
			t.Fatal("it did not stop")
		}
	}
}

// An event of a source is rendered through its document, for the viewer of the context and with
// the deadline of a query.
func TestASourceRendersItsEvents(t *testing.T) {
	x, schema := newExecutor(t, nil)
	s := &sink{closed: make(chan struct{})}
	stop, refused := x.Subscribe(context.Background(), operation(t, x, `subscription{e: followed{value viewer{subject}}}`, nil), s)
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	defer stop()
	d := schema.Followed()
	for who, want := range map[string]string{"ada": `{"data":{"e":{"value":7,"viewer":{"subject":"ada"}}}}`, "eve": `{"data":{"e":{"value":7,"viewer":{"subject":"eve"}}}}`} {
		text, whole := d.Render(gqltest.WithViewer(context.Background(), who), 7)
		if string(text) != want || !whole {
			t.Errorf("for %s: %s, whole %t, want %s", who, text, whole, want)
		}
	}
	stop2, refused := x.Subscribe(context.Background(), operation(t, x, `subscription{followed{value fails}}`, nil), s)
	if refused != nil {
		t.Fatal(refused.Errors)
	}
	defer stop2()
	text, whole := schema.Followed().Render(context.Background(), 8)
	if whole || !strings.Contains(string(text), `"path":["followed","fails"]`) || !strings.Contains(string(text), `"value":8`) {
		t.Errorf("a partial event: %s, whole %t", text, whole)
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if text, whole := d.Render(over, 9); whole || !strings.Contains(string(text), `"errors"`) {
		t.Errorf("after the deadline: %s, whole %t", text, whole)
	}
}
