package disclosure

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/measure"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
)

func golden[T any](t *testing.T, kind string) []T {
	t.Helper()
	var file map[string]json.RawMessage
	if err := json.Unmarshal(shareddata.Read(t, "experience", "golden-experience.json"), &file); err != nil {
		t.Fatal(err)
	}
	var cases []T
	if err := json.Unmarshal(file[kind], &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("no case of %s", kind)
	}
	return cases
}

// sizes makes a breakdown of cohorts of which only the number of answers matters.
func sizes(n map[string]int64) Breakdown {
	b := Breakdown{}
	for name, n := range n {
		b[name] = measure.Counts{3: n}
	}
	return b
}

func TestSuppression(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given map[string]int64
		Want  struct {
			Shown map[string]*int64
			Total *int64
		}
	}](t, "suppression") {
		t.Run(c.Name, func(t *testing.T) {
			f := Publish(sizes(c.Given))
			got := map[string]*int64{}
			for _, name := range f.Cohorts() {
				got[name] = shownN(f.Cohort(name))
			}
			if diff := cmp.Diff(c.Want.Shown, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
			if diff := cmp.Diff(c.Want.Total, shownN(f.Total())); diff != "" {
				t.Errorf("total: want (-), got (+):\n%s", diff)
			}
		})
	}
}

func shownN(c measure.Counts, shown bool) *int64 {
	if !shown {
		return nil
	}
	n := c.N()
	return &n
}

func TestCorrections(t *testing.T) {
	for _, c := range golden[struct {
		Name  string
		Given struct {
			Shown, Now   map[string]map[string]int64
			Replacements int
		}
		Want struct {
			Replaced bool
			Because  *string
		}
	}](t, "correction") {
		t.Run(c.Name, func(t *testing.T) {
			f := Publish(breakdown(t, c.Given.Shown))
			f.Replaced = c.Given.Replacements
			now := breakdown(t, c.Given.Now)
			after, got := Correct(map[string]Figures{"q": f}, map[string]Breakdown{"q": now})
			because := ""
			if c.Want.Because != nil {
				because = *c.Want.Because
			}
			if got != (Verdict{c.Want.Replaced, because}) {
				t.Errorf("Correct = %+v, want %+v", got, Verdict{c.Want.Replaced, because})
			}
			want := f.Answers
			if c.Want.Replaced {
				want = now
			}
			if diff := cmp.Diff(want, after["q"].Answers); diff != "" {
				t.Errorf("shown: want (-), got (+):\n%s", diff)
			}
		})
	}
}

func breakdown(t *testing.T, of map[string]map[string]int64) Breakdown {
	t.Helper()
	b := Breakdown{}
	for name, counts := range of {
		b[name] = measure.Counts{}
		for value, n := range counts {
			v, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			b[name][v] = n
		}
	}
	return b
}

func TestAMonthIsReplacedWithAllItsQuestionsOrWaits(t *testing.T) {
	first := map[string]Breakdown{"overall": sizes(map[string]int64{"a": 20, "b": 12}), "trust": sizes(map[string]int64{"a": 18, "b": 9})}
	shown, v := Correct(map[string]Figures{}, first)
	if v != (Verdict{true, NothingShown}) {
		t.Fatalf("the first figures: %+v", v)
	}
	tooFew := map[string]Breakdown{"overall": sizes(map[string]int64{"a": 26, "b": 12}), "trust": sizes(map[string]int64{"a": 18, "b": 10})}
	if after, v := Correct(shown, tooFew); v != (Verdict{false, FewDiffer}) || cmp.Diff(shown, after) != "" {
		t.Errorf("one answer to the second question: %+v", v)
	}
	enough := map[string]Breakdown{"overall": sizes(map[string]int64{"a": 26, "b": 12}), "trust": sizes(map[string]int64{"a": 18, "b": 9})}
	after, v := Correct(shown, enough)
	if v != (Verdict{Replaced: true}) || after["overall"].Replaced != 1 || after["trust"].Replaced != 1 {
		t.Errorf("six answers to the first question: %+v, %+v", v, after)
	}
	again := map[string]Breakdown{"overall": sizes(map[string]int64{"a": 26, "b": 12}), "trust": sizes(map[string]int64{"a": 28, "b": 9})}
	if _, v := Correct(after, again); v != (Verdict{false, ReplacedAlready}) {
		t.Errorf("ten answers to the other question of a month that was replaced: %+v", v)
	}
	again = map[string]Breakdown{"overall": first["overall"], "trust": first["trust"], "value": sizes(map[string]int64{"a": 7})}
	if after, v := Correct(shown, again); v != (Verdict{true, NothingShown}) || after["overall"].Replaced != 0 {
		t.Errorf("a question that nobody was shown anything of: %+v", v)
	}
	gone := map[string]Breakdown{"overall": first["overall"]}
	if after, v = Correct(shown, gone); v != (Verdict{Replaced: true}) {
		t.Errorf("all answers to one question taken away: %+v", v)
	}
	if _, v := Correct(after, first); v != (Verdict{false, ReplacedAlready}) {
		t.Errorf("and brought back: %+v", v)
	}
}

func TestWhatIsHiddenStaysHidden(t *testing.T) {
	shown := map[int]Figures{0: Publish(sizes(map[string]int64{"a": 40, "b": 3, "c": 2}))}
	after, v := Correct(shown, map[int]Breakdown{0: sizes(map[string]int64{"a": 40, "b": 13, "c": 12, "d": 8})})
	if !v.Replaced {
		t.Fatal(v)
	}
	for _, name := range []string{"b", "c", "d", "never seen"} {
		if _, shown := after[0].Cohort(name); shown {
			t.Errorf("%s is shown", name)
		}
	}
	if total, ok := after[0].Total(); !ok || total.N() != 73 {
		t.Errorf("the total is %v", total)
	}
}

func TestSumsAreOverShownCellsOnly(t *testing.T) {
	total, cohorts, hidden := Sum([]Figures{
		Publish(sizes(map[string]int64{"a": 10, "b": 6})), Publish(sizes(map[string]int64{"a": 20, "b": 2, "c": 7})), Publish(sizes(map[string]int64{"a": 3})),
	})
	got := map[string]int64{}
	for name, c := range cohorts {
		got[name] = c.N()
	}
	if diff := cmp.Diff(map[string]int64{"a": 30, "b": 6}, got); diff != "" || total.N() != 45 || hidden != 1 {
		t.Errorf("total %d, %d hidden, cohorts: want (-), got (+):\n%s", total.N(), hidden, diff)
	}
}

func TestAMonthClosesAfterSevenDays(t *testing.T) {
	m, _ := measure.ParseMonth("2026-02")
	at := time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)
	if !Closes(m).Equal(at) || Closed(m, at.Add(-1)) || !Closed(m, at) {
		t.Errorf("February closes at %s, want %s", Closes(m), at)
	}
}

// What is left of a total after everything that is shown was taken from it is nothing, or over K answers.
func TestWhatIsLeftIsNothingOrEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := sizes(rapid.MapOfN(rapid.StringMatching(`[a-f]`), rapid.Int64Range(0, 14), 0, 6).Draw(t, "cohorts"))
		f := Publish(b)
		total, ok := f.Total()
		left := total.N()
		for _, name := range f.Cohorts() {
			c, shown := f.Cohort(name)
			if shown && !ok {
				t.Errorf("%s is shown, and the total is not", name)
			}
			if n := c.N(); shown && 0 < n && n < K {
				t.Errorf("%s is shown with %d answers", name, n)
			}
			left -= c.N()
		}
		if ok && 0 < left && left < K {
			t.Errorf("%d of %d are left", left, total.N())
		}
	})
}
