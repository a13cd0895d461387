package reporting

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// beatEvery is how often a server shows the others that it makes a report, and how far it has come.
const beatEvery = 3 * time.Second

// tracker knows how far a report has come.
type tracker struct {
	at   atomic.Pointer[Progress]
	once sync.Once
	end  chan struct{}
	gone chan struct{}
	lose context.CancelCauseFunc
}

// hear notes how far it has come.
func (t *tracker) hear(stage string, done, total int) { t.at.Store(&Progress{stage, done, total}) }

// stop ends the signs of life.
func (t *tracker) stop() {
	t.once.Do(func() { close(t.end) })
	<-t.gone
}

// track follows a report that this server makes. Where there may be others, they are shown that it is alive; the context ends when it is
// no longer this server's. On SQLite there is no other server, and the one writer is busy.
func (s *Service) track(ctx context.Context, row *db.Report) (*tracker, context.Context) {
	within, lose := context.WithCancelCause(ctx)
	t := &tracker{end: make(chan struct{}), gone: make(chan struct{}), lose: lose}
	s.running.Store(row.ID, t)
	go func() {
		defer close(t.gone)
		if !s.store.IsPostgres() {
			<-t.end
			return
		}
		tick := time.NewTicker(beatEvery)
		defer tick.Stop()
		for {
			select {
			case <-t.end:
				return
			case <-tick.C:
				if held, err := s.beat(ctx, row, t.at.Load()); err != nil {
					slog.WarnContext(ctx, "report_not_shown_alive", "report", row.GlobalID(), "error", err)
				} else if !held {
					lose(errLost)
					return
				}
			}
		}
	}()
	return t, within
}

// forget ends what was begun for a report that this server has made.
func (s *Service) forget(row *db.Report, t *tracker) {
	t.stop()
	t.lose(nil)
	s.running.CompareAndDelete(row.ID, t)
}

// beat says that a report is being made, and how far it has come; false when it is no longer this server's.
func (s *Service) beat(ctx context.Context, row *db.Report, at *Progress) (held bool, err error) {
	var progress any
	if at != nil {
		text, _ := json.Marshal(at) // texts and numbers
		progress = string(text)
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return err
		}
		n, err := s.store.Exec(ctx, tx, "UPDATE reports SET held_until = ?, progress = ? WHERE id = ? AND state = 'RUNNING' AND holder = ?",
			now.UTC().Add(heldFor), progress, row.ID, row.Holder)
		held = n > 0
		return err
	})
	return held, err
}
