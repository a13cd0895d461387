package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

var votes = store.TableOf[db.Vote]()

// fill writes votes for parents, as many for each as sizes says, and gives their ids in order.
func fill(t *testing.T, s *store.Store, sizes ...int) (parents []uuid.UUID, children map[uuid.UUID][]uuid.UUID) {
	t.Helper()
	ctx := context.Background()
	children = map[uuid.UUID][]uuid.UUID{}
	err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, n := range sizes {
			parent := uuid.Must(uuid.NewV7())
			parents = append(parents, parent)
			for range n {
				row, err := tx.Vote.Create().SetCommentID(parent).SetVoterID(uuid.New()).SetChoice("PASS").Save(ctx)
				if err != nil {
					return err
				}
				children[parent] = append(children[parent], row.ID)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, ids := range children {
		slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	}
	return parents, children
}

func list(slice store.Slice) store.List[db.Vote] {
	return store.List[db.Vote]{Table: votes, Parent: "t.comment_id", Where: store.Always(), Slice: slice, Viewer: "v"}
}

func TestPagesWalkAListOnceInEitherDirection(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		parents, children := fill(t, s, 0, 1, 7, 23)
		for _, parent := range parents {
			for _, size := range []int32{1, 3, 7, 100} {
				forward := walk(t, s, parent, size, false)
				backward := walk(t, s, parent, size, true)
				if !slices.Equal(forward, children[parent]) {
					t.Errorf("forward by %d = %v, want %v", size, forward, children[parent])
				}
				slices.Reverse(backward)
				if !slices.Equal(backward, children[parent]) {
					t.Errorf("backward by %d, reversed = %v, want %v", size, backward, children[parent])
				}
			}
		}
	})
}

func walk(t *testing.T, s *store.Store, parent uuid.UUID, size int32, backward bool) []uuid.UUID {
	t.Helper()
	var all []uuid.UUID
	args := store.PageArgs{First: &size, Count: true}
	if backward {
		args = store.PageArgs{Last: &size, Count: true}
	}
	for range 100 {
		slice, err := args.Check()
		if err != nil {
			t.Fatal(err)
		}
		pages, err := store.Pages(context.Background(), s, list(slice), []uuid.UUID{parent})
		if err != nil {
			t.Fatal(err)
		}
		p := pages[parent]
		info := p.PageInfo()
		ids := make([]uuid.UUID, len(p.Nodes))
		for i, n := range p.Nodes {
			ids[i] = n.ID
		}
		more := info.HasNextPage
		if backward {
			slices.Reverse(ids)
			more = info.HasPreviousPage
			args.Before = info.StartCursor
		} else {
			args.After = info.EndCursor
		}
		all = append(all, ids...)
		if !more {
			return all
		}
	}
	t.Fatal("the walk does not end")
	return nil
}

func TestManyParentsTakeOneStatement(t *testing.T) {
	for _, url := range []func(testing.TB) string{testdb.SQLite, testdb.Postgres} {
		t.Run("", func(t *testing.T) {
			var texts []string
			s := testdb.Open(t, url(t), store.Options{Relaxed: true, Observe: func(text string) { texts = append(texts, text) }})
			parents, children := fill(t, s, 5, 0, 9, 2)
			texts = nil
			size := int32(3)
			slice, err := store.PageArgs{First: &size}.Check()
			if err != nil {
				t.Fatal(err)
			}
			pages, err := store.Pages(context.Background(), s, list(slice), parents)
			if err != nil {
				t.Fatal(err)
			}
			if len(texts) != 1 {
				t.Errorf("%d statements, want 1: %s", len(texts), strings.Join(texts, "; "))
			}
			for _, parent := range parents {
				if got, want := len(pages[parent].Nodes), min(3, len(children[parent])); got != want {
					t.Errorf("page of %d, want %d", got, want)
				}
			}
		})
	}
}

func TestPageArguments(t *testing.T) {
	n := func(i int32) *int32 { return &i }
	c := "cursor"
	for _, row := range []struct {
		name string
		in   store.PageArgs
		ok   bool
	}{
		{"nothing gives a default page", store.PageArgs{}, true},
		{"the largest page", store.PageArgs{First: n(100)}, true},
		{"more than the largest page", store.PageArgs{First: n(101)}, false},
		{"a billion entries", store.PageArgs{First: n(1_000_000_000)}, false},
		{"zero entries", store.PageArgs{First: n(0)}, false},
		{"a negative number of entries", store.PageArgs{First: n(-1)}, false},
		{"both ends", store.PageArgs{First: n(1), Last: n(1)}, false},
		{"from the end", store.PageArgs{Last: n(5), Before: &c}, true},
		{"last with after", store.PageArgs{Last: n(5), After: &c}, false},
		{"first with before", store.PageArgs{First: n(5), Before: &c}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := row.in.Check(); (err == nil) != row.ok || err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("Check = %v, want ok %t", err, row.ok)
			}
		})
	}
}

func TestACursorBelongsToItsListAndViewer(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		position := []byte("123456789012345678901234")
		alices := store.Scope{List: "list", Viewer: "alice"}
		cursor := s.Seal(alices, position)
		if cursor != s.Seal(alices, position) {
			t.Error("one position has two cursors: clients could not compare them")
		}
		if got, err := s.Unseal("after", alices, cursor); err != nil || string(got) != string(position) {
			t.Errorf("Unseal = %q, %v, want %q", got, err, position)
		}
		everybodys := s.Seal(store.Scope{List: "list"}, position)
		for _, row := range []struct {
			rule, cursor string
			scope        store.Scope
			want         fault.Kind // Internal for none
		}{
			{"another viewer", cursor, store.Scope{List: "list", Viewer: "bob"}, fault.Foreign},
			{"a visitor", cursor, store.Scope{List: "list"}, fault.Foreign},
			{"another list", cursor, store.Scope{List: "other", Viewer: "alice"}, fault.Invalid},
			{"nothing", cursor, store.Scope{}, fault.Invalid},
			{"a viewer with what a visitor was given", everybodys, alices, fault.Internal},
			{"another list with what a visitor was given", everybodys, store.Scope{List: "other", Viewer: "alice"}, fault.Invalid},
		} {
			got, err := s.Unseal("after", row.scope, row.cursor)
			if row.want == fault.Internal && (err != nil || string(got) != string(position)) || row.want != fault.Internal && !fault.Is(err, row.want) {
				t.Errorf("Unseal for %s = %q, %v, want %v", row.rule, got, err, row.want)
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			b := []byte(cursor)
			i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			b[i] = rapid.SampledFrom([]byte("ABCxyz019-_=+ \x00")).Filter(func(c byte) bool { return c != cursor[i] }).Draw(t, "byte")
			if _, err := s.Unseal("after", alices, string(b)); !fault.Is(err, fault.Invalid) {
				t.Fatalf("Unseal of a changed cursor = %v, want Invalid", err)
			}
		})
	})
}

func TestAllProcessesOfADatabaseShareTheCursorKey(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, url string) {
		first, err := store.Open(context.Background(), url, store.Options{Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := first.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := first.UseSealKey(context.Background()); err != nil {
			t.Fatal(err)
		}
		cursor := first.Seal(store.Scope{List: "s"}, []byte("x"))
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		second := testdb.Open(t, url, store.Options{Relaxed: true})
		if got, err := second.Unseal("after", store.Scope{List: "s"}, cursor); err != nil || string(got) != "x" {
			t.Errorf("Unseal after a restart = %q, %v, want x", got, err)
		}
	})
}

func TestWildcardsAreTakenLiterally(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i, name := range []string{"100% sure", "1000 sure", `back\slash`, "under_score", "underXscore", "Über"} {
				if err := tx.Stakeholder.Create().SetKind("NGO").SetName(name).SetHandle("h-" + string(rune('a'+i))).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"100%": 1, "_": 1, `\`: 1, "SURE": 2, "ÜBER": 1, "' OR 1=1 --": 0} {
			cond := s.Contains("name", text)
			n, err := countWhere(ctx, s, cond)
			if err != nil || n != want {
				t.Errorf("Contains(%q) finds %d, %v, want %d", text, n, err, want)
			}
		}
	})
}

// A text finds itself, and its beginning, in upper and lower case, on both databases alike.
func TestTextsFindThemselves(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		names := []string{"İstanbul", "ΟΔΥΣΣΕΥΣ", "Straße", "Åse", "КИЕВ", "i\u0307zmir"}
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i, name := range names {
				if err := tx.Stakeholder.Create().SetKind("NGO").SetName(name).SetHandle("h-" + string(rune('a'+i))).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		texts := append(names, "istanbul", "ISTANBUL", "οδυσσευς", "οδυσσευσ", "ΟΔΥΣ", "οδυσς", "straße", "åSE", "киев", "İZMİR", "izmir")
		for _, text := range texts {
			if n, err := countWhere(ctx, s, s.Contains("name", text)); err != nil || n != 1 {
				t.Errorf("Contains(%q) finds %d, %v, want 1", text, n, err)
			}
		}
	})
}

func TestCountsAreBounded(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		parents := []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.New()}
		sizes := []int{store.MaxCount - 1, store.MaxCount, store.MaxCount + 2, 0}
		want := []int32{store.MaxCount - 1, store.MaxCount, store.MaxCount + 1, 0}
		err := s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i, parent := range parents {
				for left := sizes[i]; left > 0; left -= 100 {
					n := min(left, 100)
					var args []any
					for range n {
						args = append(args, uuid.New(), parent, uuid.New(), "PASS", time.Now().UTC())
					}
					text := "INSERT INTO votes (id, comment_id, voter_id, choice, cast_at) VALUES (?,?,?,?,?)" + strings.Repeat(",(?,?,?,?,?)", n-1)
					if _, err := s.Exec(ctx, tx, text, args...); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slice, err := store.PageArgs{First: new(int32(1)), Count: true}.Check()
		if err != nil {
			t.Fatal(err)
		}
		pages, err := store.Pages(ctx, s, list(slice), parents)
		if err != nil {
			t.Fatal(err)
		}
		for i, parent := range parents {
			if got := pages[parent].TotalCount; got == nil || *got != want[i] {
				t.Errorf("totalCount of %d rows = %v, want %d", sizes[i], got, want[i])
			}
		}
		all := list(slice)
		all.Parent = ""
		if page, err := store.One(ctx, s, all); err != nil || page.TotalCount == nil || *page.TotalCount != store.MaxCount+1 {
			t.Errorf("totalCount of all rows = %v, %v, want %d", page.TotalCount, err, store.MaxCount+1)
		}
	})
}

func TestOnlySelectedColumnsAreRead(t *testing.T) {
	var text string
	s := testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true, Observe: func(one string) { text = one }})
	parents, children := fill(t, s, 2)
	child := children[parents[0]][0]
	slice, err := store.PageArgs{}.Check()
	if err != nil {
		t.Fatal(err)
	}
	always := votes.Always("cast_at")
	for _, tt := range []struct {
		name   string
		table  store.Table[db.Vote]
		wanted string
		order  string
		want   string
	}{
		{"some", votes, "votes", "", "t.id, t.choice"},
		{"those of another table", votes, "comments", "", "t.id, t.comment_id, t.voter_id, t.choice, t.cast_at"},
		{"also the columns that are always read", always, "votes", "", "t.id, t.choice, t.cast_at"},
		{"also the column of the order", votes, "votes", "voter_id", "t.id, t.voter_id, t.choice"},
	} {
		ctx := store.Want(context.Background(), tt.wanted, []string{"choice"})
		l := list(slice)
		l.Table, l.Order.Column = tt.table, tt.order
		pages, err := store.Pages(ctx, s, l, parents)
		if err != nil || !strings.HasPrefix(text, "SELECT "+tt.want+", p.value FROM") || len(pages[parents[0]].Nodes) != 2 || pages[parents[0]].Nodes[0].Choice != "PASS" {
			t.Errorf("%s: a page reads %s, %v", tt.name, text, err)
		}
		if tt.order != "" {
			continue
		}
		rows, err := store.ByID(ctx, s, tt.table, []uuid.UUID{child}, store.Always())
		if err != nil || !strings.HasPrefix(text, "SELECT "+tt.want+" FROM") || rows[child] == nil || rows[child].Choice != "PASS" {
			t.Errorf("%s: a row by its id reads %s, %v", tt.name, text, err)
		}
	}
}
