package recount_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// python is where the second verifier runs, which follows the documents alone.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal("testdata/verify_result.py needs python3: install it, as .ci/run does")
	}
	return path
}

// poll is a ballot in a log in memory, with the file of its result.
type poll struct {
	t     *testing.T
	log   *bundletest.Log
	id    typeid.ID
	seats []recount.Seat
	lines []string
}

// held holds a ballot and writes its file; from are the sizes of checkpoints that it proves to be older.
func held(t *testing.T, rule *decision.Rule, seats []recount.Seat, papers []recount.Paper, from ...int64) *poll {
	t.Helper()
	recount.SortSeats(seats, rule.Leaves())
	recount.SortPapers(papers)
	result, err := recount.Count(rule, seats, papers)
	if err != nil {
		t.Fatal(err)
	}
	p := &poll{t: t, log: bundletest.New(t, "log.example/ballots"), id: typeid.New("ballot", bundletest.ID('b', 1)), seats: seats}
	p.log.Fill(4)
	opened := p.log.Add(recount.ActOpened, [16]byte{}, p.id, p.text(recount.Opened{
		Proposal: typeid.New("proposal", bundletest.ID('p', 1)).String(), Version: 2, ContentHash: strings.Repeat("0a", 32), RuleHash: rule.Hash(), Seats: len(seats),
		RollRoot: p.ok(recount.RollRoot(seats)), Secrecy: rule.Document().Ballot.Secrecy, ClosesAt: "2026-12-01T00:00:00Z",
	})).Seq
	p.log.Fill(8)
	counted := p.log.Add(recount.ActCounted, [16]byte{}, p.id, p.text(recount.Counted{
		Papers: len(papers), PapersRoot: p.ok(recount.Root(papers)), SeatsRoot: p.ok(recount.Root(seats)), ResultHash: p.ok(recount.Hash(result)), Outcome: result.Outcome,
	})).Seq
	p.log.Fill(13)
	all := bundletest.Lines(p.log.Some(false, from, opened, counted))
	end := all[len(all)-1]
	p.lines = append(all[:len(all)-1:len(all)-1], line(recount.KindRule, rule.Bytes()))
	for _, s := range seats {
		p.lines = append(p.lines, p.line(recount.KindSeat, s))
	}
	for _, one := range papers {
		p.lines = append(p.lines, p.line(recount.KindPaper, one))
	}
	p.lines = append(p.lines, p.line(recount.KindResult, result), end)
	return p
}

func (p *poll) ok(s string, err error) string {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p *poll) text(v any) string {
	b, err := json.Marshal(v)
	return p.ok(string(b), err)
}

func (p *poll) line(kind string, v any) string {
	b, err := recount.Canonical(v)
	return line(kind, []byte(p.ok(string(b), err)))
}

func line(kind string, canonical []byte) string {
	return fmt.Sprintf(`{"kind":%q,"value":%s}`, kind, canonical)
}

// receipt is that of a paper.
func (p *poll) receipt(seat int, revision int, paper recount.Paper) string {
	p.t.Helper()
	secret, _ := bundletest.Key(p.log.Origin, 1)
	signer, err := note.NewSigner(secret)
	if err != nil {
		p.t.Fatal(err)
	}
	r := recount.Receipt{Ballot: p.id.String(), Seat: p.seats[seat].ID, Revision: revision, Tracker: paper.Tracker, Paper: p.ok(recount.Hash(paper))}
	signed, err := note.Sign(&note.Note{Text: r.Text()}, signer)
	return p.ok(string(signed), err)
}

// of are the places of the lines of a kind.
func (p *poll) of(kind string) (at []int) {
	for i, l := range p.lines {
		if strings.HasPrefix(l, `{"kind":"`+kind+`"`) {
			at = append(at, i)
		}
	}
	return at
}

// said is what a verifier says: its exit code, and which act or lines it names.
type said struct {
	Code  int
	Place string
}

var places = regexp.MustCompile(`seq \d+|lines? \d+( to \d+)?`)

// first is what plenary verify result says of a file.
func first(file []byte, o recount.Options) (said, string) {
	report, err := recount.Verify(bytes.NewReader(file), o)
	var failed *bundle.Fault
	switch {
	case errors.As(err, &failed):
		return said{1, places.FindString(err.Error())}, err.Error()
	case err != nil:
		return said{2, ""}, err.Error()
	case len(o.Keys) == 0 || len(report.Unchecked) > 0:
		return said{Code: 3}, report.Result.Sentence
	}
	return said{}, report.Result.Sentence + report.Receipt
}

// driver runs the second verifier many times in one process: each line is a list of arguments.
const driver = `import contextlib, io, json, sys
sys.path.insert(0, "testdata")
import verify_result
for line in sys.stdin:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = verify_result.main(json.loads(line))
    print(json.dumps({"code": code, "out": out.getvalue()}), flush=True)
`

// other is the second verifier, which answers one test after the other.
type other struct {
	mu  sync.Mutex
	ask *json.Encoder
	say *json.Decoder
}

func start(t *testing.T) *other {
	t.Helper()
	command := exec.Command(python(t), "-B", "-c", driver)
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr // it breaks down: no test gets an answer any more
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := command.Wait(); err != nil {
			t.Errorf("the second verifier broke down: %v", err)
		}
	})
	return &other{ask: json.NewEncoder(in), say: json.NewDecoder(out)}
}

// second is what the other verifier says.
func (v *other) second(t *testing.T, file []byte, o recount.Options) (said, string) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	var answer struct {
		Code int
		Out  string
	}
	if err := v.ask.Encode(arguments(t, file, o)); err != nil {
		t.Fatal(err)
	}
	if err := v.say.Decode(&answer); err != nil {
		t.Fatal(err)
	}
	s := said{Code: answer.Code}
	if s.Code == 1 {
		s.Place = places.FindString(answer.Out)
	}
	return s, answer.Out
}

// arguments are those of a command that verifies a file.
func arguments(t *testing.T, file []byte, o recount.Options) []string {
	t.Helper()
	dir := t.TempDir()
	args := []string{filepath.Join(dir, "file")}
	for _, key := range o.Keys {
		args = append(args, "--key", key)
	}
	for name, text := range map[string]string{"file": string(file), "--checkpoint": o.Saved, "--receipt": o.Receipt} {
		if text == "" && name != "file" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != "file" {
			args = append(args, name, filepath.Join(dir, name))
		}
	}
	return args
}

// TestTheSecondVerifierIsACommand: its exit codes are those of the process.
func TestTheSecondVerifierIsACommand(t *testing.T) {
	p := inHouses(t, true, 6)
	saved := p.keys()
	saved.Saved = string(p.log.Checkpoint(6))
	for name, row := range map[string]struct {
		file []byte
		o    recount.Options
		want int
		says string
	}{
		"proved":     {bundletest.Join(p.lines), saved, 0, "OK\n"},
		"altered":    {bundletest.Join(slices.Delete(slices.Clone(p.lines), 5, 6)), saved, 1, "line"},
		"unreadable": {nil, saved, 2, "this is not a bundle"},
		"no key":     {bundletest.Join(p.lines), recount.Options{}, 3, "not proved"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-I", "-B", filepath.Join("testdata", "verify_result.py")}, arguments(t, row.file, row.o)...)
			command := exec.CommandContext(t.Context(), python(t), args...)
			out, err := command.CombinedOutput()
			if command.ProcessState == nil {
				t.Fatal(err)
			}
			if code := command.ProcessState.ExitCode(); code != row.want || !strings.Contains(string(out), row.says) {
				t.Errorf("it ends with %d, want %d:\n%s", code, row.want, out)
			}
		})
	}
}

// agree compares the two.
func (v *other) agree(t *testing.T, file []byte, o recount.Options, want int) {
	t.Helper()
	one, says := first(file, o)
	other, too := v.second(t, file, o)
	if one.Code != want {
		t.Errorf("plenary ends with %d, want %d: %s", one.Code, want, says)
	}
	if diff := cmp.Diff(one, other); diff != "" {
		t.Errorf("the verifiers disagree:\n%s\nplenary: %s\nPython: %s", diff, says, too)
	}
}

func (p *poll) keys() recount.Options {
	return recount.Options{Options: bundle.Options{Keys: p.log.Keys}}
}

// TestTwoVerifiersAgreeOnTheGivenCases: in every number, each case in a file of its own.
func TestTwoVerifiersAgreeOnTheGivenCases(t *testing.T) {
	v := start(t)
	var given struct {
		Rules map[string]json.RawMessage
		Cases []struct {
			Name, Rule string
			Roll       []struct {
				Leaf     string
				Parties  int
				Vote     string
				Reasoned *bool
				Recused  bool
				OnRoll   *bool
			}
			Expect map[string]any
		}
	}
	if err := json.Unmarshal(shareddata.Read(t, "decisions", "cases-given.json"), &given); err != nil {
		t.Fatal(err)
	}
	if len(given.Cases) != 34 {
		t.Fatalf("read %d cases, want 34", len(given.Cases))
	}
	for _, c := range given.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			rule, faults := decision.Parse(given.Rules[c.Rule])
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			r := newRoll(rule)
			for _, l := range c.Roll {
				if l.OnRoll != nil && !*l.OnRoll {
					continue
				}
				for range l.Parties {
					r.add(l.Leaf, l.Vote, l.Reasoned == nil || *l.Reasoned, l.Recused)
				}
			}
			p := held(t, rule, r.seats, r.opened())
			v.agree(t, bundletest.Join(p.lines), p.keys(), 0)
			var result struct{ Value map[string]any }
			if err := json.Unmarshal([]byte(p.lines[p.of(recount.KindResult)[0]]), &result); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"outcome", "quorum", "tests", "objections"} {
				if diff := cmp.Diff(c.Expect[name], result.Value[name]); diff != "" {
					t.Errorf("%s: want (-), counted (+):\n%s", name, diff)
				}
			}
		})
	}
}

// TestTwoVerifiersAgreeOnOtherRules: on rolls at random, under the rules that ship and under those that count them otherwise.
func TestTwoVerifiersAgreeOnOtherRules(t *testing.T) {
	v := start(t)
	rules, err := decision.Presets()
	if err != nil {
		t.Fatal(err)
	}
	rules = append(slices.Clone(rules), ofHouses(t, true), ofHouses(t, false))
	outcomes := map[string]int{}
	for seed := range uint64(15) {
		for i, one := range rules {
			draw := rand.New(rand.NewPCG(seed, uint64(i)))
			rule := otherwise(t, one, draw)
			if rule == nil {
				continue
			}
			r := newRoll(rule)
			choices := append(slices.Clone(rule.Document().Ballot.Choices), "", rule.Document().Ballot.Choices[0], rule.Document().Ballot.Choices[0])
			for _, leaf := range rule.Leaves() {
				for range draw.IntN(9) {
					r.add(leaf, choices[draw.IntN(len(choices))], draw.IntN(2) == 0, draw.IntN(9) == 0)
				}
			}
			p := held(t, rule, r.seats, r.opened())
			file := bundletest.Join(p.lines)
			v.agree(t, file, p.keys(), 0)
			if report, err := recount.Verify(bytes.NewReader(file), p.keys()); err == nil {
				outcomes[report.Result.Outcome]++
			}
			if t.Failed() {
				t.Fatalf("seed %d, rule %s", seed, rule.Bytes())
			}
		}
	}
	if len(outcomes) < 4 {
		t.Errorf("these outcomes came up: %v, want all four", outcomes)
	}
}

// otherwise is a rule with other answers to what is counted; nil where they do not go together.
func otherwise(t *testing.T, rule *decision.Rule, draw *rand.Rand) *decision.Rule {
	t.Helper()
	var document struct {
		Electorate, Ballot map[string]any
		rest               map[string]any
	}
	if err := errors.Join(json.Unmarshal(rule.Bytes(), &document), json.Unmarshal(rule.Bytes(), &document.rest)); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		in    map[string]any
		name  string
		words []string
	}{
		{document.Electorate, "per", []string{decision.Eligible, decision.Cast, decision.Counted}},
		{document.Electorate, "emptyShare", []string{decision.Siblings, decision.Lost}},
		{document.Ballot, "silence", []string{decision.Absent, decision.WithMajority, decision.Abstain}},
		{document.Ballot, "abstentions", []string{decision.Excluded, decision.CountedAbstention}},
	} {
		one.in[one.name] = one.words[draw.IntN(len(one.words))]
	}
	document.rest["electorate"], document.rest["ballot"] = document.Electorate, document.Ballot
	text, err := json.Marshal(document.rest)
	if err != nil {
		t.Fatal(err)
	}
	other, faults := decision.Parse(text)
	if len(faults) > 0 {
		return nil
	}
	return other
}

// roll is made of seats, and their papers, as they come.
type roll struct {
	rule   *decision.Rule
	seats  []recount.Seat
	papers []recount.Paper
}

func newRoll(rule *decision.Rule) *roll { return &roll{rule: rule} }

func (r *roll) secret() bool { return r.rule.Document().Ballot.Secrecy == decision.Secret }

// add adds a seat, with its paper unless the vote is empty.
func (r *roll) add(leaf, vote string, reasoned, recused bool) {
	n := int64(len(r.seats) + 1)
	s := recount.Seat{ID: typeid.New("seat", bundletest.ID('e', n)).String(), Leaf: leaf, Party: typeid.New("stakeholder", bundletest.ID('s', n)).String(), Recused: recused}
	if vote != "" && !recused {
		s.Revision = 1
		p := recount.Paper{Leaf: leaf, Choice: vote}
		if r.secret() {
			sum := sha256.Sum256([]byte(s.ID))
			p.Tracker = hex.EncodeToString(sum[:])
		} else {
			p.Seat, p.Reasoned = s.ID, reasoned
		}
		r.papers = append(r.papers, p)
	}
	r.seats = append(r.seats, s)
}

// opened are the papers but for those of a leaf below the floor.
func (r *roll) opened() []recount.Paper {
	casters := map[string]map[string]bool{}
	for _, s := range r.seats {
		if casters[s.Leaf] == nil {
			casters[s.Leaf] = map[string]bool{}
		}
		if s.Revision > 0 {
			by := s.Party
			if s.Proxy != "" {
				by = s.Proxy
			}
			casters[s.Leaf][by] = true
		}
	}
	return slices.DeleteFunc(r.papers, func(p recount.Paper) bool {
		return r.secret() && len(casters[p.Leaf]) < r.rule.Document().Ballot.SecrecyFloor
	})
}

const houses = `{"v": 1, "key": "test.houses", "title": "Two \u00abhouses\u00bb \"and\" \\ \ud83d\ude00", "electorate": {"tree": [
	{"key": "FIRMS", "share": "1/3", "who": {"kinds": ["FIRM"]}}, {"key": "OTHERS", "share": "2/3", "children": [
		{"key": "NGOS", "share": "1/2", "who": {"kinds": ["NGO"]}}, {"key": "REST", "share": "1/2", "who": {"kinds": ["CUSTOMER"]}}]}]},
	"ballot": {"choices": ["FOR", "AGAINST", "ABSTAIN"], "abstain": "ABSTAIN", "maxProxies": 2 %s},
	"quorum": [{"id": "quorum", "scope": "EACH_GROUP", "of": "MEMBERS", "op": ">=", "ratio": "1/3"}],
	"tests": [{"id": "most", "scope": "TOTAL", "choice": "FOR", "of": "WEIGHT", "base": "COUNTED", "op": ">", "ratio": "1/2"}],
	"objections": [{"id": "house", "scope": "EACH_GROUP", "choice": "AGAINST", "of": "MEMBERS", "base": "COUNTED", "op": ">", "ratio": "1/2", "effect": "ANSWER_FIRST"}]}`

// inHouses is a ballot with a proxy, a silent seat and one that is recused; in a secret one the papers of a leaf are destroyed.
func inHouses(t *testing.T, secret bool, from ...int64) *poll {
	t.Helper()
	rule := ofHouses(t, secret)
	r := newRoll(rule)
	for _, in := range []struct{ leaf, votes string }{{"FIRMS", "FFFFAFB -"}, {"OTHERS.NGOS", "FFA"}, {"OTHERS.REST", "FFFAFFB"}} {
		for i, vote := range in.votes {
			r.add(in.leaf, map[rune]string{'F': "FOR", 'A': "AGAINST", 'B': "ABSTAIN"}[vote], i%2 == 0, vote == '-')
		}
	}
	for i := range r.seats {
		if r.seats[i].Leaf == "OTHERS.REST" && r.seats[i].Revision > 0 {
			r.seats[i].Proxy, r.seats[i].Revision = r.seats[i+1].Party, 3
			break
		}
	}
	return held(t, rule, r.seats, r.opened(), from...)
}

func ofHouses(t *testing.T, secret bool) *decision.Rule {
	t.Helper()
	more := `, "reasonsFor": ["AGAINST"]`
	if secret {
		more = `, "secrecy": "SECRET", "secrecyFloor": 5`
	}
	rule, faults := decision.Parse(fmt.Appendf(nil, houses, more))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return rule
}

var update = flag.Bool("update", false, "write the example anew")

// TestTheExampleIsWhatTheDocumentSays: the file in docs is one of these, and both verifiers prove it with the key that stands there.
func TestTheExampleIsWhatTheDocumentSays(t *testing.T) {
	const path = "../../docs/ballot-result-example.jsonl"
	p := inHouses(t, true)
	file := bundletest.Join(p.lines)
	if *update {
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	there, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(there, file) {
		t.Error("the example is not fresh: go test ./internal/recount -run Example -update")
	}
	text, err := os.ReadFile("../../docs/ballots.md")
	if err != nil {
		t.Fatal(err)
	}
	if key := p.log.Keys[0]; !strings.Contains(string(text), key) {
		t.Errorf("docs/ballots.md does not name the key of the example, %s", key)
	}
	start(t).agree(t, there, p.keys(), 0)
}

// TestTwoVerifiersAgreeOnEveryAlteration: with the same exit code, and the same act or lines at fault.
func TestTwoVerifiersAgreeOnEveryAlteration(t *testing.T) {
	v := start(t)
	for name, secret := range map[string]bool{"secret": true, "open": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := inHouses(t, secret, 6)
			file := bundletest.Join(p.lines)
			if got, says := first(file, p.keys()); got.Code != 3 { // the consistency proof is of a checkpoint that nobody saved
				t.Fatalf("the file itself: %+v %s", got, says)
			}
			saved := p.keys()
			saved.Saved = string(p.log.Checkpoint(6))
			v.agree(t, file, saved, 0)
			for name, change := range p.alterations() {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					changed := bundletest.Join(change(slices.Clone(p.lines)))
					if bytes.Equal(changed, file) {
						t.Fatal("nothing was changed")
					}
					v.agree(t, changed, saved, 1)
				})
			}
		})
	}
}

// alterations are what must not go unnoticed in a file.
func (p *poll) alterations() map[string]func(l []string) []string {
	seats, papers, acts := p.of(recount.KindSeat), p.of(recount.KindPaper), p.of("act")
	rule, result, check := p.of(recount.KindRule)[0], p.of(recount.KindResult)[0], p.of("checkpoint")[0]
	replaced := func(at int, old, with string) func(l []string) []string {
		return func(l []string) []string { l[at] = strings.Replace(l[at], old, with, 1); return l }
	}
	swapped := func(i, j int) func(l []string) []string {
		return func(l []string) []string { l[i], l[j] = l[j], l[i]; return l }
	}
	dropped := func(i int) func(l []string) []string {
		return func(l []string) []string { return slices.Delete(l, i, i+1) }
	}
	doubled := func(i int) func(l []string) []string {
		return func(l []string) []string { return slices.Insert(l, i, l[i]) }
	}
	added := func(at int, text string) func(l []string) []string {
		return func(l []string) []string { return slices.Insert(l, at, text) }
	}
	last := papers[len(papers)-1]
	more := p.line(recount.KindPaper, recount.Paper{Choice: "FOR", Leaf: "FIRMS", Tracker: strings.Repeat("f", 64)})
	if !strings.Contains(p.lines[papers[0]], `"tracker"`) {
		more = p.line(recount.KindPaper, recount.Paper{Choice: "FOR", Leaf: "FIRMS", Seat: strings.Replace(p.seats[0].ID, "seat_0", "seat_7", 1)})
	}
	silent := slices.IndexFunc(p.lines, func(l string) bool {
		return strings.Contains(l, "ballot.seat") && !strings.Contains(l, "revision") && !strings.Contains(l, "recused")
	})
	return map[string]func(l []string) []string{
		"a paper altered":                func(l []string) []string { l[papers[0]] = turned(l[papers[0]]); return l },
		"the last paper altered":         func(l []string) []string { l[last] = turned(l[last]); return l },
		"a paper of another leaf":        replaced(last, `"leaf":"`, `"leaf":"X`),
		"a paper with an unknown choice": replaced(papers[1], `"choice":"`, `"choice":"X`),
		"a paper with a member more":     replaced(papers[1], `"leaf"`, `"just":true,"leaf"`),
		"a paper without a reason that says so": func(l []string) []string {
			i := papers[slices.IndexFunc(papers, func(i int) bool { return !strings.Contains(l[i], "reasoned") })]
			l[i] = regexp.MustCompile(`,"(seat|tracker)"`).ReplaceAllString(l[i], `,"reasoned":false,"$1"`)
			return l
		},
		"a paper dropped":          dropped(papers[1]),
		"the last paper dropped":   dropped(last),
		"all papers dropped":       func(l []string) []string { return slices.Delete(l, papers[0], last+1) },
		"a paper added":            added(last+1, more),
		"two papers swapped":       swapped(papers[0], papers[1]),
		"two papers swapped later": swapped(papers[2], last),
		"a paper doubled":          doubled(papers[0]),
		"the last paper doubled":   doubled(last),
		"a paper before the seats": func(l []string) []string {
			return slices.Insert(slices.Delete(l, papers[0], papers[0]+1), seats[0], l[papers[0]])
		},
		"a seat added":              added(seats[0], p.line(recount.KindSeat, recount.Seat{ID: strings.Replace(p.seats[0].ID, "seat_0", "seat_7", 1), Leaf: "FIRMS", Party: "x"})),
		"a seat doubled":            doubled(seats[0]),
		"a seat dropped":            dropped(seats[1]),
		"all seats dropped":         func(l []string) []string { return slices.Delete(l, seats[0], seats[len(seats)-1]+1) },
		"two seats swapped":         swapped(seats[0], seats[1]),
		"a seat of another party":   replaced(seats[0], `"party":"stakeholder_0`, `"party":"stakeholder_1`),
		"a seat of another leaf":    replaced(seats[0], `"leaf":"FIRMS"`, `"leaf":"OTHERS.REST"`),
		"a seat with a later paper": replaced(seats[0], `"revision":1`, `"revision":2`),
		"a silent seat with a paper": func(l []string) []string {
			l[silent] = strings.Replace(l[silent], `"}}`, `","revision":1}}`, 1)
			return l
		},
		"a silent seat that says so": func(l []string) []string {
			l[silent] = strings.Replace(l[silent], `"}}`, `","revision":0}}`, 1)
			return l
		},
		"a silent seat by proxy": func(l []string) []string {
			l[silent] = strings.Replace(l[silent], `"}}`, `","proxy":"x"}}`, 1)
			return l
		},
		"a silent seat recused": func(l []string) []string {
			l[silent] = strings.Replace(l[silent], `"}}`, `","recused":true}}`, 1)
			return l
		},
		"a proxy forgotten": func(l []string) []string {
			for _, i := range seats {
				l[i] = regexp.MustCompile(`,"proxy":"[^"]*"`).ReplaceAllString(l[i], "")
			}
			return l
		},
		"a recused seat that is silent": func(l []string) []string {
			for _, i := range seats {
				l[i] = strings.Replace(l[i], `,"recused":true`, "", 1)
			}
			return l
		},
		"a name in capitals":                 replaced(seats[0], `"id"`, `"ID"`),
		"spaces in a value":                  replaced(seats[0], `,"leaf"`, `, "leaf"`),
		"spaces beside a value":              replaced(seats[0], `"value":`, `"value": `),
		"a letter as an escape":              replaced(papers[0], `"FOR"`, `"\u0046OR"`),
		"members in another order":           replaced(seats[0], `{"kind":"ballot.seat",`, `{"x":1,"kind":"ballot.seat",`),
		"the rule replaced by an equivalent": replaced(rule, `"ratio":"1/2"`, `"ratio":"2/4"`),
		"a default of the rule left out":     replaced(rule, `"changeable":true,`, ``),
		"a share altered":                    replaced(rule, `"share":"1/3"`, `"share":"2/6"`),
		"a share that does not sum":          replaced(rule, `"share":"1/3"`, `"share":"1/4"`),
		"no rule":                            dropped(rule),
		"two rules":                          doubled(rule),
		"the outcome altered":                replaced(result, `"outcome":"ADOPTED`, `"outcome":"REJECTED`),
		"a number altered":                   replaced(result, `"cast":`, `"cast":1`),
		"a weight altered":                   replaced(result, `"weight":"`, `"weight":"1`),
		"the sentence altered":               replaced(result, `"sentence":"`, `"sentence":"Well, `),
		"no result":                          dropped(result),
		"two results":                        doubled(result),
		"a paper after the result":           func(l []string) []string { return slices.Insert(l, result+1, l[last]) },
		"a checkpoint altered":               replaced(check, `\n13\n`, `\n12\n`),
		"a checkpoint with another line":     replaced(check, `\n\n`, `\nx\n\n`),
		"a checkpoint with another root":     func(l []string) []string { l[check] = altered(l[check], `\n13\n`, 4); return l },
		"a signature altered":                func(l []string) []string { l[check] = altered(l[check], p.log.Origin+" ", 30); return l },
		"no checkpoint":                      dropped(check),
		"no consistency proof":               dropped(check + 1),
		"a consistency proof altered":        func(l []string) []string { l[check+1] = altered(l[check+1], `"hashes":["`, 4); return l },
		"the opening altered":                replaced(acts[0], `\"seats\":`, `\"seats\":1`),
		"the opening at another time":        replaced(acts[0], `"at":"2026`, `"at":"2025`),
		"the opening at another place":       replaced(acts[0], `"seq":5`, `"seq":4`),
		"the opening with another salt":      func(l []string) []string { l[acts[0]] = altered(l[acts[0]], `"salt":"`, 3); return l },
		"the opening not opened": func(l []string) []string {
			l[acts[0]] = regexp.MustCompile(`,"salt":"[0-9a-f]*","payload":".*","proof"`).ReplaceAllString(l[acts[0]], `,"proof"`)
			return l
		},
		"the opening gone": dropped(acts[0]),
		"the count gone":   dropped(acts[1]),
		"both acts gone":   func(l []string) []string { return slices.Delete(l, acts[0], acts[1]+1) },
		"the acts swapped": swapped(acts[0], acts[1]),
		"the count twice":  doubled(acts[1]),
		"a proof altered":  func(l []string) []string { l[acts[1]] = altered(l[acts[1]], `"proof":["`, 4); return l },
		"a proof cut short": func(l []string) []string {
			l[acts[1]] = regexp.MustCompile(`"proof":\["[^"]*",`).ReplaceAllString(l[acts[1]], `"proof":[`)
			return l
		},
		"a line of another kind":  added(result, `{"kind":"ballot.note","value":{}}`),
		"a line that is no JSON":  added(result, `{"kind":"ballot.paper","value":{}`),
		"a member twice":          replaced(papers[0], `"kind":"ballot.paper"`, `"kind":"ballot.paper","kind":"ballot.paper"`),
		"no end":                  func(l []string) []string { return l[:len(l)-1] },
		"something after the end": func(l []string) []string { return append(l, `{"kind":"end","lines":1}`) },
		"another number of lines": func(l []string) []string { return append(l[:len(l)-1], `{"kind":"end","lines": 7 }`, "") },
	}
}

// turned turns a paper to another choice.
func turned(l string) string {
	for _, pair := range [][2]string{{"FOR", "AGAINST"}, {"AGAINST", "FOR"}, {"ABSTAIN", "FOR"}} {
		if strings.Contains(l, `"choice":"`+pair[0]) {
			return strings.Replace(l, `"choice":"`+pair[0], `"choice":"`+pair[1], 1)
		}
	}
	return l
}

// altered puts another digit in a place behind some words.
func altered(l, after string, n int) string {
	at := strings.Index(l, after) + len(after) + n
	with := "1"
	if l[at] == '1' {
		with = "2"
	}
	return l[:at] + with + l[at+1:]
}

// TestTwoVerifiersAgreeOnWhatTheyAreGiven: keys, checkpoints that were saved, and receipts.
func TestTwoVerifiersAgreeOnWhatTheyAreGiven(t *testing.T) {
	v := start(t)
	for name, secret := range map[string]bool{"secret": true, "open": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := inHouses(t, secret, 6)
			file := bundletest.Join(p.lines)
			var paper recount.Paper
			seat := 0
			for _, i := range p.of(recount.KindPaper) {
				var l struct{ Value recount.Paper }
				if err := json.Unmarshal([]byte(p.lines[i]), &l); err != nil {
					t.Fatal(err)
				}
				if paper = l.Value; paper.Leaf == "FIRMS" {
					break
				}
			}
			for i, s := range p.seats {
				if s.ID == paper.Seat {
					seat = i
				}
			}
			other := paper
			other.Choice = "REJECT"
			recused := slices.IndexFunc(p.seats, func(s recount.Seat) bool { return s.Recused })
			destroyed := slices.IndexFunc(p.seats, func(s recount.Seat) bool { return s.Leaf == "OTHERS.NGOS" })
			proxied := slices.IndexFunc(p.seats, func(s recount.Seat) bool { return s.Proxy != "" })
			elsewhere := bundletest.New(t, "elsewhere.example/log")
			elsewhere.Fill(6)
			fork := bundletest.New(t, "log.example/ballots")
			fork.Fill(3)
			fork.Comment(bundletest.Member(7))
			fork.Fill(20)
			_, stranger := bundletest.Key("log.example/ballots", 9)
			missing := recount.Paper{Leaf: "FIRMS", Choice: "FOR", Tracker: strings.Repeat("ab", 32)}
			for name, row := range map[string]struct {
				saved, receipt string
				keys           []string
				want           int
			}{
				"nothing":                          {keys: p.log.Keys, want: 3},
				"a saved checkpoint":               {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), want: 0},
				"the same checkpoint":              {keys: p.log.Keys, saved: string(p.log.Checkpoint(13)), want: 3},
				"a checkpoint without a proof":     {keys: p.log.Keys, saved: string(p.log.Checkpoint(7)), want: 1},
				"a later checkpoint":               {keys: p.log.Keys, saved: string(fork.Checkpoint(20)), want: 1},
				"a checkpoint of a fork":           {keys: p.log.Keys, saved: string(fork.Checkpoint(6)), want: 1},
				"a fork of the same size":          {keys: p.log.Keys, saved: string(fork.Checkpoint(13)), want: 1},
				"a checkpoint of another log":      {keys: append(slices.Clone(p.log.Keys), elsewhere.Keys...), saved: string(elsewhere.Checkpoint(6)), want: 1},
				"a checkpoint of nobody":           {keys: p.log.Keys, saved: string(elsewhere.Checkpoint(6)), want: 1},
				"no checkpoint":                    {keys: p.log.Keys, saved: "x", want: 2},
				"no key":                           {saved: string(p.log.Checkpoint(6)), want: 3},
				"a stranger's key":                 {keys: []string{stranger}, want: 1},
				"no key at all":                    {keys: []string{"x+1+y"}, want: 2},
				"a receipt":                        {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: p.receipt(seat, 1, paper), want: 0},
				"an earlier receipt":               {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: p.receipt(proxied, 2, paper), want: 0},
				"a receipt of a later paper":       {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: p.receipt(seat, 2, paper), want: 1},
				"a receipt of an altered paper":    {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: p.receipt(seat, 1, other), want: 1},
				"a receipt of a recused seat":      {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: p.receipt(recused, 1, paper), want: 0},
				"a receipt in a chamber destroyed": {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: p.receipt(destroyed, 1, missing), want: map[bool]int{true: 0, false: 1}[secret]},
				"a receipt of a dropped paper":     {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: p.receipt(0, 1, missing), want: 1},
				"a receipt that was changed":       {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: strings.Replace(p.receipt(seat, 1, paper), "revision 1", "revision 0", 1), want: 1},
				"a receipt without a signature":    {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: "plenary/ballot-receipt/v1\n", want: 1},
				"a checkpoint as a receipt":        {keys: p.log.Keys, saved: string(p.log.Checkpoint(6)), receipt: string(p.log.Checkpoint(6)), want: 2},
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					v.agree(t, file, recount.Options{Options: bundle.Options{Keys: row.keys, Saved: row.saved}, Receipt: row.receipt}, row.want)
				})
			}
			for name, empty := range map[string]string{"an empty file": "", "another file": "{}\n", "a table": "a,b\n1,2\n"} {
				t.Run(name, func(t *testing.T) { v.agree(t, []byte(empty), p.keys(), 2) })
			}
		})
	}
}
