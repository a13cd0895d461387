package story_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/recount"
)

// ofBallot is all that the API says of a ballot, but when its row was last written.
const ofBallot = `query($id: ID!){ballot(id: $id){id version contentHash rule{reference hash} ruleHash secrecy state stateReason closesAt seats withoutSeat rollRoot
	roll(first: 100){totalCount nodes{party{id} leaf recusal cast proxy{id}}} turnout{leaf eligible cast}
	viewerSeat{leaf weight revision choice reason castBy{id} holder{id} holdsFor recused notices} papers(first: 100){totalCount nodes{party{id} tracker leaf choice reason}}
	result{outcome sentence quorum{key group left base bound holds cause} tests{key group left base bound holds cause} objections{key}
		groups{key eligible cast counted destroyed silent choices{choice papers weight}} unopened{leaf}}
	resultUrl countedAt answerDueAt answer answeredAt rollObjections{text} revision createdAt viewerCan{action allowed}
	proposal{id state stateReason version contentHash revision guideline{version state text{number title body}}}}}`

// openRule is one under which everybody's paper is public after the close, and one choice needs a reason.
const openRule = `{"v": 1, "key": "demo.open", "title": "In public", "electorate": {"tree": [{"key": "CUSTOMER", "share": "1/1", "who": {"kinds": ["CUSTOMER"]}}]},
	"ballot": {"choices": ["FOR", "AGAINST", "ABSTAIN"], "abstain": "ABSTAIN", "reasonsFor": ["AGAINST"], "maxProxies": 1},
	"quorum": [], "tests": [{"id": "majority", "scope": "TOTAL", "choice": "FOR", "of": "MEMBERS", "base": "COUNTED", "op": ">", "ratio": "1/2"}], "objections": []}`

// fewAgainst adopts in a secret ballot also where the papers stay unopened.
var fewAgainst = strings.Replace(secretRule, `"FOR", "of": "MEMBERS", "base": "COUNTED", "op": ">"`, `"AGAINST", "of": "MEMBERS", "base": "ELIGIBLE", "op": "<"`, 1)

// revisions are those of a ballot and its proposal in what the API says.
var revisions = regexp.MustCompile(`"revision":\d+,"(roll|state)`)

// lostCount is a ballot that was counted after a copy of the database was made.
type lostCount struct {
	w      *world // it was counted here
	ballot string
	backup string // the copy, with its log reopened
	file   []byte
	keys   []string // of the log before the restore
	voters []auth.Identity
	told   map[string]string // what the API said of it, by viewer
}

// loses counts a ballot and restores the copy from before it. late is done in the time between the copy and the close.
func loses(t *testing.T, w *world, rule string, late func(w *world, l *lostCount)) *lostCount {
	t.Helper()
	l := &lostCount{voters: w.electorate()}
	id := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", rule).at("decisionRule", "id").text()
	var proposal string
	l.ballot, proposal = w.polls(id, 10*24*time.Hour)
	for i, voter := range l.voters[:4] {
		l.casts(w, voter, []string{"FOR", "FOR", "FOR", "ABSTAIN"}[i], 0)
	}
	w.settle()
	w.end() // a database in use cannot be copied
	backup := copied(t, w.database)
	l.w = open(t, w.database, sameAs(w))
	late(l.w, l)
	l.w.closes()
	if got := l.w.ask(visitor, fmt.Sprintf("{proposal(id: %q){state}}", proposal)).at("proposal", "state").text(); got != "ADOPTED" {
		t.Fatalf("the proposal is %s", got)
	}
	l.file, l.keys, l.told = l.w.result(l.ballot), l.w.Log.Verifiers(), l.tells(l.w)
	l.w.end()
	reopenLog(t, backup, w.devKey+".keys", start.Add(time.Hour))
	l.backup = backup
	return l
}

func sameAs(w *world) func(*app.Config) {
	return func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }
}

func (l *lostCount) casts(w *world, voter auth.Identity, choice string, revision int) {
	nonce := ""
	if w.ask(visitor, fmt.Sprintf("{ballot(id: %q){secrecy}}", l.ballot)).at("ballot", "secrecy").text() == "SECRET" {
		nonce = fmt.Sprintf("%x", fmt.Sprintf("%-16.16s", voter.Subject+choice))
	}
	w.casts(voter, l.ballot, choice, nonce, revision)
}

// tells is what each of some viewers is told of the ballot.
func (l *lostCount) tells(w *world) map[string]string {
	told := map[string]string{}
	for _, who := range append([]auth.Identity{visitor, persona("facilitator"), persona("auditor")}, l.voters...) {
		told[who.Subject] = text(w.ask(who, ofBallot, "id", l.ballot))
	}
	return told
}

// restored opens a copy of the restored database, days after the ballot was opened.
func (l *lostCount) restored(t *testing.T, days int) *world {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "keys")
	if err := os.CopyFS(folder, os.DirFS(l.w.devKey+".keys")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"log.key", "master.key"} {
		if err := os.Chmod(filepath.Join(folder, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := open(t, copied(t, l.backup), func(c *app.Config) { c.DevKey, c.Keys = l.w.devKey, folder })
	w.clock.Advance(time.Duration(days) * 24 * time.Hour)
	return w
}

func (l *lostCount) report(t *testing.T, file []byte, keys []string) *recount.Report {
	t.Helper()
	r, err := recount.Verify(bytes.NewReader(file), recount.Options{Options: bundle.Options{Keys: keys}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestACountThatWasLostComesBackFromItsFile: with every answer about the ballot as it was, and once.
func TestACountThatWasLostComesBackFromItsFile(t *testing.T) {
	for name, row := range map[string]struct {
		rule string
		void bool // the server has voided it in between
		late func(w *world, l *lostCount)
	}{
		"secret":                        {rule: secretRule, late: func(w *world, l *lostCount) { l.casts(w, l.voters[4], "FOR", 0) }},
		"secret, papers after the copy": {rule: secretRule, late: func(w *world, l *lostCount) { l.casts(w, l.voters[0], "AGAINST", 1); l.casts(w, l.voters[4], "FOR", 0) }},
		"secret, below the floor":       {rule: fewAgainst, late: func(*world, *lostCount) {}},
		"open":                          {rule: openRule, late: func(*world, *lostCount) {}},
		"open, papers after the copy":   {rule: openRule, late: func(w *world, l *lostCount) { l.casts(w, l.voters[3], "FOR", 1); l.casts(w, l.voters[4], "FOR", 0) }},
		"secret, void meanwhile":        {rule: secretRule, void: true, late: func(w *world, l *lostCount) { l.casts(w, l.voters[4], "FOR", 0) }},
		"open, void meanwhile":          {rule: openRule, void: true, late: func(w *world, l *lostCount) { l.casts(w, l.voters[4], "FOR", 0) }},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, true, func(t *testing.T, w *world) {
				l := loses(t, w, row.rule, row.late)
				w3 := l.restored(t, 11)
				if row.void {
					must(w3.Domains.Ballots.Turn(context.Background(), "this server"))
				}
				for i := range 2 {
					if did, err := w3.Domains.Ballots.TakeBack(context.Background(), l.report(t, l.file, l.keys)); err != nil || did != (i == 0) {
						t.Fatalf("import %d: %v, %v", i+1, did, err)
					}
				}
				w3.settle()
				must(w3.Domains.Ballots.Turn(context.Background(), "this server")) // which has nothing left to count or to void
				told := l.tells(w3)
				if row.void { // ballot and proposal were revised once more
					for who := range told {
						l.told[who], told[who] = revisions.ReplaceAllString(l.told[who], ""), revisions.ReplaceAllString(told[who], "")
					}
				}
				if diff := cmp.Diff(l.told, told); diff != "" {
					t.Errorf("the API tells something else (-before +after):\n%s", diff)
				}
				if n := w3.counted("SELECT (SELECT COUNT(*) FROM sealed_papers) + (SELECT COUNT(*) FROM ballot_keys) + (SELECT COUNT(*) FROM ballots WHERE NOT shredded)"); n != 0 {
					t.Errorf("%d sealed papers, keys and ballots that are not shredded are left", n)
				}
				acts := text(w3.ask(visitor, `{c: acts(filter: {type: BALLOT_COUNTED}, last: 1){nodes{type reason}} g: acts(filter: {type: GUIDELINE_ADOPTED}, last: 1){nodes{type at}}}`))
				if !strings.Contains(acts, `"GUIDELINE_ADOPTED"`) || !strings.Contains(acts, "It was taken back from its file.") {
					t.Errorf("the acts are %s", acts)
				}
				again := l.report(t, w3.result(l.ballot), w3.Log.Verifiers()) // under the new name of the log
				before := l.report(t, l.file, l.keys)
				if diff := cmp.Diff(before.Counted, again.Counted); diff != "" || again.Origin == before.Origin {
					t.Errorf("the new file is of %s, and differs:\n%s", again.Origin, diff)
				}
			})
		})
	}
}

// TestAResultThatDoesNotBelongHereIsRefused: clearly, and nothing is left behind.
func TestAResultThatDoesNotBelongHereIsRefused(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		l := loses(t, w, secretRule, func(w *world, l *lostCount) { l.casts(w, l.voters[4], "FOR", 0) })
		type given struct {
			days int
			do   func(w *world, r *recount.Report)
			want string
		}
		change := func(text string) func(*world, *recount.Report) {
			return func(w *world, _ *recount.Report) { w.change(text) }
		}
		for name, row := range map[string]given{
			"another ballot":     {11, func(_ *world, r *recount.Report) { r.Ballot = strings.Replace(r.Ballot, "ballot_0", "ballot_1", 1) }, "this database has no ballot_"},
			"no ballot":          {11, func(_ *world, r *recount.Report) { r.Ballot = "proposal_1" }, "not about a ballot"},
			"another roll":       {11, func(_ *world, r *recount.Report) { r.Opened.RollRoot = "00" }, "on another text, rule, roll or close"},
			"another rule":       {11, func(_ *world, r *recount.Report) { r.Opened.RuleHash = "00" }, "on another text, rule, roll or close"},
			"another text":       {11, func(_ *world, r *recount.Report) { r.Opened.ContentHash = "00" }, "on another text, rule, roll or close"},
			"another log":        {11, func(_ *world, r *recount.Report) { r.Origin = "elsewhere.example/log" }, "no restore has ended the log elsewhere.example/log here"},
			"another opening":    {11, func(_ *world, r *recount.Report) { r.OpenedAt.Entry[0]++ }, "the act that opened the ballot is not the one"},
			"another branch":     {11, func(_ *world, r *recount.Report) { r.CountedAt.Seq = 1 }, "the file is of another branch of the log"},
			"another checkpoint": {11, func(_ *world, r *recount.Report) { r.Tree.Hash[0]++ }, "does not agree with the last checkpoint"},
			"a later checkpoint": {11, func(_ *world, r *recount.Report) { r.Tree.N++ }, "does not agree with the last checkpoint"},
			"not yet closed":     {9, func(*world, *recount.Report) {}, "is open until 2026-03-12 12:00 UTC: it cannot have been counted"},
			"counted otherwise": {11, func(w *world, r *recount.Report) {
				must(w.Domains.Ballots.TakeBack(context.Background(), r))
				r.Counted.PapersRoot = "00"
			}, "was counted here with another result: ADOPTED"},
			"counted with another outcome": {11, func(w *world, r *recount.Report) {
				must(w.Domains.Ballots.TakeBack(context.Background(), r))
				other := *r.Result
				other.Outcome = "REJECTED"
				r.Result = &other
			}, "was counted here with another result: ADOPTED"},
			"the proposal was edited":              {11, change("UPDATE proposals SET version = version + 1 WHERE state = 'BALLOT'"), "cannot be taken back any more: the proposal is not the version"},
			"the proposal is on its way elsewhere": {11, change("UPDATE proposals SET state = 'WITHDRAWN' WHERE state = 'BALLOT'"), "has moved on since the restore: it is WITHDRAWN"},
			"the roll was changed":                 {11, change("UPDATE ballot_seats SET leaf = 'NGO' WHERE revision = 1"), "the roll is not what it was"},
			"a later paper is here":                {11, change("UPDATE ballot_seats SET revision = 5 WHERE revision = 1"), "has done more here, or otherwise, than in the file"},
			"a party took no part":                 {11, change("UPDATE ballot_seats SET recused = TRUE WHERE revision = 0"), "has done more here, or otherwise, than in the file"},
			"a person has voided it": {9, func(w *world, _ *recount.Report) {
				w.did(persona("facilitator"), "voidBallot", `id: %q, reason: "Again."`, "ballot{id}", l.ballot)
			}, "was voided here by a person: Again."},
			"another ballot is there": {9, func(w *world, _ *recount.Report) {
				must(w.Domains.Ballots.Turn(context.Background(), "this server"))
				w.change("UPDATE proposals SET state = 'BALLOT' WHERE id = (SELECT proposal_id FROM ballots WHERE state = 'VOID' AND state_reason LIKE 'The database was restored%')")
				w.clock.Advance(2 * 24 * time.Hour)
			}, "has moved on since the restore: it is BALLOT"},
		} {
			t.Run(name, func(t *testing.T) {
				w := l.restored(t, row.days)
				r := l.report(t, l.file, l.keys)
				row.do(w, r)
				const left = `SELECT (SELECT COUNT(*) FROM acts) + (SELECT COUNT(*) FROM queued_acts) * 1000 + (SELECT COUNT(*) FROM ballot_papers) * 1000000 +
					(SELECT COUNT(*) FROM sealed_papers) * 100000000 + (SELECT SUM(revision) FROM ballots) * 10000000000`
				before := w.counted(left)
				did, err := w.Domains.Ballots.TakeBack(context.Background(), r)
				if did || err == nil || !strings.Contains(err.Error(), row.want) {
					t.Errorf("TakeBack = %v, %v, want %s", did, err, row.want)
				}
				if after := w.counted(left); after != before {
					t.Errorf("something is left behind: %d, then %d", before, after)
				}
			})
		}
	})
}

// TestALogThatLostNothingTakesNoCountBack: the file of another branch cannot replace what this database can count itself.
func TestALogThatLostNothingTakesNoCountBack(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		l := loses(t, w, secretRule, func(w *world, l *lostCount) { l.casts(w, l.voters[4], "FOR", 0) })
		r := l.report(t, l.file, l.keys)
		w2 := open(t, l.w.database, sameAs(l.w))
		w2.clock.Advance(11 * 24 * time.Hour)
		w2.change("UPDATE ballots SET state = 'OPEN' WHERE outcome = 'ADOPTED' AND secrecy = 'SECRET'")
		w2.change("UPDATE proposals SET state = 'BALLOT' WHERE id IN (SELECT proposal_id FROM ballots WHERE state = 'OPEN')")
		if did, err := w2.Domains.Ballots.TakeBack(context.Background(), r); did || err == nil || !strings.Contains(err.Error(), "has not lost the acts of the file") {
			t.Errorf("TakeBack = %v, %v", did, err)
		}
	})
}
