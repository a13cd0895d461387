package app

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/server"
)

const (
	// watchInterval is the time between two questions to the database about its clock and its settings.
	watchInterval = time.Second
	// maxSkew is how far a replica's clock may be from the database's: leases, expiry and the order of times depend on it.
	maxSkew = 2 * time.Second
)

// ErrMayLose reports a database that may lose acknowledged changes, where the configuration does not allow that.
var ErrMayLose = errors.New("--require-sync")

// watched is what was last heard from the database; empty texts where all is well.
type watched struct {
	mayLose atomic.Value // string: which acknowledged changes, and why
	skew    atomic.Value // string: how far the clocks differ, if too far
}

func textOf(v *atomic.Value) string {
	s, _ := v.Load().(string)
	return s
}

// look asks the database what it may lose and what time it has, and logs what has changed.
func (a *App) look(ctx context.Context) error {
	before := a.config.Clock.Now()
	s, err := a.Store.Server(ctx)
	after := a.config.Clock.Now()
	if err != nil {
		return fmt.Errorf("ask the database for its settings: %w", err)
	}
	skew := ""
	if !s.Now.IsZero() && !a.config.AnyClock {
		skew = Skew(before, s.Now, after)
	}
	log := a.config.Log
	switch was := textOf(&a.watched.mayLose); {
	case s.MayLose != "" && s.MayLose != was:
		log.Warn("changes_may_be_lost", "reason", s.MayLose)
	case s.MayLose == "" && was != "":
		log.Info("changes_are_safe")
	}
	switch was := textOf(&a.watched.skew); {
	case skew != "" && was == "":
		log.Error("clock_is_off", "reason", skew)
	case skew == "" && was != "":
		log.Info("clock_agrees")
	}
	a.watched.mayLose.Store(s.MayLose)
	a.watched.skew.Store(skew)
	return nil
}

// Skew says how far our clock is from the database's, if that is too far. The database has read its clock between before and
// after, by ours.
func Skew(before, database, after time.Time) string {
	switch {
	case before.Sub(database) > maxSkew:
		return fmt.Sprintf("this server's clock is %v ahead of the database's; at most %v is allowed", before.Sub(database).Round(time.Millisecond), maxSkew)
	case database.Sub(after) > maxSkew:
		return fmt.Sprintf("this server's clock is %v behind the database's; at most %v is allowed", database.Sub(after).Round(time.Millisecond), maxSkew)
	}
	return ""
}

// watch looks until ctx ends, and refuses changes while they may be lost and must not be.
func (a *App) watch(ctx context.Context) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for ctx.Err() == nil {
		_ = a.look(ctx) // a database that does not answer is the matter of another check
		if a.config.RequireSync {
			a.Log.Refuse(textOf(&a.watched.mayLose))
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// checks are what makes a server ready.
func (a *App) checks() []server.Check {
	return []server.Check{
		{Name: "database", Func: a.Store.Ping},
		{Name: "log", Func: a.Log.Healthy},
		{Name: "clock", Func: func(context.Context) error {
			if skew := textOf(&a.watched.skew); skew != "" {
				return fault.New(fault.Unavailable, "%s", skew)
			}
			return nil
		}},
		{Name: "durability", Func: func(context.Context) error {
			switch why := textOf(&a.watched.mayLose); {
			case why == "":
				return nil
			case a.config.RequireSync:
				return fault.New(fault.Unavailable, "%s", why)
			default:
				return server.Note(why)
			}
		}},
	}
}
