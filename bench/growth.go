package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/answer"
	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/peer"
	"github.com/plenary-dialogue/plenary/bench/proc"
	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// sizes are how many comments the databases have that growth is measured with. A fifth of each is one long thread.
var sizes = []int{5_000, 50_000, 500_000, 5_000_000}

func sizeOf(comments int) seed.Size {
	const proposals, each = 25, 10
	thread := comments / 5
	return seed.Size{Dialogues: (comments - thread) / (proposals * each), Proposals: proposals, Comments: each, Thread: thread}
}

// page is a page whose size does not depend on the database's. A deep one begins after a cursor near the end.
type page struct {
	name   string
	query  string // with $after and $thread
	path   string // of the hand-written SQL; empty if it has no such page
	cursor string // the query for the cursor that a deep page begins after
	ids    string // the SQL for the ids that a deep page must have, last to first
}

var pages = []page{
	{name: "nested page", query: nestedPage, path: peer.Nested},
	{
		name: "nested page, the last", query: strings.Replace(nestedPage, "first: 10", "first: 10, after: $after", 1),
		cursor: `{ dialogues(last: 11) { edges { cursor } } }`,
		ids:    "SELECT id FROM dialogues ORDER BY id LIMIT 10",
	},
	{name: "plain list", query: plainList, path: peer.List},
	{
		name: "plain list, near the end", query: strings.Replace(plainList, "first: 50", "first: 50, after: $after", 1),
		cursor: `{ proposals(last: 100) { edges { cursor } } }`,
		ids:    "SELECT id FROM proposals ORDER BY id LIMIT 50 OFFSET 49",
	},
	{
		name: "long thread, near its end",
		query: `{ node(id: $thread) { ... on Proposal { comments(first: 50, after: $after) { nodes { id body stance createdAt tally { agree disagree } ` +
			`author { id name kind } } } } } }`,
		cursor: `query ($thread: ID!) { node(id: $thread) { ... on Proposal { comments(last: 100) { edges { cursor } } } } }`,
		ids:    "SELECT id FROM comments WHERE subject_id = '%s' AND depth = 0 ORDER BY id DESC LIMIT 50 OFFSET 49",
	},
}

// growth is what was measured on databases of different sizes.
type growth struct{ steps []*step }

// step is one size.
type step struct {
	comments int
	pages    []grownPage
	server   int64 // bytes of the server's memory at the end
	session  int64 // mean private memory of a database connection's process, in bytes
	sessions int
	disk     int64
	in       *instance
}

type grownPage struct {
	page  page
	sides []measured
	asked []side
}

// grow measures the same pages on databases of growing size, in turns.
func (o options) grow(ctx context.Context, database string, p *postgres, now time.Time) (g *growth, err error) {
	g = &growth{}
	defer func() {
		for _, s := range g.steps {
			err = errors.Join(err, s.in.close())
		}
	}()
	for _, comments := range sizes {
		if comments > o.growth {
			break
		}
		s := &step{comments: comments, in: &instance{postgres: p}}
		g.steps = append(g.steps, s)
		if err := s.in.locate(ctx, o.dir, fmt.Sprint("growth_", comments)); err != nil {
			return g, err
		}
		if err := s.in.prepare(ctx, sizeOf(comments), now); err != nil {
			return g, err
		}
		s.in.data.Comments = nil // nothing votes, and five million ids take memory of the measured machine
		if s.in.ours, err = s.in.start(ctx, o, o.uncached()...); err != nil {
			return g, err
		}
		if s.in.theirs, err = start(ctx, o.self, "peer", s.in.url); err != nil {
			return g, err
		}
		if err := s.ask(ctx); err != nil {
			return g, err
		}
	}
	for round := range o.rounds + 1 {
		if round > 0 { // the first is a warm-up
			progress("%s: growth, round %d of %d", database, round, o.rounds)
		}
		for i := range pages {
			if err := o.growthTurns(ctx, g, i, round == 0); err != nil {
				return g, fmt.Errorf("%s: %w", pages[i].name, err)
			}
		}
	}
	for _, s := range g.steps {
		if err := s.weigh(ctx); err != nil {
			return g, err
		}
	}
	return g, nil
}

// growthTurns measures one page on all sizes in turns.
func (o options) growthTurns(ctx context.Context, g *growth, i int, warmUp bool) error {
	n := max(1, int(o.duration/turn))
	if warmUp {
		n = 1
	}
	sums := make([][]sample, len(g.steps))
	for range n {
		for j, s := range g.steps {
			for k, side := range s.pages[i].asked {
				one, err := s.in.closed(ctx, side, o.clients, min(turn, o.duration))
				if err != nil {
					return err
				}
				if len(sums[j]) <= k {
					sums[j] = append(sums[j], one)
				} else {
					sums[j][k].add(one)
				}
			}
		}
	}
	for j, s := range g.steps {
		if warmUp {
			continue
		}
		if err := keep(pages[i].name, s.pages[i].sides, sums[j]); err != nil {
			return err
		}
	}
	return nil
}

// ask makes the requests for all pages of a size, and checks that the responses are right.
func (s *step) ask(ctx context.Context) error {
	for _, pg := range pages {
		variables := map[string]any{"thread": typeid.New("proposal", s.in.data.Thread).String()}
		if pg.cursor != "" {
			after, err := s.cursor(ctx, pg, variables)
			if err != nil {
				return fmt.Errorf("%s of %d comments: %w", pg.name, s.comments, err)
			}
			variables["after"] = after
		}
		request := load.Post("/graphql", "", body(map[string]any{"query": pg.written(), "variables": variables}))
		asked := []side{{name: plain, process: s.in.ours, requests: func(int, int) []byte { return request }}}
		if pg.path != "" {
			request := load.Post(pg.path, "", []byte("{}"))
			asked = append(asked, side{name: "one SQL statement", process: s.in.theirs, requests: func(int, int) []byte { return request }})
		}
		reply, err := agree(ctx, asked)
		if err == nil && pg.ids != "" {
			err = s.right(ctx, pg, reply)
		}
		if err != nil {
			return fmt.Errorf("%s of %d comments: %w", pg.name, s.comments, err)
		}
		grown := grownPage{page: pg, asked: asked}
		for _, a := range asked {
			grown.sides = append(grown.sides, measured{name: a.name})
		}
		s.pages = append(s.pages, grown)
	}
	return nil
}

// written is the query with declarations of its variables.
func (p page) written() string {
	var declared []string
	for _, v := range []string{"$thread: ID!", "$after: String"} {
		if name, _, _ := strings.Cut(v, ":"); strings.Contains(p.query, name) {
			declared = append(declared, v)
		}
	}
	if len(declared) == 0 {
		return p.query
	}
	return "query (" + strings.Join(declared, ", ") + ") " + p.query
}

// cursor requests the cursor that a deep page begins after.
func (s *step) cursor(ctx context.Context, pg page, variables map[string]any) (string, error) {
	question := map[string]any{"query": pg.cursor}
	if strings.Contains(pg.cursor, "$thread") {
		question["variables"] = variables
	}
	reply, err := load.Once(ctx, s.in.ours.addr, load.Post("/graphql", "", body(question)))
	if err != nil {
		return "", err
	}
	v, err := answer.Data(reply)
	if err != nil {
		return "", err
	}
	edges, ok := under(v, "edges").([]any)
	if !ok || len(edges) == 0 {
		return "", fmt.Errorf("no edges in %.300s", reply)
	}
	text, _ := under(edges[0], "cursor").(string)
	return text, nil
}

// under finds a member at any depth, descending through objects with one member.
func under(v any, name string) any {
	for {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		if member, ok := object[name]; ok {
			return member
		}
		if len(object) != 1 {
			return nil
		}
		for _, v = range object {
		}
	}
}

// right checks that a deep page has the rows that SQL finds from the end.
func (s *step) right(ctx context.Context, pg page, reply []byte) error {
	v, err := answer.Data(reply)
	if err != nil {
		return err
	}
	nodes, _ := under(v, "nodes").([]any)
	var got []uuid.UUID
	for _, n := range nodes {
		id, _ := answer.Simple(n.(map[string]any)["id"]).(uuid.UUID)
		got = append(got, id)
	}
	text := pg.ids
	if strings.Contains(text, "%s") {
		text = fmt.Sprintf(text, s.in.data.Thread)
	}
	want, err := s.in.ids(ctx, text)
	if err != nil {
		return err
	}
	slices.Reverse(want)
	if len(want) == 0 || !slices.Equal(got, want) {
		return fmt.Errorf("a page of %d rows differs from the %d that SQL finds", len(got), len(want))
	}
	return nil
}

func (in *instance) ids(ctx context.Context, text string) (ids []uuid.UUID, err error) {
	conn, err := in.open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	rows, err := conn.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// open opens the database beside its server.
func (in *instance) open() (*sql.DB, error) {
	if path, ok := strings.CutPrefix(in.url, "sqlite://"); ok {
		return sql.Open("sqlite", "file:"+path)
	}
	return sql.Open("postgres", in.url)
}

// weigh reads the memory and disk space of a size.
func (s *step) weigh(ctx context.Context) (err error) {
	if s.server, err = proc.Resident(s.in.ours.pid()); err != nil {
		return err
	}
	if s.in.postgres == nil {
		files, err := filepath.Glob(strings.TrimPrefix(s.in.url, "sqlite://") + "*") // including its write-ahead log
		if err != nil {
			return err
		}
		for _, name := range files {
			if info, err := os.Stat(name); err == nil && !info.IsDir() {
				s.disk += info.Size()
			}
		}
		return nil
	}
	conn, err := s.in.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var pids []byte
	err = conn.QueryRowContext(ctx, `SELECT pg_database_size(current_database()), (SELECT json_agg(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'plenary')`).Scan(&s.disk, &pids)
	if err != nil {
		return err
	}
	var list []int
	if err := json.Unmarshal(pids, &list); err != nil {
		return fmt.Errorf("the server's connections: %w", err)
	}
	var sum int64
	for _, pid := range list {
		own, err := proc.Anonymous(pid)
		if err != nil {
			return err
		}
		sum += own
	}
	s.sessions = len(list)
	s.session = sum / int64(len(list))
	return nil
}
