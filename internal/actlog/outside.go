package actlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/bundle"
)

// The folder of keys holds what a server that starts again, or another one, compares with the database: the last checkpoint,
// which is saved before anybody is shown it, and the last act, likewise.

// keptCheckpoint is the checkpoint that is kept outside the database; the zero one for none.
type keptCheckpoint struct {
	bundle.Checkpoint
	note string
}

// kept reads the checkpoint that is kept outside. We saved it ourselves, so its signature is not checked.
func (l *Log) kept() (keptCheckpoint, error) {
	text, err := l.ring.Checkpoint()
	if err != nil || text == "" {
		return keptCheckpoint{}, err
	}
	c, err := saved(text)
	if err != nil {
		return keptCheckpoint{}, fmt.Errorf("the checkpoint saved in %s: %w", l.ring.Dir(), err)
	}
	return keptCheckpoint{c, text}, nil
}

// saved reads a checkpoint without its signatures.
func saved(note string) (bundle.Checkpoint, error) {
	text, _, _ := strings.Cut(note, "\n\n")
	return bundle.ParseCheckpoint(text + "\n")
}

// keep saves a checkpoint outside the database, unless a later one is there. It must come before anybody is shown the
// checkpoint.
func (l *Log) keep(note string) error {
	c, err := saved(note)
	if err != nil {
		return fmt.Errorf("read a checkpoint: %w", err)
	}
	later := func(have string) bool {
		old, err := saved(have)
		return err != nil || after(c.Origin, old.Origin) || c.Origin == old.Origin && c.N > old.N
	}
	if have, err := l.ring.Checkpoint(); err != nil || !later(have) {
		return err
	}
	return l.ring.KeepCheckpoint(note, later)
}

// keepNewest saves the newest checkpoint outside the database.
func (l *Log) keepNewest(ctx context.Context) error {
	if l.name.Load() == nil {
		return nil // a log that does not sign
	}
	_, err := l.Checkpoint(ctx, newest)
	return err
}

// keepShown saves outside the database which act is about to be shown. It does not keep the act from being shown: a folder that
// cannot be written to must not stop the events.
func (l *Log) keepShown(p place) {
	origin := l.Origin()
	if origin == "" || p.seq == 0 {
		return
	}
	err := l.ring.KeepServed(fmt.Sprintf("%d %s %s", p.seq, p.act, origin), func(have string) bool {
		old, was, err := parseShown(have)
		return err != nil || after(origin, was) || origin == was && p.seq > old.seq
	})
	if err != nil {
		l.unsaved.Store(&err)
	}
}

var errShown = errors.New("does not have a number, an act and a name")

// parseShown reads the line of keepShown.
func parseShown(line string) (p place, origin string, err error) {
	parts := strings.SplitN(line, " ", 3)
	if len(parts) != 3 {
		return place{}, "", errShown
	}
	if p.seq, err = strconv.ParseInt(parts[0], 10, 64); err != nil {
		return place{}, "", errShown
	}
	if p.act, err = uuid.Parse(parts[1]); err != nil {
		return place{}, "", errShown
	}
	return p, parts[2], nil
}

// keptShown reads which act was shown last, and under which name; zero for none.
func (l *Log) keptShown() (p place, origin string, err error) {
	for range 3 { // another server may be writing the line
		line, err := l.ring.Served()
		if err != nil || line == "" {
			return place{}, "", err
		}
		if p, origin, err = parseShown(line); err == nil {
			return p, origin, nil
		}
	}
	return place{}, "", fmt.Errorf("what was shown last, saved in %s, %w", l.ring.Dir(), errShown)
}

// shown is the last act that this server has shown, or that was shown by one before it.
func (l *Log) shown() (place, error) {
	if end, known := l.tail.end(); known {
		return end, nil
	}
	p, origin, err := l.keptShown()
	if origin != l.Origin() {
		p = place{}
	}
	return p, err
}

// compareOutside checks the database against what is kept outside of it: a restored backup, or a standby that lagged, ends
// before that.
func (l *Log) compareOutside(ctx context.Context) error {
	if l.name.Load() == nil {
		return nil // a tool that does not sign
	}
	if err := l.compareKept(ctx); err != nil {
		return err
	}
	p, origin, err := l.keptShown()
	if err != nil || origin == "" {
		return err
	}
	if goOn, err := l.belongs(origin, "the act"); !goOn || err != nil {
		return err
	}
	act, err := l.actAt(ctx, p.seq)
	if err == nil && act != p.act {
		err = missing(origin, p)
	}
	return err
}

// compareKept checks the database against the last checkpoint.
func (l *Log) compareKept(ctx context.Context) error {
	c, err := l.kept()
	if err != nil || c.note == "" {
		return err
	}
	if goOn, err := l.belongs(c.Origin, "the checkpoint"); !goOn || err != nil {
		return err
	}
	head, err := l.headNow(ctx)
	if err != nil {
		return err
	}
	if head.seq < c.N {
		return l.damaged("the database has %d acts, but %d were signed", head.seq, c.N)
	}
	return l.compareTree(ctx, c.N, c.Hash)
}

// compareTree checks the tree of the first acts against a root that was signed.
func (l *Log) compareTree(ctx context.Context, size int64, root tlog.Hash) error {
	l.tiles.clear() // they may hold acts that were lost
	have, err := tlog.TreeHash(size, l.hashes(ctx))
	switch {
	case errors.Is(err, errNoTile):
		return l.damaged("a part of the tree of the first %d acts is missing", size)
	case err != nil:
		return fmt.Errorf("read the tree of %d acts: %w", size, err)
	case have != root:
		return l.damaged("its first %d acts differ from those that were signed", size)
	}
	return nil
}

// belongs compares the name under which something was kept with the log's. It is not compared further if the log was reopened
// since: this folder belongs to a server that was not there.
func (l *Log) belongs(origin, what string) (goOn bool, err error) {
	own := l.Origin()
	switch {
	case nameOf(origin) != nameOf(own):
		return false, fmt.Errorf("%s saved in %s belongs to another log, %s", what, l.ring.Dir(), origin)
	case after(origin, own):
		return false, &loss{origin: origin, what: fmt.Sprintf("the database holds the log %s, but %s was signed or shown", own, origin)}
	}
	return origin == own, nil
}

// damaged is a loss of acts that were signed.
func (l *Log) damaged(format string, args ...any) *loss {
	return &loss{origin: l.Origin(), what: fmt.Sprintf(format, args...)}
}

// nameOf is an origin without the number that a reopening adds.
func nameOf(origin string) string {
	name, _ := bundle.Generation(origin)
	return name
}
