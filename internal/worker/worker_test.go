package worker_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plenary-dialogue/plenary/internal/worker"
)

func TestAWorkerThatPanicsIsStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := worker.New(slog.New(slog.NewTextHandler(io.Discard, nil)))
		ctx, stop := context.WithCancel(t.Context())
		var began []time.Time
		g.Go(ctx, "log", func(ctx context.Context) {
			began = append(began, time.Now())
			if len(began) < 4 {
				panic("lost")
			}
			<-ctx.Done()
		})
		time.Sleep(time.Minute)
		stop()
		g.Wait()
		if len(began) != 4 || g.Panics()["log"] != 3 {
			t.Fatalf("it ran %d times and panicked %d times, want 4 and 3", len(began), g.Panics()["log"])
		}
		for i, least := range []time.Duration{100, 200, 400} {
			least *= time.Millisecond
			if pause := began[i+1].Sub(began[i]); pause < least || pause > least*3/2 {
				t.Errorf("pause %d was %v, want %v to %v", i+1, pause, least, least*3/2)
			}
		}
	})
}

func TestAWorkerThatEndsIsNotStartedAgain(t *testing.T) {
	g := worker.New(slog.New(slog.NewTextHandler(io.Discard, nil)))
	ran := 0
	g.Go(t.Context(), "once", func(context.Context) { ran++ })
	g.Wait()
	if ran != 1 || g.Panics()["once"] != 0 {
		t.Errorf("it ran %d times and panicked %d times, want 1 and 0", ran, g.Panics()["once"])
	}
}
