package questionnaire_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

// scale is a template with one raw question and one of mitigation, and options for all points up to their maxima.
func scale(t testing.TB, rawMax, mitigationMax int) *questionnaire.Template {
	points := func(key string, most int) object {
		weights := make([]int64, most+1)
		for i := range weights {
			weights[i] = int64(i)
		}
		return choice(key, "SINGLE", weights...)
	}
	return read(t, document(section("risk", "RAW", points("raw", rawMax)), section("care", "MITIGATION", points("mitigation", mitigationMax))))
}

func points(raw, mitigation int) questionnaire.Answers {
	return questionnaire.Answers{"raw": questionnaire.Chosen(fmt.Sprintf("v%d", raw)), "mitigation": questionnaire.Chosen(fmt.Sprintf("v%d", mitigation))}
}

func TestBothSidesOfEveryBoundary(t *testing.T) {
	for _, c := range []struct {
		rule                                   string
		rawMax, mitigationMax, raw, mitigation int
		deducted                               bool
		current                                int64
		level                                  questionnaire.Level
	}{
		{"5 mitigation just below 2 mitigationMax", 100, 100, 80, 39, false, 80, 4},
		{"5 mitigation = 2 mitigationMax", 100, 100, 80, 40, true, 68, 3},
		{"5 mitigation = 2 mitigationMax, the maximum no multiple of 5", 100, 98, 80, 39, false, 80, 4},
		{"just above it", 100, 98, 80, 40, true, 68, 3},
		{"4 current = rawMax", 100, 10, 25, 0, false, 25, 1},
		{"4 current just above rawMax", 100, 10, 26, 0, false, 26, 2},
		{"4 current = rawMax, after the deduction", 100, 10, 29, 4, true, 25, 1},
		{"4 current above rawMax, after the deduction", 100, 10, 30, 4, true, 26, 2},
		{"4 current = 2 rawMax", 100, 10, 50, 0, false, 50, 2},
		{"4 current above 2 rawMax", 100, 10, 51, 0, false, 51, 3},
		{"4 current = 3 rawMax", 100, 10, 75, 0, false, 75, 3},
		{"4 current above 3 rawMax", 100, 10, 76, 0, false, 76, 4},
		{"the most there is", 100, 10, 100, 0, false, 100, 4},
		{"4 current below rawMax that is no multiple of 4", 167, 154, 41, 0, false, 41, 1},
		{"4 current above rawMax that is no multiple of 4", 167, 154, 42, 0, false, 42, 2},
		{"4 current above 3 rawMax that is no multiple of 4", 167, 154, 126, 0, false, 126, 4},
		{"no points", 100, 10, 0, 0, false, 0, 1},
		{"no mitigation at all in the template", 100, 0, 80, 0, false, 80, 4},
		{"85 x 30 = 25.50 is rounded up", 100, 10, 30, 10, true, 26, 2},
		{"85 x 9 = 7.65 is rounded up", 100, 10, 9, 10, true, 8, 1},
		{"85 x 5 = 4.25 is rounded down", 100, 10, 5, 10, true, 4, 1},
		{"the smallest maximum, no points", 1, 0, 0, 0, false, 0, 1},
		{"the smallest maximum, one point", 1, 0, 1, 0, false, 1, 4},
		{"no raw points in the template", 0, 10, 0, 10, true, 0, 0},
		{"nothing that scores", 0, 0, 0, 0, false, 0, 0},
	} {
		template := scale(t, c.rawMax, c.mitigationMax)
		score := template.Score(template.Set(points(c.raw, c.mitigation)))
		want := questionnaire.Totals{Raw: int64(c.raw), Mitigation: int64(c.mitigation), Deducted: c.deducted, Current: c.current, Level: c.level}
		if diff := cmp.Diff(want, score.Totals); diff != "" {
			t.Errorf("%s:\n%s", c.rule, diff)
		}
		if (score.NoLevel == "") != (c.level > 0) || score.RawMax != int64(c.rawMax) || score.MitigationMax != int64(c.mitigationMax) {
			t.Errorf("%s: no level because %q, maxima %d and %d", c.rule, score.NoLevel, score.RawMax, score.MitigationMax)
		}
	}
}

func TestATemplateMayHaveItsOwnRule(t *testing.T) {
	d := document(section("risk", "RAW", choice("raw", "SINGLE", 0, 10, 60, 100)), section("care", "MITIGATION", choice("mitigation", "SINGLE", 0, 60)))
	d["rule"] = object{"mitigationSharePercent": 100, "deductionPercent": 50, "cutPercents": []any{10, 30, 60}}
	template := read(t, d)
	for _, c := range []struct {
		raw, mitigation string
		current         int64
		level           questionnaire.Level
	}{{"v1", "v0", 10, 1}, {"v2", "v0", 60, 3}, {"v2", "v1", 30, 2}, {"v3", "v0", 100, 4}} {
		n := template.Totals(template.Set(questionnaire.Answers{"raw": questionnaire.Chosen(c.raw), "mitigation": questionnaire.Chosen(c.mitigation)}))
		if n.Current != c.current || n.Level != c.level {
			t.Errorf("%s and %s = %+v, want %d, level %s", c.raw, c.mitigation, n, c.current, c.level)
		}
	}
}

func TestTheNearestScoreTypeCounts(t *testing.T) {
	one := func(key, panel, score string) object {
		q := choice(key, "SINGLE", 1)
		if panel != "" {
			q["panel"] = panel
		}
		if score != "" {
			q["scoreType"] = score
		}
		return q
	}
	template := read(t, document(with(section("s", "RAW", one("a", "", ""), one("b", "p", ""), one("c", "p", "RAW"), one("d", "q", ""), one("e", "", "NONE")),
		"panels", []any{object{"key": "p", "scoreType": "MITIGATION"}, object{"key": "q"}})))
	got := map[string]questionnaire.ScoreType{}
	for _, key := range template.Keys() {
		_, got[key] = template.MaxScore(key)
	}
	want := map[string]questionnaire.ScoreType{"a": "RAW", "b": "MITIGATION", "c": "RAW", "d": "RAW", "e": "NONE"}
	if diff := cmp.Diff(want, got); diff != "" || template.RawMax() != 3 || template.MitigationMax() != 1 {
		t.Errorf("totals: %s; maxima %d, %d", diff, template.RawMax(), template.MitigationMax())
	}
}

func TestMaximaAndPointsOfEachType(t *testing.T) {
	template := read(t, document(section("s", "RAW", choice("single", "SINGLE", 0, 3, 2), choice("multi", "MULTI", 1, 0, 4),
		object{"key": "yes", "type": "BOOLEAN", "weightIfTrue": 2, "weightIfFalse": 5}, object{"key": "text", "type": "TEXT"})))
	s := template.Score(template.Set(questionnaire.Answers{
		"single": questionnaire.Chosen("v2"), "multi": questionnaire.Chosen("v0", "v2"), "yes": questionnaire.True(true), "text": questionnaire.Said("x"),
	}))
	want := []questionnaire.ScoreLine{
		{Question: "single", Answer: []string{"v2"}, Total: "RAW", Points: 2, Max: 3, Visible: true},
		{Question: "multi", Answer: []string{"v0", "v2"}, Total: "RAW", Points: 5, Max: 5, Visible: true},
		{Question: "yes", Answer: []string{"true"}, Total: "RAW", Points: 2, Max: 5, Visible: true},
	}
	if diff := cmp.Diff(want, s.ByQuestion); diff != "" || s.Raw != 9 || s.RawMax != 13 {
		t.Errorf("raw %d of %d\n%s", s.Raw, s.RawMax, diff)
	}
}

func TestHiddenAnswersAreKeptAndScoreNothing(t *testing.T) {
	template := read(t, document(section("s", "RAW", choice("a", "SINGLE", 0, 1), with(choice("b", "SINGLE", 0, 7), "visibleIf", `{a} = "v1"`))))
	both := questionnaire.Answers{"a": questionnaire.Chosen("v0"), "b": questionnaire.Chosen("v1")}
	s := template.Score(template.Set(both))
	if s.Raw != 0 || !slices.Equal(s.HiddenAnswers, []string{"b"}) || s.ByQuestion[1].Points != 0 || !slices.Equal(s.ByQuestion[1].Answer, []string{"v1"}) {
		t.Errorf("hidden: %+v", s)
	}
	both["a"] = questionnaire.Chosen("v1")
	if s := template.Score(template.Set(both)); s.Raw != 8 || s.HiddenAnswers != nil {
		t.Errorf("shown: %+v", s)
	}
}

func TestDistances(t *testing.T) {
	for _, c := range []struct{ rawMax, raw, up, upAt, down, downAt int }{ // -1 for none
		{100, 0, 26, 26, -1, -1},
		{100, 25, 1, 26, -1, -1},
		{100, 26, 25, 51, 1, 25},
		{100, 75, 1, 76, 25, 50},
		{100, 76, -1, -1, 1, 75},
		{100, 100, -1, -1, 25, 75},
		{167, 42, 42, 84, 1, 41},
		{1, 0, 1, 1, -1, -1},
		{0, 0, -1, -1, -1, -1},
	} {
		template := scale(t, c.rawMax, 0)
		set := template.Set(points(c.raw, 0))
		d := template.Score(set).Distance
		got := []int{number(d.Up), number(d.UpAt), number(d.Down), number(d.DownAt)}
		if want := []int{c.up, c.upAt, c.down, c.downAt}; !slices.Equal(got, want) {
			t.Errorf("%d of %d: distances %v, want %v", c.raw, c.rawMax, got, want)
		}
		for _, at := range []int{c.upAt, c.downAt} {
			if at >= 0 && template.Totals(template.Set(points(at, 0))).Level == template.Totals(set).Level {
				t.Errorf("%d of %d: at %d the level is the same", c.raw, c.rawMax, at)
			}
		}
		if c.upAt > 0 && template.Totals(template.Set(points(c.upAt-1, 0))).Level != template.Totals(set).Level {
			t.Errorf("%d of %d: the level rises before %d", c.raw, c.rawMax, c.upAt)
		}
		if c.downAt >= 0 && template.Totals(template.Set(points(c.downAt+1, 0))).Level != template.Totals(set).Level {
			t.Errorf("%d of %d: the level falls before %d", c.raw, c.rawMax, c.downAt)
		}
	}
}

func number(n *int64) int {
	if n == nil {
		return -1
	}
	return int(*n)
}

// Every total is the sum of its questions, by principle as well.
func TestEveryNumberComesFromItsQuestions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		template := random(t, 12)
		a := randomAnswers(t, template, "answers")
		s := template.Score(template.Set(a))
		points, most := map[questionnaire.ScoreType]int64{}, map[questionnaire.ScoreType]int64{}
		by := map[questionnaire.Principle]questionnaire.PrincipleScore{}
		for _, l := range s.ByQuestion {
			points[l.Total] += l.Points
			most[l.Total] += l.Max
			p := template.Question(l.Question).Principle
			of := by[p]
			of.Principle = p
			if l.Total == questionnaire.Raw {
				of.Raw, of.RawMax = of.Raw+l.Points, of.RawMax+l.Max
			} else {
				of.Mitigation, of.MitigationMax = of.Mitigation+l.Points, of.MitigationMax+l.Max
			}
			by[p] = of
			if l.Points > l.Max || !l.Visible && l.Points > 0 {
				t.Fatalf("a line of more than it can have: %+v", l)
			}
		}
		if points["RAW"] != s.Raw || points["MITIGATION"] != s.Mitigation || most["RAW"] != s.RawMax || most["MITIGATION"] != s.MitigationMax {
			t.Fatalf("the lines sum to %v of %v, the score is %+v", points, most, s)
		}
		for _, p := range s.ByPrinciple {
			if by[p.Principle] != p {
				t.Fatalf("%s: the lines sum to %+v, the score says %+v", p.Principle, by[p.Principle], p)
			}
			delete(by, p.Principle)
		}
		delete(by, "")
		if len(by) > 0 || s.Totals != template.Totals(template.Set(a)) {
			t.Fatalf("principles %v are missing", by)
		}
	})
}

// slow computes totals from the document alone, as domain.md writes the formulas.
func slow(t *questionnaire.Template, a questionnaire.Answers) questionnaire.Totals {
	var n questionnaire.Totals
	v := t.Visibility(t.Set(a))
	for _, key := range v.Keys() {
		q, given := t.Question(key), a[key]
		var points int64
		for _, o := range q.Options {
			if slices.Contains(given.Choices, o.Value) {
				points += o.Weight
			}
		}
		switch {
		case given.Boolean != nil && *given.Boolean:
			points += q.WeightIfTrue
		case given.Boolean != nil:
			points += q.WeightIfFalse
		}
		switch _, total := t.MaxScore(key); total {
		case questionnaire.Raw:
			n.Raw += points
		case questionnaire.Mitigation:
			n.Mitigation += points
		}
	}
	n.Current = n.Raw
	if t.MitigationMax() > 0 && 5*n.Mitigation >= 2*t.MitigationMax() {
		n.Deducted, n.Current = true, (85*n.Raw+50)/100
	}
	switch most := t.RawMax(); {
	case most == 0:
	case 4*n.Current <= most:
		n.Level = 1
	case 2*n.Current <= most:
		n.Level = 2
	case 4*n.Current <= 3*most:
		n.Level = 3
	default:
		n.Level = 4
	}
	return n
}

func TestCompiledTotalsAreThoseOfTheFormulas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		template := random(t, 12)
		a := randomAnswers(t, template, "answers")
		given, err := json.Marshal(a.Given())
		if err != nil {
			t.Fatal(err)
		}
		scanned, err := template.ReadSet(given)
		if err != nil {
			t.Fatal(err)
		}
		want := slow(template, a)
		for name, s := range map[string]*questionnaire.Set{"rows": template.Set(a), "a document": template.SetOf(a.Given()), "bytes": scanned} {
			if got := template.Totals(s); got != want {
				t.Fatalf("from %s %+v, want %+v", name, got, want)
			}
		}
	})
}

// More raw points never lower the level, more mitigation never raises it, while the same questions are shown.
func TestLevelsAreMonotonic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rawMax, mitigationMax := rapid.IntRange(1, 60).Draw(t, "rawMax"), rapid.IntRange(0, 60).Draw(t, "mitigationMax")
		var weights [2][]int64
		for i, most := range []int{rawMax, mitigationMax} {
			for p := range most + 1 {
				weights[i] = append(weights[i], int64(p))
			}
		}
		b, err := json.Marshal(document(section("risk", "RAW", choice("raw", "SINGLE", weights[0]...)), section("care", "MITIGATION", choice("mitigation", "SINGLE", weights[1]...))))
		if err != nil {
			t.Fatal(err)
		}
		template, err := questionnaire.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		r, m := rapid.IntRange(0, rawMax).Draw(t, "raw"), rapid.IntRange(0, mitigationMax).Draw(t, "mitigation")
		at := func(r, m int) questionnaire.Totals { return template.Totals(template.Set(points(r, m))) }
		if r < rawMax && at(r+1, m).Level < at(r, m).Level {
			t.Fatalf("one raw point more lowers the level: %+v, %+v", at(r, m), at(r+1, m))
		}
		if m < mitigationMax && (at(r, m+1).Level > at(r, m).Level || at(r, m).Deducted && !at(r, m+1).Deducted) {
			t.Fatalf("one point of mitigation more raises the level: %+v, %+v", at(r, m), at(r, m+1))
		}
	})
}

// exhaustive tries every way to answer visible mitigation questions with their best options.
func exhaustive(t *questionnaire.Template, a questionnaire.Answers) []string {
	now, v := slow(t, a), t.Visibility(t.Set(a))
	type better struct {
		key  string
		gain int64
		best questionnaire.Value
	}
	var all []better
	for _, l := range t.Score(t.Set(a)).ByQuestion {
		if l.Total != questionnaire.Mitigation || !v.Visible(l.Question) || l.Points == l.Max {
			continue
		}
		q := t.Question(l.Question)
		b := better{l.Question, l.Max - l.Points, questionnaire.Value{}}
		switch q.Type {
		case questionnaire.Boolean:
			b.best = questionnaire.True(q.WeightIfTrue == l.Max && q.WeightIfFalse < l.Max)
		case questionnaire.Single:
			for _, o := range slices.Backward(q.Options) {
				if o.Weight == l.Max {
					b.best = questionnaire.Chosen(o.Value)
				}
			}
		case questionnaire.Multi:
			chosen := slices.Clone(a[l.Question].Choices)
			for _, o := range q.Options {
				if o.Weight > 0 && !slices.Contains(chosen, o.Value) {
					chosen = append(chosen, o.Value)
				}
			}
			b.best = questionnaire.Chosen(chosen...)
		}
		all = append(all, b)
	}
	if now.Deducted || now.Level < 2 {
		return nil
	}
	var found []better
	for n := range 1 << len(all) {
		tried, way := questionnaire.Answers{}, []better(nil)
		for k, v := range a {
			tried[k] = v
		}
		for i, b := range all {
			if n>>i&1 == 1 {
				tried[b.key] = b.best
				way = append(way, b)
			}
		}
		if after := slow(t, tried); !after.Deducted || after.Level >= now.Level {
			continue
		}
		place := func(b better) int { p, _ := t.Place(b.key); return p }
		slices.SortFunc(way, func(x, y better) int {
			if x.gain != y.gain {
				return int(y.gain - x.gain)
			}
			return place(x) - place(y)
		})
		if found == nil || len(way) < len(found) || len(way) == len(found) && slices.CompareFunc(way, found, func(x, y better) int { return int(y.gain - x.gain) }) < 0 ||
			len(way) == len(found) && slices.EqualFunc(way, found, func(x, y better) bool { return x.gain == y.gain }) &&
				slices.CompareFunc(way, found, func(x, y better) int { return place(x) - place(y) }) < 0 {
			found = way
		}
	}
	var keys []string
	for _, b := range found {
		keys = append(keys, b.key)
	}
	return keys
}

// improvable is a template with little mitigation yet, in which answers to mitigation questions show and hide others, and its answers.
func improvable(t *rapid.T) (*questionnaire.Template, questionnaire.Answers) {
	weight := func(name string) int64 { return rapid.Int64Range(1, 5).Draw(t, name) }
	var risks, cares []object
	a := questionnaire.Answers{}
	for i := range rapid.IntRange(2, 8).Draw(t, "mitigation questions") {
		key, typ := fmt.Sprintf("m%d", i), rapid.SampledFrom([]string{"SINGLE", "MULTI", "BOOLEAN"}).Draw(t, "type")
		q := choice(key, typ, 0, weight(key), weight(key))
		a[key] = questionnaire.Chosen("v0")
		if typ == "BOOLEAN" {
			q = object{"key": key, "type": typ, "weightIfTrue": weight(key)}
			a[key] = questionnaire.True(false)
		}
		switch rapid.IntRange(0, 5).Draw(t, "answered") {
		case 0:
			delete(a, key)
		case 1:
			if typ == "MULTI" {
				a[key] = questionnaire.Chosen("v1")
			}
		}
		if c := turned(t, cares); c != "" {
			q["visibleIf"] = c
		}
		cares = append(cares, q)
	}
	for i := range rapid.IntRange(2, 4).Draw(t, "raw questions") {
		key := fmt.Sprintf("r%d", i)
		q := choice(key, "SINGLE", 0, weight(key), weight(key))
		if c := turned(t, cares); c != "" {
			q["visibleIf"] = c
		}
		a[key] = questionnaire.Chosen(rapid.SampledFrom([]string{"v1", "v2"}).Draw(t, "answer"))
		risks = append(risks, q)
	}
	b, err := json.Marshal(document(section("care", "MITIGATION", cares...), section("risk", "RAW", risks...)))
	if err != nil {
		t.Fatal(err)
	}
	template, err := questionnaire.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return template, a
}

// turned is a condition on one of some questions, or none.
func turned(t *rapid.T, questions []object) string {
	if len(questions) == 0 || rapid.IntRange(0, 2).Draw(t, "conditional") > 0 {
		return ""
	}
	q := rapid.SampledFrom(questions).Draw(t, "asked")
	test := fmt.Sprintf(`{%s} = "v0"`, q["key"])
	switch q["type"] {
	case "MULTI":
		test = fmt.Sprintf(`{%s} contains "v1"`, q["key"])
	case "BOOLEAN":
		test = fmt.Sprintf(`{%s} = true`, q["key"])
	}
	return rapid.SampledFrom([]string{"", "not "}).Draw(t, "not") + test
}

func TestTheCheapestMitigationIsTheCheapestOfAll(t *testing.T) {
	found, several := 0, 0
	check := func(t *rapid.T) {
		template, a := improvable(t)
		s := template.Score(template.Set(a))
		want := exhaustive(template, a)
		var got []string
		if s.Cheapest != nil {
			for _, step := range s.Cheapest.Steps {
				got = append(got, step.Question)
			}
			if after := s.Cheapest.After; !after.Deducted || after.Level >= s.Level {
				t.Fatalf("it leads from %+v to %+v", s.Totals, after)
			}
			found++
			if len(got) > 1 {
				several++
			}
		}
		if !slices.Equal(want, got) || (s.Cheapest == nil) != (s.NoCheapest != "") {
			t.Fatalf("cheapest = %v (%s), want %v in %s", got, s.NoCheapest, want, template.Bytes())
		}
	}
	for range 100 { // of few templates none may have one
		if rapid.Check(t, check); found > 0 && several > 0 {
			break
		}
	}
	if found == 0 || several == 0 {
		t.Errorf("%d random templates had a cheapest mitigation, %d of several questions: the test proves too little", found, several)
	}
}

func TestWhyThereIsNoCheapestMitigation(t *testing.T) {
	for name, c := range map[string]struct {
		rawMax, mitigationMax, raw, mitigation int
		want                                   string
	}{
		"no raw points":           {0, 10, 0, 0, "No question of this template scores raw points, so that there is no level."},
		"no mitigation":           {100, 0, 80, 0, "No question of this template scores mitigation, so that nothing can be deducted."},
		"deducted already":        {100, 10, 80, 5, "The deduction for mitigation is made already: more mitigation does not change the level."},
		"the lowest already":      {100, 10, 20, 0, "The level is the lowest already."},
		"not enough, however":     {100, 10, 100, 0, "The visible mitigation questions cannot bring the deduction and with it a lower level."},
		"there is a cheapest one": {100, 10, 80, 0, ""},
	} {
		template := scale(t, c.rawMax, c.mitigationMax)
		if s := template.Score(template.Set(points(c.raw, c.mitigation))); s.NoCheapest != c.want {
			t.Errorf("%s: %q, want %q", name, s.NoCheapest, c.want)
		}
	}
}

func TestSignOffsAndObligations(t *testing.T) {
	d := document(section("s", "RAW", choice("a", "SINGLE", 1)))
	d["obligations"] = []any{object{"level": "II", "key": "tell", "text": object{"en": "Tell people."}}, object{"level": "I", "key": "keep", "text": object{"en": "Keep it."}}}
	template := read(t, d)
	told := map[questionnaire.Level]string{}
	for _, l := range []questionnaire.Level{0, 1, 2, 3, 4} {
		for _, s := range template.SignOffs(l) {
			told[l] += fmt.Sprintf("%d %s%v ", s.Count, s.Capacity, s.OrCapacities)
		}
	}
	want := map[questionnaire.Level]string{
		0: "1 APPROVER[] ", 1: "1 APPROVER[] ", 2: "1 APPROVER[] 1 PEER_REVIEWER[DATA_SCIENTIST] 1 CUSTOMER_REPRESENTATIVE[] ",
		3: "1 APPROVER[] 1 PEER_REVIEWER[DATA_SCIENTIST] 1 CUSTOMER_REPRESENTATIVE[] 1 DPO[ETHICS] ",
		4: "1 APPROVER[] 2 PEER_REVIEWER[DATA_SCIENTIST] 1 CUSTOMER_REPRESENTATIVE[] 1 DPO[ETHICS] ",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("sign-offs:\n%s", diff)
	}
	if o := template.Obligations(2); len(o) != 1 || o[0].Key != "tell" || len(template.Obligations(3)) != 0 {
		t.Errorf("obligations of level II: %v", o)
	}
}
