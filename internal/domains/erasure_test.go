package domains_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/privacy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/webhook"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TestAnErasedCustomerLeavesNoWords: a customer has random rows in every table that can name one. After the erasure no table
// holds a word of them, but for those that the domains declare to stay.
func TestAnErasedCustomerLeavesNoWords(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		r := &random{t: t, Rand: rand.New(rand.NewPCG(seed, 2)), enums: enums(t)}
		ring := testdb.Keys(t)
		now := clock.NewFixed(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		d, err := domains.New(s, actlog.New(s, now, ring), now, webhook.Options{Sealer: ring})
		if err != nil {
			t.Fatal(err)
		}
		r.make(now.Now(), func(table string) bool { return hasID(table) || table == "acts" || table == "queued_acts" })
		c := r.customer(d.Privacy.Personal())
		if err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error { return r.write(ctx, s, tx) }); err != nil {
			t.Fatal(err)
		}
		stays := c.stays(t, s)
		before := c.found(t, s, nil)
		for table := range c.tables {
			if !strings.Contains(strings.Join(before, " "), table+".") {
				t.Errorf("the search finds no word in %s before the erasure", table)
			}
		}
		ctx := policy.WithActor(t.Context(), policy.Actor{Member: c.member, Stakeholder: c.party, Kind: string(enum.StakeholderKindCustomer)})
		if _, err := d.Privacy.Erase(ctx, c.member, privacy.Confirmation); err != nil {
			t.Fatal(err)
		}
		for _, at := range c.found(t, s, stays) {
			t.Errorf("words of an erased customer stay in %s: erase them in Personal of the domain, or declare there, with Kept, why they stay", at)
		}
	})
}

// customer is one who is erased, with the words of all of its rows.
type customer struct {
	*random
	party, member uuid.UUID
	personal      []personal.Data
	tables        map[string]bool      // that have rows of the customer's
	words         map[string]uuid.UUID // each once, with its row
}

var word = regexp.MustCompile(`word[0-9a-f]{16}`)

// customer makes one of the parties a customer, with one member, and half of the rows that can be a customer's its own.
func (r *random) customer(of []personal.Data) *customer {
	c := &customer{random: r, party: r.ids["stakeholders"][0], member: r.ids["members"][0], personal: of, tables: map[string]bool{}, words: map[string]uuid.UUID{}}
	r.rows[c.party]["kind"], r.rows[c.party]["status"] = string(enum.StakeholderKindCustomer), string(enum.StakeholderStatusActive)
	person := r.ids["persons"][0] // the vault keeps who a member is under the member's id
	r.rows[person]["id"], r.rows[person]["erased_at"] = c.member, nil
	own := map[uuid.UUID]bool{c.party: true, c.member: true, person: true}
	for _, id := range r.order {
		if id != c.party && c.place(id, id == c.member || r.in[id] != "members" && r.IntN(2) == 0) {
			own[id] = true
		}
	}
	for grown := true; grown; { // what is about a row of theirs and names nobody itself is theirs, too
		grown = false
		for _, id := range r.order {
			if !own[id] && c.under(id, own) {
				own[id], grown = true, true
			}
		}
	}
	r.rows[c.member]["issuer"], r.rows[c.member]["subject"] = nil, nil // moved to the vault at a server's start
	delete(own, c.member)
	for id := range own {
		c.mark(id)
	}
	return c
}

// place names the customer in a row, or others, in all columns that name a party or a person, and says whether it is theirs.
func (c *customer) place(id uuid.UUID, theirs bool) bool {
	row, named := c.rows[id], false
	for _, d := range c.personal {
		if d.Table != c.in[id] {
			continue
		}
		if theirs = theirs && !d.Organisations; theirs {
			named = true
		}
	}
	for _, column := range db.Columns {
		if column.Table != c.in[id] || column.Names != "party" && column.Names != "person" {
			continue
		}
		table, one := "stakeholders", c.party
		if column.Names == "person" {
			table, one = "members", c.member
		}
		if !theirs {
			one = c.ids[table][1+c.IntN(5)]
		}
		row[column.Name] = one
	}
	return named && theirs
}

func (c *customer) under(id uuid.UUID, own map[uuid.UUID]bool) bool {
	parent := false
	for _, column := range db.Columns {
		if column.Table != c.in[id] || column.Names == "" {
			continue
		}
		if column.Names == "party" || column.Names == "person" {
			return false // it says itself whose it is
		}
		named, _ := c.rows[id][column.Name].(uuid.UUID)
		parent = parent || own[named]
	}
	return parent
}

// mark puts a word that is found nowhere else into each column of a row that can hold one.
func (c *customer) mark(id uuid.UUID) {
	for _, column := range db.Columns {
		if column.Table != c.in[id] || strings.HasSuffix(column.Name, "_type") {
			continue
		}
		w := fmt.Sprintf("word%016x", c.Uint64())
		switch column.Type {
		case "string":
			c.rows[id][column.Name] = w
		case "[]byte":
			c.rows[id][column.Name] = []byte(w)
		case "[]string", "json.RawMessage":
			c.rows[id][column.Name] = `["` + w + `"]`
		default:
			continue
		}
		c.words[w], c.tables[c.in[id]] = id, true
	}
}

// stays lists the words that the domains declare to stay, by column and row, as the rows are before the erasure.
func (c *customer) stays(t *testing.T, s *store.Store) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, d := range c.personal {
		for _, k := range d.Kept {
			if !strings.HasSuffix(k.Why, ".") || len(k.Columns) == 0 {
				t.Errorf("Kept of %s.%s must name columns and say in a sentence why their words stay", d.Table, d.Column)
			}
			table := d.Table
			if k.Table != "" {
				table = k.Table
			}
			for _, column := range k.Columns {
				if !slices.ContainsFunc(db.Columns, func(c db.Column) bool { return c.Table == table && c.Name == column }) {
					t.Errorf("Kept of %s.%s names %s.%s, which does not exist", d.Table, d.Column, table, column)
				}
				all[table+"."+column] = k.Where == ""
			}
			if k.Where == "" {
				continue
			}
			if err := s.Query(t.Context(), "SELECT id FROM "+table+" WHERE "+k.Where, nil, func(rows *sql.Rows) error {
				var id uuid.UUID
				err := rows.Scan(&id)
				for _, column := range k.Columns {
					all[table+"."+column+" "+id.String()] = true
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

// found lists the columns in which a word of the customer's stands, but for those that stay.
func (c *customer) found(t *testing.T, s *store.Store, stays map[string]bool) []string {
	t.Helper()
	at := map[string]bool{}
	for _, table := range migrate.Tables {
		err := s.Query(t.Context(), "SELECT * FROM "+table.Name, nil, func(rows *sql.Rows) error {
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			cells := make([]any, len(names))
			for i := range cells {
				cells[i] = new(any)
			}
			if err := rows.Scan(cells...); err != nil {
				return err
			}
			for i, name := range names {
				v := *cells[i].(*any)
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				text, _ := v.(string)
				for _, w := range word.FindAllString(text, -1) {
					if id, theirs := c.words[w]; theirs && !stays[table.Name+"."+name] && !stays[table.Name+"."+name+" "+id.String()] {
						at[table.Name+"."+name] = true
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.Sorted(maps.Keys(at))
}
