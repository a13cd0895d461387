package synthesis

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of syntheses.
type Page = store.Page[*db.Synthesis]

// Edge is an entry of a page of syntheses.
type Edge = store.Edge[*db.Synthesis]

// CitationPage is a page of citations.
type CitationPage = store.Page[*db.Citation]

// CitationEdge is an entry of a page of citations.
type CitationEdge = store.Edge[*db.Citation]

// ObjectionPage is a page of objections.
type ObjectionPage = store.Page[*db.SynthesisObjection]

// ObjectionEdge is an entry of a page of objections.
type ObjectionEdge = store.Edge[*db.SynthesisObjection]

// placed is a synthesis in its dialogue.
type placed struct {
	*db.Synthesis
	place access.Place
	now   time.Time
	marks
}

// marks are what the actor's party has said in the phase, and what waits for an answer.
type marks struct{ commented, objected, unanswered bool }

// nounOf says what the policy needs to know of a synthesis in one of these dialogues.
func nounOf(of Dialogues) access.Noun[db.Synthesis, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(y placed) access.Place { return y.place })
	}
	return access.Noun[db.Synthesis, placed]{
		Resource: policy.Synthesis, Table: store.TableOf[db.Synthesis](), Row: func(y placed) *db.Synthesis { return y.Synthesis },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Convenor, "convenor_id"),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".dialogue_id") }),
			{Fact: policy.Commented, Holds: func(_ policy.Actor, y placed) bool { return y.commented }},
			{Fact: policy.Uncast, Holds: func(_ policy.Actor, y placed) bool { return !y.objected }},
			{Fact: policy.Contestable, Holds: func(_ policy.Actor, y placed) bool { return y.now.Before(y.ObjectionsUntil) }},
			{Fact: policy.AnswerOwed, Holds: func(_ policy.Actor, y placed) bool { return y.unanswered }},
		},
	}
}

// factsOf asks, of syntheses, whether the actor's party commented in the phase and has objected, and whether an objection waits.
func (s *Service) factsOf(ctx context.Context, ids []uuid.UUID) (text string, args []any) {
	party, of := policy.ActorFrom(ctx).Stakeholder, s.Store.AnyOf("y.id", ids)
	return `SELECT y.id, EXISTS (SELECT 1 FROM comments c WHERE c.author_id = ? AND c.dialogue_id = y.dialogue_id AND c.phase_id = y.phase_id AND c.state <> 'WITHDRAWN'),
		EXISTS (SELECT 1 FROM synthesis_objections o WHERE o.synthesis_id = y.id AND o.party_id = ?),
		EXISTS (SELECT 1 FROM synthesis_objections o WHERE o.synthesis_id = y.id AND o.answered_at IS NULL)
		FROM syntheses y WHERE ` + of.SQL, append([]any{party, party}, of.Args...)
}

// Of reads a page of what was heard in each dialogue, newest first; in one of its phases, or in all.
func (s *Service) Of(ctx context.Context, dialogues []uuid.UUID, phase *int, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		if phase != nil {
			n.And(store.Where("t.phase_id IN (SELECT h.id FROM phases h WHERE h.dialogue_id = t.dialogue_id AND h.position = ?)", *phase-1))
		}
	})
	if err != nil {
		return nil, err
	}
	l.Parent, l.ActsNameParent = "t.dialogue_id", true
	return store.Pages(ctx, s.Store, l, dialogues)
}

// Waiting reads the syntheses with objections that wait for the viewer's answer, those that have waited longest first.
func (s *Service) Waiting(ctx context.Context, most int) ([]*db.Synthesis, error) {
	const unanswered = "EXISTS (SELECT 1 FROM synthesis_objections w WHERE w.synthesis_id = t.id AND w.answered_at IS NULL)"
	return s.WaitingIf(ctx, most, store.Where(unanswered))
}

// Can tells what the viewer can do with each synthesis.
func (s *Service) Can(ctx context.Context, rows []*db.Synthesis) ([][]*policy.Decision, error) {
	ids, dialogues := make([]uuid.UUID, len(rows)), make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i], dialogues[i] = row.ID, row.DialogueID
	}
	places, err := s.dialogues.Places(ctx, dialogues)
	if err != nil {
		return nil, err
	}
	found := map[uuid.UUID]marks{}
	text, args := s.factsOf(ctx, ids)
	err = s.Store.Query(ctx, text, args, func(r *sql.Rows) error {
		var id uuid.UUID
		var m marks
		err := r.Scan(&id, &m.commented, &m.objected, &m.unanswered)
		found[id] = m
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who was not heard: %w", err)
	}
	now, all := s.clock.Now(), make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, places[row.DialogueID], now, found[row.ID]}
		all[i].place.Facts.Add(policy.InSight) // the rows are visible already
	}
	return s.Frame.Can(ctx, all), nil
}

var (
	sentences  = store.TableOf[db.SynthesisSentence]()
	citations  = store.TableOf[db.Citation]()
	objections = store.TableOf[db.SynthesisObjection]()
)

// SentencesOf reads the sentences of each synthesis, in order. The syntheses are visible already.
func (s *Service) SentencesOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]*db.SynthesisSentence, error) {
	found := make(map[uuid.UUID][]*db.SynthesisSentence, len(ids))
	of := s.Store.AnyOf("synthesis_id", ids)
	text := "SELECT " + strings.Join(sentences.Columns, ", ") + " FROM synthesis_sentences WHERE " + of.SQL + " ORDER BY synthesis_id, id"
	err := s.Store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		row := new(db.SynthesisSentence)
		err := sentences.Scan(r, row)
		found[row.SynthesisID] = append(found[row.SynthesisID], row)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read sentences: %w", err)
	}
	return found, nil
}

// CitationsOf reads a page of what each sentence cites, in order. The sentences are visible already.
func (s *Service) CitationsOf(ctx context.Context, ids []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*CitationPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.Store, store.List[db.Citation]{
		Table: citations, Parent: "t.sentence_id", Where: store.Always(), Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, ids)
}

// ObjectionsTo reads a page of the objections to each synthesis, oldest first. The syntheses are visible already.
func (s *Service) ObjectionsTo(ctx context.Context, ids []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*ObjectionPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.Store, store.List[db.SynthesisObjection]{
		Table: objections, Parent: "t.synthesis_id", ActsNameParent: true, Where: store.Always(), Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, ids)
}

// Coverage is how many of the comments that are owed a disposition in a phase a synthesis cites.
type Coverage struct {
	Comments, Total int
	ByChamber       []*ChamberCoverage
}

// ChamberCoverage is that for the comments of a chamber.
type ChamberCoverage struct {
	Chamber         enum.StakeholderKind
	Comments, Total int
}

// Coverages counts what each synthesis cites. What was hidden since is neither cited nor there.
func (s *Service) Coverages(ctx context.Context, rows []*db.Synthesis) ([]*Coverage, error) {
	ids, found := make([]uuid.UUID, len(rows)), map[uuid.UUID]*Coverage{}
	for i, row := range rows {
		ids[i] = row.ID
	}
	of := s.Store.AnyOf("y.id", ids)
	text := `SELECT y.id, a.kind, COUNT(CASE WHEN EXISTS (SELECT 1 FROM citations k WHERE k.synthesis_id = y.id AND k.comment_id = c.id) THEN 1 END), COUNT(*)
		FROM syntheses y JOIN comments c ON c.dialogue_id = y.dialogue_id AND c.phase_id = y.phase_id JOIN stakeholders a ON a.id = c.author_id
		WHERE c.owed AND c.state = 'VISIBLE' AND ` + of.SQL + " GROUP BY y.id, a.kind ORDER BY y.id, a.kind"
	err := s.Store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		one := new(ChamberCoverage)
		if err := r.Scan(&id, &one.Chamber, &one.Comments, &one.Total); err != nil {
			return err
		}
		all := found[id]
		if all == nil {
			all = new(Coverage)
			found[id] = all
		}
		all.Comments, all.Total, all.ByChamber = all.Comments+one.Comments, all.Total+one.Total, append(all.ByChamber, one)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count what is cited: %w", err)
	}
	out := make([]*Coverage, len(rows))
	for i, id := range ids {
		if out[i] = found[id]; out[i] == nil {
			out[i] = &Coverage{ByChamber: []*ChamberCoverage{}}
		}
	}
	return out, nil
}

// Overdue tells of each objection whether it waits for its answer too long.
func (s *Service) Overdue(ctx context.Context, rows []*db.SynthesisObjection) ([]bool, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.SynthesisID
	}
	type due struct{ until, next *time.Time }
	of, found := s.Store.AnyOf("y.id", ids), map[uuid.UUID]due{}
	text := `SELECT y.id, y.objections_until, (SELECT n.opens_at FROM phases n WHERE n.dialogue_id = p.dialogue_id AND n.position > p.position
		ORDER BY n.position LIMIT 1) FROM syntheses y JOIN phases p ON p.id = y.phase_id WHERE ` + of.SQL
	err := s.Store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var until, next sql.NullTime
		err := r.Scan(&id, &until, &next)
		found[id] = due{timeOf(until), timeOf(next)}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read when objections are overdue: %w", err)
	}
	now, out := s.clock.Now(), make([]bool, len(rows))
	for i, row := range rows {
		if d := found[row.SynthesisID]; d.until != nil {
			out[i] = Overdue(row.AnsweredAt, d.next, *d.until, now)
		}
	}
	return out, nil
}

// mostListed is how many syntheses are named that keep a dialogue from being closed.
const mostListed = 50

// Unsettled says of each dialogue to which of its syntheses objections wait for an answer: until then no ballot opens, and it is not closed.
func (s *Service) Unsettled(ctx context.Context, tx *db.Tx, dialogues []uuid.UUID) (map[uuid.UUID][]*fault.Fault, error) {
	found := map[uuid.UUID][]*fault.Fault{}
	of := s.Store.AnyOf("y.dialogue_id", dialogues)
	text := `SELECT y.id, y.dialogue_id, COUNT(*) FROM syntheses y JOIN synthesis_objections o ON o.synthesis_id = y.id WHERE o.answered_at IS NULL AND ` +
		of.SQL + " GROUP BY y.dialogue_id, y.id ORDER BY y.dialogue_id, y.id"
	scan := func(r *sql.Rows) error {
		var id, dialogue uuid.UUID
		n := 0
		err := r.Scan(&id, &dialogue, &n)
		if len(found[dialogue]) < mostListed {
			found[dialogue] = append(found[dialogue], unsettled(id, n))
		}
		return err
	}
	var err error
	if tx != nil {
		err = s.Store.QueryTx(ctx, tx, text, of.Args, scan)
	} else {
		err = s.Store.Query(ctx, text, of.Args, scan)
	}
	if err != nil {
		return nil, fmt.Errorf("look for objections without an answer: %w", err)
	}
	return found, nil
}

func unsettled(id uuid.UUID, n int) *fault.Fault {
	what := fmt.Sprintf("%d parties were not heard in this synthesis, and wait", n)
	if n == 1 {
		what = "a party was not heard in this synthesis, and waits"
	}
	f := fault.Coded(fault.State, enum.UserErrorCodeIncomplete, "%s for an answer", what).With(fault.Values{Actual: &n})
	f.Field = "syntheses." + typeid.New("synthesis", id).String()
	return f
}
