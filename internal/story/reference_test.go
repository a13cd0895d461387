package story_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// TestNumbersAreGivenOnce: many things are opened and submitted at once, through two replicas where the database serves more than
// one, and some of it fails. Each thing gets the next number of its kind, none is given twice, and a failure leaves no gap.
func TestNumbersAreGivenOnce(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, nil)
		replicas := []*world{w}
		if w.Store.IsPostgres() { // SQLite serves one process
			replicas = append(replicas, open(t, databaseURL, func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }))
		}
		s := newScene(w)
		const many = 12
		prices, practice := s.id("What may"), s.id("Prices that follow")
		for _, kind := range []struct {
			field, make, give string
			who               auth.Identity
			form              string
		}{
			{
				"dialogue", `conveneDialogue(input: {title: "Race", phases: [{kind: CONSULTATION, opensAt: "2026-01-01T00:00:00Z"}]})`, "openDialogue",
				persona("facilitator"), `^\d{4}/(\d+)$`,
			},
			{
				"proposal", fmt.Sprintf(`draftProposal(input: {dialogue: %q, kind: POLICY, title: "Race", body: "Give it a number."})`, prices), "submitProposal",
				persona("customer"), `^` + regexp.QuoteMeta(s.reference("dialogue", prices)) + `-P(\d+)$`,
			},
			{
				"impactAssessment", fmt.Sprintf(`draftAssessment(input: {subject: %q, title: "Race", template: %q})`, practice, w.template("short-form@1")), "openConsultation",
				persona("firm"), `^\d{4}/A(\d+)$`,
			},
		} {
			t.Run(kind.field, func(t *testing.T) {
				ids := make([]string, many)
				for i := range ids {
					made := w.ask(kind.who, fmt.Sprintf(`mutation{it: %s{%s{id reference} userErrors{code message}}}`, kind.make, kind.field)).at("it")
					if ids[i] = made.at(kind.field, "id").text(); ids[i] == "" || !made.at(kind.field, "reference").isNull() {
						t.Fatalf("a draft = %v, want one without a number", made.v)
					}
				}
				if kind.field == "impactAssessment" { // what must be answered is
					if err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
						_, err := w.Store.Exec(ctx, tx, "UPDATE assessments SET given = ?", `{"texts":{"purpose":"+"}}`)
						return err
					}); err != nil {
						t.Fatal(err)
					}
				}
				before := s.numbersOf(kind.field, kind.form)
				give := func(i int, revision int) data {
					on := replicas[i%len(replicas)]
					c := call{token: on.token(kind.who), query: fmt.Sprintf(`mutation{it: %s(input: {id: %q, expectedRevision: %d}){%s{reference} userErrors{code}}}`, kind.give, ids[i], revision, kind.field)}
					for {
						if a := on.post(c); a.code() != gql.CodeUnavailable { // a busy server asks to try again
							return a.data.at("it")
						}
					}
				}
				var wait sync.WaitGroup
				for i := range ids {
					wait.Go(func() {
						if code := give(i, 99).at("userErrors", 0, "code").text(); code != "STALE_REVISION" && code != "STATE" {
							t.Errorf("%s with a wrong revision = %s", kind.give, code)
						}
					})
					wait.Go(func() {
						if !strings.Contains(fmt.Sprint(give(i, 1).v), "/") {
							t.Errorf("%s gives no number", kind.give)
						}
					})
				}
				wait.Wait()
				after := s.numbersOf(kind.field, kind.form)
				last := 0
				if len(before) > 0 {
					last = before[len(before)-1]
				}
				want := slices.Clone(before)
				for i := range many {
					want = append(want, last+1+i)
				}
				if diff := cmp.Diff(want, after); diff != "" {
					t.Errorf("numbers (-want +got):\n%s", diff)
				}
			})
		}
	})
}

// reference is the number of a thing.
func (s *scene) reference(field, id string) string {
	s.t.Helper()
	return s.ask(persona("auditor"), fmt.Sprintf(`{%s(id: %q){reference}}`, field, id)).at(field, "reference").text()
}

// numbersOf are the numbers of a form that the things of a kind have, in order.
func (s *scene) numbersOf(field, form string) []int {
	s.t.Helper()
	pattern := regexp.MustCompile(form)
	all := []int{}
	for _, reference := range s.ask(persona("auditor"), fmt.Sprintf(`{%ss(first: 100){nodes{reference}}}`, field)).at(field+"s", "nodes").texts("reference") {
		if m := pattern.FindStringSubmatch(reference); m != nil {
			all = append(all, must(strconv.Atoi(m[1])))
		}
	}
	slices.Sort(all)
	return all
}

// TestANumberShowsWhatItsIdShows: everything that has a number is read by it, for exactly those who read it by its id.
func TestANumberShowsWhatItsIdShows(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		for _, field := range []string{"dialogue", "proposal", "impactAssessment"} {
			all := s.ask(persona("auditor"), fmt.Sprintf(`{%ss(first: 100){nodes{id reference}}}`, field)).at(field+"s", "nodes").list()
			numbered, hidden := 0, 0
			for _, one := range all {
				id, reference := one.at("id").text(), one.at("reference").text()
				if reference == "" {
					continue
				}
				numbered++
				for _, name := range viewers {
					byID := s.send(viewer(name), fmt.Sprintf(`{%s(id: %q){id reference}}`, field, id))
					byNumber := s.send(viewer(name), fmt.Sprintf(`{%s(reference: %q){id reference}}`, field, " "+strings.ToLower(reference)))
					if diff := cmp.Diff(text(byID.data), text(byNumber.data)); diff != "" || byID.code() != byNumber.code() {
						t.Errorf("%s for %s, %s (-by id +by number):\n%s %s", reference, name, byID.code(), diff, byNumber.code())
					}
					found := s.ask(viewer(name), fmt.Sprintf(`{%ss(first: 100, filter: {text: %q}){nodes{id}}}`, field, reference)).at(field+"s", "nodes").texts("id")
					if slices.Contains(found, id) != (byID.code() == "") {
						t.Errorf("%s for %s: the text filter finds it: %t, its id shows it: %t", reference, name, slices.Contains(found, id), byID.code() == "")
					}
					if byID.code() != "" {
						hidden++
					}
				}
			}
			if numbered < 2 || field != "dialogue" && hidden == 0 {
				t.Errorf("%d of %d %ss have a number, and %d are hidden from somebody", numbered, len(all), field, hidden)
			}
			for _, row := range []struct{ rule, args, want string }{
				{"a number that nothing has", `reference: "1999/1-P1"`, "NOT_FOUND"},
				{"what is no number", `reference: "x"`, "NOT_FOUND"},
				{"nothing", `reference: ""`, "NOT_FOUND"},
				{"both", fmt.Sprintf(`id: %q, reference: "2026/1"`, all[0].at("id").text()), "BAD_USER_INPUT"},
				{"neither", `id: null`, "BAD_USER_INPUT"},
			} {
				if a := s.send(persona("auditor"), fmt.Sprintf(`{%s(%s){id}}`, field, row.args)); a.code() != row.want {
					t.Errorf("%s(%s), %s: %s, want %s", field, row.args, row.rule, a.text, row.want)
				}
			}
		}
	})
}
