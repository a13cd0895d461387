// Package seed fills an empty database with made-up dialogues for benchmarks. It bypasses the use cases and writes no acts,
// so that nobody mistakes its rows for something that happened.
package seed

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

// Size says how much to make.
type Size struct {
	Dialogues int
	Proposals int // in each dialogue
	Comments  int // on each proposal
	Thread    int // more comments on one proposal

	Assessments int // of practices of one firm
	Template    *questionnaire.Template
}

func (s Size) String() string {
	p := s.Dialogues * s.Proposals
	text := fmt.Sprintf("%d dialogues, %d proposals, %d comments", s.Dialogues, p, p*s.Comments+s.Thread)
	if s.Assessments > 0 {
		text += fmt.Sprintf(", %d assessments of %d answers", s.Assessments, min(given, len(s.Template.Keys())))
	}
	return text
}

// Data names what a benchmark acts with.
type Data struct {
	Voter    uuid.UUID   // an admitted customer
	Comments []uuid.UUID // top-level comments that the customer may vote on
	Thread   uuid.UUID   // the proposal with the thread

	Firm        uuid.UUID // the firm whose practices are assessed
	Assessments []Assessment
	Options     map[string][]string // by the keys of questions with one choice
}

const parties = 500

var (
	kinds   = []string{"FIRM", "CUSTOMER", "REGULATOR", "NGO", "ACADEMIC_INSTITUTION"}
	stances = []string{"FOR", "AGAINST", "NEUTRAL"}
	forms   = []string{"GUIDELINE", "COMMITMENT", "POLICY", "PRACTICE_CHANGE"}
)

// Filled are the tables that Fill fills.
func (s Size) Filled() []string {
	tables := []string{"stakeholders", "members", "dialogues", "phases", "invitations", "proposals", "proposal_versions", "comments"}
	if s.Assessments > 0 {
		tables = append(tables, "templates", "practices", "assessments", "answers")
	}
	return tables
}

// Fill writes the rows in order of time, as in real use, so that rows that are read together are not stored together. The
// same now gives the same rows.
func Fill(ctx context.Context, databaseURL string, size Size, now time.Time) (data Data, err error) {
	db, err := open(databaseURL)
	if err != nil {
		return Data{}, err
	}
	defer func() { err = errors.Join(err, db.conn.Close()) }()
	f := &filler{db: db, size: size, now: now.UTC().Truncate(time.Millisecond), rnd: rand.New(rand.NewPCG(1, 2))}
	for _, step := range []func(context.Context) error{f.people, f.spaces, f.texts, f.talk, f.assess} {
		if err := step(ctx); err != nil {
			return Data{}, fmt.Errorf("seed: %w", err)
		}
	}
	return Data{
		Voter: f.parties[slices.Index(kinds, "CUSTOMER")].id, Comments: f.comments, Thread: f.proposals[f.thread()].id,
		Firm: f.firm().id, Assessments: f.assessments, Options: f.options(),
	}, nil
}

type filler struct {
	db   *database
	size Size
	now  time.Time
	rnd  *rand.Rand

	parties, members []row
	dialogues        []row
	proposals        []row
	comments         []uuid.UUID
	asked            uuid.UUID // the template
	assessments      []Assessment
}

// row is a row with children.
type row struct {
	id uuid.UUID
	at time.Time
	of int // index of its parent
}

const day = 24 * time.Hour

func (f *filler) people(ctx context.Context) error {
	begin := f.now.Add(-800 * day)
	for i := range parties {
		at := begin.Add(time.Duration(i) * time.Hour)
		f.parties = append(f.parties, row{id: f.id(at), at: at})
		f.members = append(f.members, row{id: f.id(at), at: at})
	}
	err := f.db.insert(ctx, "stakeholders", []string{
		"id", "created_at", "updated_at", "kind", "name", "handle", "jurisdictions", "description", "status", "legal_name", "focus_areas",
		"disciplines",
	}, func(add adder) error {
		for i, p := range f.parties {
			kind := kinds[i%len(kinds)]
			name := fmt.Sprintf("%s number %d", f.words(20), i)
			err := add(p.id, p.at, p.at, kind, name, fmt.Sprintf("party-%d", i), `["EU"]`, f.words(120), "ACTIVE", name, `["privacy"]`, `[]`)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.db.insert(ctx, "members", []string{"id", "created_at", "updated_at", "issuer", "subject", "stakeholder_id"}, func(add adder) error {
		for i, m := range f.members {
			if err := add(m.id, m.at, m.at, "https://seed.example", fmt.Sprint(i), f.parties[i].id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *filler) spaces(ctx context.Context) error {
	step := 700 * day / time.Duration(f.size.Dialogues)
	for i := range f.size.Dialogues {
		at := f.now.Add(-760 * day).Add(time.Duration(i) * step)
		f.dialogues = append(f.dialogues, row{id: f.id(at), at: at})
	}
	err := f.db.insert(ctx, "dialogues", []string{
		"id", "created_at", "updated_at", "title", "brief", "convenor_id", "visibility", "state", "languages", "opened_at",
	}, func(add adder) error {
		for _, d := range f.dialogues {
			convenor := f.parties[f.rnd.IntN(parties/len(kinds))*len(kinds)+slices.Index(kinds, "REGULATOR")].id
			if err := add(d.id, d.at, d.at, f.words(60), f.words(500), convenor, "PUBLIC", "OPEN", `["en"]`, d.at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = f.db.insert(ctx, "phases", []string{
		"id", "dialogue_id", "position", "kind", "opens_at", "may_comment", "may_vote", "may_propose", "may_amend",
	}, func(add adder) error {
		for _, d := range f.dialogues {
			if err := add(f.id(d.at), d.id, 1, "DELIBERATION", d.at, true, true, true, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.db.insert(ctx, "invitations", []string{"id", "dialogue_id", "stakeholder_id", "created_at"}, func(add adder) error {
		for _, d := range f.dialogues {
			first := f.rnd.IntN(parties)
			for i := range 5 {
				if err := add(f.id(d.at), d.id, f.parties[(first+i)%parties].id, d.at); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (f *filler) texts(ctx context.Context) error {
	f.proposals = f.after(f.dialogues, f.size.Proposals, 30*day)
	authors := make([]int, len(f.proposals))
	texts := make([][3]string, len(f.proposals))
	err := f.db.insert(ctx, "proposals", []string{
		"id", "created_at", "updated_at", "dialogue_id", "author_id", "member_id", "kind", "title", "summary", "body", "state", "published",
		"content_hash", "submitted_at", "opened_at", "opened_version",
	}, func(add adder) error {
		for i, p := range f.proposals {
			authors[i] = f.rnd.IntN(parties)
			texts[i] = [3]string{f.words(70), f.words(200), f.words(600)}
			err := add(p.id, p.at, p.at, f.dialogues[p.of].id, f.parties[authors[i]].id, f.members[authors[i]].id, one(f.rnd, forms),
				texts[i][0], texts[i][1], texts[i][2], "OPEN", true, noHash, p.at, p.at, 1)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.db.insert(ctx, "proposal_versions", []string{
		"id", "created_at", "proposal_id", "number", "title", "summary", "body", "language", "content_hash", "editor_id",
	}, func(add adder) error {
		for i, p := range f.proposals {
			err := add(f.id(p.at), p.at, p.id, 1, texts[i][0], texts[i][1], texts[i][2], "en", noHash, f.parties[authors[i]].id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// noHash replaces the hash of a text, because no measurement reads it.
const noHash = "0000000000000000000000000000000000000000000000000000000000000000"

func (f *filler) talk(ctx context.Context) error {
	comments := f.after(f.proposals, f.size.Comments, 20*day)
	if f.size.Thread > 0 {
		long := f.after(f.proposals[f.thread():f.thread()+1], f.size.Thread, 20*day)
		for i := range long {
			long[i].of = f.thread()
		}
		comments = append(comments, long...)
		sortByTime(comments)
	}
	return f.db.insert(ctx, "comments", []string{
		"id", "created_at", "updated_at", "subject_type", "subject_id", "dialogue_id", "author_id", "member_id", "body", "stance", "agrees",
		"disagrees", "passes",
	}, func(add adder) error {
		for _, c := range comments {
			f.comments = append(f.comments, c.id)
			author, p := f.rnd.IntN(parties), f.proposals[c.of]
			err := add(c.id, c.at, c.at, "PROPOSAL", p.id, f.dialogues[p.of].id, f.parties[author].id, f.members[author].id, f.words(150),
				one(f.rnd, stances), f.rnd.IntN(40), f.rnd.IntN(20), f.rnd.IntN(10))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// after makes n rows for each parent, at later times, and sorts all by time.
func (f *filler) after(parents []row, n int, within time.Duration) []row {
	rows := make([]row, 0, len(parents)*n)
	for i, p := range parents {
		for range n {
			at := p.at.Add(time.Duration(f.rnd.Int64N(int64(within)))).Truncate(time.Millisecond)
			rows = append(rows, row{id: f.id(at), at: at, of: i})
		}
	}
	sortByTime(rows)
	return rows
}

func sortByTime(rows []row) {
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(a.at.Compare(b.at), bytes.Compare(a.id[:], b.id[:])) })
}

// thread is the index of the proposal with the long thread: one in the middle, so that no first page has it.
func (f *filler) thread() int { return len(f.proposals) / 2 }

// id makes a UUIDv7 for a time.
func (f *filler) id(at time.Time) uuid.UUID {
	var id uuid.UUID
	ms := uint64(at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	a, b := f.rnd.Uint32(), f.rnd.Uint64()
	id[6], id[7] = 0x70|byte(a)&0x0F, byte(a>>8)
	for i := range 8 {
		id[8+i] = byte(b >> (8 * i))
	}
	id[8] = id[8]&0x3F | 0x80
	return id
}

func one(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }
