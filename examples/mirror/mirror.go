package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/examples/mirror/generated"
)

// Why the mirror ends up equal to what its viewer may see, whenever it is killed and whatever others write meanwhile:
//
//   - It reads the cursor of the log's end before the copy begins. What was committed before that is in the lists; what is
//     committed later has an act after the cursor. The log gives each act one position, in the order of commits, so the mirror
//     misses none. No order by time could guarantee that.
//   - An act only says that its subject changed. The mirror reads the subject as it is now, so handling an act twice does no
//     harm. It removes a subject that is gone or that it may no longer see.
//   - Rows and cursor are saved in one transaction.
//   - Only the party that acted sees the act of a vote or of an erasure, which would reveal who it was. Both change what they
//     affect: the mirror reads all lists with changedSince, with a margin for transactions that commit late.

const (
	atOnce = 100 // acts, and ids of nodes(ids)
	// late is how long after its own time a change may become visible: the server ends any operation within 10 s, and the
	// clocks of several servers differ a little.
	late    = 30 * time.Second
	retry   = 100 * time.Millisecond
	retries = 10 * time.Second // the longest wait between two tries
)

// opens are the acts after which the viewer may see a dialogue, with everything in it, for the first time.
var opens = []generated.ActType{
	generated.ActTypeDialogueOpened, generated.ActTypeDialogueReopened, generated.ActTypeDialogueInvited, generated.ActTypeDialogueImported,
}

// mirror keeps a book in step with a server.
type mirror struct {
	book              *book
	remote            *remote
	refreshes, afresh time.Duration
	log               *slog.Logger
}

// run follows the server until the context ends or the server refuses the token or the operations.
func (m *mirror) run(ctx context.Context) error {
	for wait := retry; ; {
		began := time.Now()
		err := m.follow(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case isStale(err):
			m.log.Warn("copying_anew", "because", err)
			if err := m.forget(ctx); err != nil {
				return err
			}
		case isFinal(err):
			return err
		}
		if time.Since(began) > retries {
			wait = retry
		}
		m.log.Info("trying_again", "because", err, "in", wait)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
		wait = min(2*wait, retries)
	}
}

// catchUp brings the book up to the current end of the log, once.
func (m *mirror) catchUp(ctx context.Context) error {
	err := m.catch(ctx)
	if isStale(err) {
		if err := m.forget(ctx); err != nil {
			return err
		}
		err = m.catch(ctx)
	}
	return err
}

func (m *mirror) catch(ctx context.Context) error {
	if err := m.copyAll(ctx); err != nil {
		return err
	}
	if err := m.readOn(ctx); err != nil {
		return err
	}
	return m.refresh(ctx)
}

// forget makes the next run copy everything again. The stored rows stay until then.
func (m *mirror) forget(ctx context.Context) error {
	p, err := m.book.place(ctx)
	if err != nil {
		return err
	}
	return m.book.apply(ctx, change{place: place{Copy: p.Copy}})
}

// copyAll reads all lists to their ends and then removes the rows that they did not contain. It continues an interrupted copy.
func (m *mirror) copyAll(ctx context.Context) error {
	p, err := m.book.place(ctx)
	if err != nil || p.Cursor != "" {
		return err
	}
	if p.Head == "" {
		got, err := generated.Head(ctx, m.remote.client)
		if err != nil {
			return fmt.Errorf("ask for the log's end: %w", err)
		}
		if got.Head == nil {
			return errors.New("the server did not say where the log ends")
		}
		p = place{Head: *got.Head, Copy: p.Copy + 1, Since: m.earlier()}
	}
	for p.List < len(lists) {
		part, err := lists[p.List](ctx, m.remote.client, nil, given(p.After))
		if err != nil {
			return fmt.Errorf("copy: %w", err)
		}
		if p.After = part.next; p.After == "" {
			p.List++
		}
		if err := m.book.apply(ctx, change{rows: part.rows, place: p}); err != nil {
			return err
		}
	}
	m.log.Info("copied", "number", p.Copy)
	p = place{Cursor: p.Head, Copy: p.Copy, CopiedAt: time.Now().UTC().Format(time.RFC3339), Since: p.Since}
	return m.book.apply(ctx, change{swept: true, place: p})
}

// earlier is the server's clock less the margin for late commits.
func (m *mirror) earlier() string { return m.remote.now().Add(-late).UTC().Format(time.RFC3339) }

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// follow catches up and then handles acts as they happen, until the stream ends. It always returns the reason.
func (m *mirror) follow(ctx context.Context) error {
	if err := m.catch(ctx); err != nil {
		return err
	}
	p, err := m.book.place(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	events, ended := make(chan event, atOnce), make(chan error, 1)
	go func() { ended <- m.remote.follow(ctx, p.Cursor, events) }()
	defer cancel()
	refreshes := time.NewTicker(m.refreshes)
	defer refreshes.Stop()
	copied, err := time.Parse(time.RFC3339, p.CopiedAt)
	if err != nil {
		return fmt.Errorf("read when it was copied: %w", err)
	}
	afresh := time.NewTimer(time.Until(copied.Add(m.afresh)))
	defer afresh.Stop()
	for {
		select {
		case e := <-events:
			err = m.takeBatch(ctx, e, events)
		case <-refreshes.C:
			err = m.refresh(ctx)
		case <-afresh.C:
			if err = m.forget(ctx); err == nil {
				err = errors.New("it is time to copy everything again")
			}
		case err = <-ended: // the server sends what waits in events again, because the cursor is before it
		}
		if err != nil {
			return err
		}
	}
}

// takeBatch handles an event and those that wait after it.
func (m *mirror) takeBatch(ctx context.Context, e event, waiting <-chan event) error {
	acts := []act{e.act}
	for len(acts) < atOnce {
		select {
		case e = <-waiting:
			acts = append(acts, e.act)
			continue
		default:
		}
		break
	}
	return m.take(ctx, acts, e.cursor)
}

// readOn handles the acts after the cursor, page by page, to the end of the log.
func (m *mirror) readOn(ctx context.Context) error {
	for {
		p, err := m.book.place(ctx)
		if err != nil {
			return err
		}
		got, err := generated.ActsAfter(ctx, m.remote.client, p.Cursor)
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		acts := make([]act, len(got.Acts.Nodes))
		for i, a := range got.Acts.Nodes {
			acts[i] = act{Type: a.Type, Subject: a.SubjectId}
		}
		if err := m.take(ctx, acts, *got.Acts.PageInfo.EndCursor); err != nil {
			return err
		}
		if !got.Acts.PageInfo.HasNextPage {
			return nil
		}
	}
}

// take reads the subjects of acts and moves the cursor past the acts.
func (m *mirror) take(ctx context.Context, acts []act, cursor string) error {
	p, err := m.book.place(ctx)
	if err != nil {
		return err
	}
	var ids []string
	for _, a := range acts {
		if !slices.Contains(ids, a.Subject) {
			ids = append(ids, a.Subject)
		}
		if err := m.widen(ctx, a, p); err != nil {
			return err
		}
	}
	c := change{place: p}
	c.place.Cursor = cursor
	if len(ids) > 0 {
		if c.rows, c.gone, err = subjects(ctx, m.remote.client, ids); err != nil {
			return fmt.Errorf("read subjects: %w", err)
		}
	}
	return m.book.apply(ctx, c)
}

// widen reads what the viewer may see since an act and what has no act of its own after the cursor.
func (m *mirror) widen(ctx context.Context, a act, p place) error {
	switch {
	case slices.Contains(opens, a.Type):
		if err := m.each(ctx, p, func(after *string) (page, error) {
			return proposalsOf(ctx, m.remote.client, a.Subject, after)
		}); err != nil {
			return err
		}
		if err := m.each(ctx, p, func(after *string) (page, error) {
			return commentsOf(ctx, m.remote.client, &generated.CommentFilter{Dialogue: &a.Subject}, after)
		}); err != nil {
			return err
		}
		return m.meet(ctx, p)
	case a.Type == generated.ActTypeCommentRestored:
		return m.each(ctx, p, func(after *string) (page, error) { return repliesTo(ctx, m.remote.client, a.Subject, after) })
	}
	return nil
}

// each stores a list, page by page, and does not move the cursor.
func (m *mirror) each(ctx context.Context, p place, list func(after *string) (page, error)) error {
	for after := ""; ; {
		part, err := list(given(after))
		if err != nil {
			return fmt.Errorf("read a list: %w", err)
		}
		if err := m.book.apply(ctx, change{rows: part.rows, place: p}); err != nil {
			return err
		}
		if after = part.next; after == "" {
			return nil
		}
	}
}

// meet reads the authors that are not stored yet: an import registers many parties with one act.
func (m *mirror) meet(ctx context.Context, p place) error {
	ids, err := m.book.strangers(ctx)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, atOnce) {
		rows, gone, err := subjects(ctx, m.remote.client, some)
		if err != nil {
			return fmt.Errorf("read parties: %w", err)
		}
		if err := m.book.apply(ctx, change{rows: rows, gone: gone, place: p}); err != nil {
			return err
		}
	}
	return nil
}

// refresh reads what changed since the last refresh, for changes without a visible act.
func (m *mirror) refresh(ctx context.Context) error {
	p, err := m.book.place(ctx)
	if err != nil {
		return err
	}
	next := ""
	for _, list := range lists {
		err := m.each(ctx, p, func(after *string) (page, error) {
			part, err := list(ctx, m.remote.client, &p.Since, after)
			if next == "" {
				next = m.earlier() // after the first page: a change between two pages is read next time
			}
			return part, err
		})
		if err != nil {
			return err
		}
	}
	p.Since = next
	return m.book.apply(ctx, change{place: p})
}
