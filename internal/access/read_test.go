package access_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// jurisdictions are all codes of two letters that are taken, and a part of each country.
func jurisdictions(t *testing.T) (codes []string) {
	t.Helper()
	taken := func(code string) bool {
		var f fault.Form
		f.Jurisdictions("jurisdictions", []string{code}, 1)
		return f.Err() == nil
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for _, code := range []string{string([]rune{a, b}), string([]rune{a, b, '-', b, a})} {
				if taken(code) {
					codes = append(codes, code)
				}
			}
		}
	}
	if want := 249 + 249 + 1; len(codes) != want {
		t.Fatalf("%d codes are taken, want the countries, a part of each, and the union: %d", len(codes), want)
	}
	return codes
}

// What SQL keeps is what fault.Includes tells, of every two codes, and of parties with several or with none.
func TestWithinJurisdictionIsIncludes(t *testing.T) {
	of := map[string][]string{"none": nil}
	codes := jurisdictions(t)
	for _, code := range codes {
		of[code] = []string{code}
	}
	r := rand.New(rand.NewPCG(1, 2))
	several := append(fault.Members(), "EU", "GB", "CA", "CA-QC", "US-CA", "DE-BY")
	for range 40 {
		some := slices.Clone(several)
		r.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		some = some[:2+r.IntN(3)]
		of[uuid.NewString()] = some
	}
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ids := map[string]uuid.UUID{}
		err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			for name, of := range of {
				ids[name] = uuid.New()
				err := tx.Stakeholder.Create().SetID(ids[name]).SetKind("FIRM").SetName("A party").SetHandle(ids[name].String()).SetJurisdictions(of).Exec(ctx)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, outer := range of {
			want, got := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
			for inside, inner := range of {
				if slices.ContainsFunc(outer, func(o string) bool {
					return slices.ContainsFunc(inner, func(i string) bool { return fault.Includes(o, i) })
				}) {
					want[ids[inside]] = true
				}
			}
			within := access.WithinJurisdiction(s, "t.id", ids[name])
			err := s.Query(context.Background(), "SELECT t.id FROM stakeholders t WHERE "+within.SQL, within.Args, func(r *sql.Rows) error {
				var id uuid.UUID
				err := r.Scan(&id)
				got[id] = true
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("parties within %v (-Includes +SQL):\n%s", outer, diff)
			}
		}
	})
}
