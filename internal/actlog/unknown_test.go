package actlog_test

import (
	"context"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/testdb/wire"
)

func TestAKeySettlesACommitOfUnknownOutcome(t *testing.T) {
	w, through := wire.To(t, testdb.Postgres(t))
	l := open(t, testdb.Open(t, through, store.Options{}), clock.System{})
	ctx := context.Background()

	lost := w.Trap("COMMIT")
	r, err := write(actlog.WithKey(ctx, "k", []byte("request")), l, 1)
	<-lost
	if err != nil || !r.Repeated {
		t.Errorf("Write with a key = %+v, %v, want the result of the commit whose answer was lost", r, err)
	}

	lost = w.Trap("COMMIT")
	_, err = write(ctx, l, 2)
	<-lost
	if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || !f.Final {
		t.Errorf("Write without a key = %v, want Unavailable that no client repeats by itself", err)
	}
	if _, err := l.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	if n := len(acts(t, l)); n != 2 {
		t.Errorf("%d acts, want each of the two once", n)
	}
}
