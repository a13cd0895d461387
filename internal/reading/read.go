package reading

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Most is how far is counted: a number that people see needs no more.
const Most = 1000

// Unread is what is new in a dialogue to a person.
type Unread struct {
	Since                         time.Time
	Comments, Proposals, Outcomes int
}

// brings are the acts that bring something into a dialogue; the index of them, in ent/schema, has the same condition.
const brings = "a.type IN ('comment.imported', 'comment.posted', 'comment.restored', 'dialogue.closed', 'proposal.drafted', 'proposal.opened', 'proposal.submitted')"

// news asks for the acts that brought something into the dialogue of a reading r since then.
const news = "a.dialogue_id = r.dialogue_id AND a.seq > r.seq AND " + brings

// shown are acts by which a party shows to others what it has not written itself. The log names no person, so for these the party
// counts as the person: who restores or opens something need not read it.
const shown = "'comment.restored', 'proposal.opened'"

// unread gives the statements that find what is new since a reading r, each thing once: comments, proposals, and outcomes.
func (s *Service) unread(actor policy.Actor) [3]store.Cond {
	of := func(table, types string, visible store.Cond) store.Cond {
		return store.Where("SELECT DISTINCT t.id FROM acts a JOIN "+table+" t ON t.id = a.subject_id WHERE "+news+" AND a.type IN ("+types+")"+
			" AND COALESCE(t.member_id <> ?, 1 = 1) AND NOT (a.type IN ("+shown+") AND COALESCE(a.stakeholder_id = ?, 1 = 0)) AND "+visible.SQL,
			append([]any{actor.Member, actor.Stakeholder}, visible.Args...)...)
	}
	return [3]store.Cond{
		of("comments", "'comment.imported', 'comment.posted', 'comment.restored'", s.comments.Visible(actor, "t")),
		of("proposals", "'proposal.drafted', 'proposal.opened', 'proposal.submitted'", s.proposals.Visible(actor, "t")),
		store.Where("SELECT a.seq FROM acts a WHERE "+news+" AND a.type = 'dialogue.closed' AND COALESCE(a.stakeholder_id <> ?, 1 = 1)", actor.Stakeholder),
	}
}

// Of reads what is new to the viewer in each dialogue that it has read before, in one statement. The dialogues are visible already.
func (s *Service) Of(ctx context.Context, dialogues []uuid.UUID) (map[uuid.UUID]*Unread, error) {
	found := map[uuid.UUID]*Unread{}
	actor := policy.ActorFrom(ctx)
	if !actor.SignedIn() {
		return found, nil
	}
	text, args := "SELECT r.dialogue_id, r.read_at", []any{}
	for _, one := range s.unread(actor) {
		text += ", (SELECT COUNT(*) FROM (" + one.SQL + " LIMIT " + strconv.Itoa(Most) + ") x)"
		args = append(args, one.Args...)
	}
	of := s.store.AnyOf("r.dialogue_id", dialogues)
	text += " FROM readings r WHERE r.member_id = ? AND " + of.SQL
	err := s.store.Query(ctx, text, append(append(args, actor.Member), of.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		u := new(Unread)
		err := r.Scan(&id, &u.Since, &u.Comments, &u.Proposals, &u.Outcomes)
		found[id] = u
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count what is unread: %w", err)
	}
	return found, nil
}

// News asks of dialogues t that the viewer has read them before and that something is new there.
func (s *Service) News(ctx context.Context) store.Cond {
	actor := policy.ActorFrom(ctx)
	if !actor.SignedIn() {
		return store.Never()
	}
	var some []store.Cond
	for _, one := range s.unread(actor) {
		some = append(some, store.Where("EXISTS ("+one.SQL+" "+store.EachRow+")", one.Args...))
	}
	something := store.Or(some...)
	return store.Where("t.id IN (SELECT r.dialogue_id FROM readings r WHERE r.member_id = ? AND "+something.SQL+")", append([]any{actor.Member}, something.Args...)...)
}
