package disclosure

import (
	"maps"
	"slices"

	"github.com/plenary-dialogue/plenary/internal/measure"
)

// Verdict says whether a correction is shown.
type Verdict struct {
	Replaced bool
	Because  string // why not, or why it could be without being compared; empty for a correction that is large enough
}

// Why a correction is shown or waits.
const (
	NothingChanged  = "nothing changed"
	NothingShown    = "nothing of the month was shown"
	FewDiffer       = "fewer than 5 answers differ in one figure"
	WouldBeHidden   = "a figure that is shown would have to be hidden"
	ReplacedAlready = "the month was replaced before"
)

// Correct compares a month's answers with what is shown of it, all questions of the source at once. The month is shown anew only if each
// figure, hidden ones too, is as it was, or has at least K answers added or at least K taken away, and if everything that is shown can stay
// so; what is hidden stays hidden. Otherwise the whole month waits: the figures come back as they were.
//
// It is replaced once at most: of 20, 26 and 21 answers, two differences of at least K tell a single one. A question of which nothing is
// shown counts as new, also in a month that was replaced.
func Correct[Q comparable](shown map[Q]Figures, now map[Q]Breakdown) (map[Q]Figures, Verdict) {
	return correct(shown, now, hide)
}

func correct[Q comparable](shown map[Q]Figures, now map[Q]Breakdown, hide func(Breakdown) (map[string]bool, bool)) (map[Q]Figures, Verdict) {
	next, verdict := map[Q]Figures{}, Verdict{Because: NothingChanged}
	replaced := false
	for q := range union(shown, now) {
		f, was := shown[q]
		after, v := f.compared(now[q], hide)
		switch {
		case v.Because == NothingChanged:
			if was {
				next[q] = f
			}
			continue
		case !v.Replaced:
			return shown, reason(v, shown, now, hide)
		case v.Because == "":
			replaced = true
		}
		next[q] = after
		verdict = Verdict{true, NothingShown}
	}
	if !replaced {
		return next, verdict
	}
	for q, f := range next { // the month is replaced, with the questions that are as they were
		if was, ok := shown[q]; ok && !was.blank() {
			f.Replaced = was.Replaced + 1
			next[q] = f
		}
	}
	return next, Verdict{Replaced: true}
}

// reason is the reason to wait that comes first: the same whichever question was looked at before.
func reason[Q comparable](found Verdict, shown map[Q]Figures, now map[Q]Breakdown, hide func(Breakdown) (map[string]bool, bool)) Verdict {
	order := []string{ReplacedAlready, FewDiffer, WouldBeHidden}
	for q := range union(shown, now) {
		_, v := shown[q].compared(now[q], hide)
		if at := slices.Index(order, v.Because); at >= 0 && at < slices.Index(order, found.Because) {
			found = v
		}
	}
	return found
}

// union is the keys of two maps.
func union[Q comparable, A, B any](a map[Q]A, b map[Q]B) map[Q]bool {
	all := map[Q]bool{}
	for q := range a {
		all[q] = true
	}
	for q := range b {
		all[q] = true
	}
	return all
}

// compared looks at one question.
func (f Figures) compared(now Breakdown, hide func(Breakdown) (map[string]bool, bool)) (Figures, Verdict) {
	switch {
	case Changed(f.Answers, now) == 0:
		return f, Verdict{Because: NothingChanged}
	case f.blank():
		return publish(now, hide), Verdict{true, NothingShown}
	case f.Replaced > 0:
		return f, Verdict{Because: ReplacedAlready}
	case !f.enough(now):
		return f, Verdict{Because: FewDiffer}
	}
	return f.replacedBy(now, hide)
}

func (f Figures) enough(now Breakdown) bool {
	for name := range union(f.Answers, now) {
		if d := differ(f.Answers[name], now[name]); 0 < d && d < K {
			return false
		}
	}
	d := differ(f.Answers.total(), now.total())
	return d == 0 || d >= K
}

// replacedBy hides what was hidden, if nothing else has to be.
func (f Figures) replacedBy(now Breakdown, hide func(Breakdown) (map[string]bool, bool)) (Figures, Verdict) {
	now = copied(now)
	for name := range f.Answers {
		if now[name] == nil {
			now[name] = measure.Counts{}
		}
	}
	hidden, noTotal := hide(now)
	if noTotal {
		return f, Verdict{Because: WouldBeHidden}
	}
	stay := map[string]bool{}
	for name := range now {
		_, shown := f.Cohort(name)
		if shown && hidden[name] {
			return f, Verdict{Because: WouldBeHidden}
		}
		if !shown {
			stay[name] = true
		}
	}
	return Figures{Answers: now, Hidden: slices.Sorted(maps.Keys(stay)), Replaced: f.Replaced}, Verdict{Replaced: true}
}

// Changed is how many answers a correction changes, cohort by cohort. Whoever shows this says "fewer than 5" for 1 to 4.
func Changed(was, now Breakdown) int64 {
	var n int64
	for name := range union(was, now) {
		n += differ(was[name], now[name])
	}
	return n
}

// differ is the number of answers added or of those taken away, whichever is larger: who changes an answer takes one away and adds another.
func differ(was, now measure.Counts) int64 {
	var added, taken int64
	for v, n := range now {
		added += max(0, n-was[v])
	}
	for v, n := range was {
		taken += max(0, n-now[v])
	}
	return max(added, taken)
}
