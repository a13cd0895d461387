package story_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// secretRule is one under which customers alone vote, five of whom keep their secret.
const secretRule = `{"v": 1, "key": "demo.customers", "title": "Customers alone", "electorate": {"tree": [{"key": "CUSTOMER", "share": "1/1", "who": {"kinds": ["CUSTOMER"]}}],
	"groups": ["CUSTOMER"], "per": "COUNTED", "emptyShare": "SIBLINGS"}, "ballot": {"choices": ["FOR", "AGAINST", "ABSTAIN"], "abstain": "ABSTAIN", "secrecy": "SECRET",
	"secrecyFloor": 5, "maxProxies": 1}, "quorum": [{"id": "quorum", "scope": "TOTAL", "of": "MEMBERS", "op": ">=", "ratio": "1/2"}],
	"tests": [{"id": "majority", "scope": "TOTAL", "choice": "FOR", "of": "MEMBERS", "base": "COUNTED", "op": ">", "ratio": "1/2"}], "objections": []}`

// polls opens a ballot under a rule on a proposal of its own, and gives its id and when it closes.
func (w *world) polls(rule string, closes time.Duration) (ballot, proposal string) {
	w.t.Helper()
	now := w.clock.Now()
	at := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
	dialogue := w.did(persona("regulator"), "conveneDialogue", `title: "Dark stops", phases: [{kind: DECISION, opensAt: %q, closesAt: %q, mayPropose: true, mayBallot: true, mayComment: true}]`,
		"dialogue{id}", at(0), at(closes+time.Hour)).at("dialogue", "id").text()
	w.did(persona("regulator"), "openDialogue", "id: %q", "", dialogue)
	proposal = w.did(persona("firm"), "draftProposal", `dialogue: %q, kind: POLICY, title: "Light the stops", body: "Light every stop."`, "proposal{id}", dialogue).at("proposal", "id").text()
	hash := w.did(persona("firm"), "submitProposal", "id: %q", "proposal{contentHash}", proposal).at("proposal", "contentHash").text()
	w.did(persona("facilitator"), "takeUpProposal", "id: %q", "", proposal)
	w.did(persona("facilitator"), "openProposal", "id: %q", "", proposal)
	return w.did(persona("facilitator"), "openBallot", "proposal: %q, rule: %q, contentHash: %q, closesAt: %q", "ballot{id}", proposal, rule, hash, at(closes)).at("ballot", "id").text(), proposal
}

// casts casts a paper, and gives its receipt.
func (w *world) casts(who auth.Identity, ballot, choice, nonce string, revision int) string {
	w.t.Helper()
	input := map[string]any{"id": ballot, "choice": choice, "expectedRevision": revision}
	if nonce != "" {
		input["nonce"] = nonce
	}
	const mutation = "mutation($input: CastBallotInput!){castBallot(input: $input){receipt userErrors{code message}}}"
	cast := w.ask(who, mutation, "input", input).at("castBallot")
	if receipt := cast.at("receipt").v; receipt != nil {
		return cast.at("receipt").text()
	}
	w.t.Fatalf("%s did not cast %s: %s", who.Subject, choice, text(cast))
	return ""
}

// closes moves the clock behind the close of a ballot that was opened for ten days, and counts.
func (w *world) closes() {
	w.t.Helper()
	w.clock.Advance(11 * 24 * time.Hour)
	must(w.Domains.Ballots.Turn(context.Background(), "this server"))
	w.settle()
}

// result is the file of a ballot's result.
func (w *world) result(ballot string) []byte {
	w.t.Helper()
	status, _, body := w.fetch("/ballots/"+ballot+"/result.jsonl", "")
	if status != http.StatusOK {
		w.t.Fatalf("the result answered %d %s", status, body)
	}
	return []byte(body)
}

// electorate is five customers who can vote.
func (w *world) electorate() (voters []auth.Identity) {
	for _, name := range []string{"customer", "customer2", "customer3", "customer4"} {
		voters = append(voters, persona(name))
	}
	return append(voters, w.newCustomer("fifth"))
}

// TestASecretBallotIsCountedAgain: a secret ballot is cast, changed and counted; each receipt finds its paper in the file, whoever recounts it.
func TestASecretBallotIsCountedAgain(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		voters := w.electorate()
		rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
		ballot, proposal := w.polls(rule, 10*24*time.Hour)
		receipts, nonce := map[string]string{}, func(i, n int) string { return strings.Repeat(hex.EncodeToString([]byte{byte(16*i + n)}), 16) }
		for i, voter := range voters {
			receipts[voter.Subject] = w.casts(voter, ballot, "AGAINST", nonce(i, 1), 0)
		}
		old := receipts[voters[0].Subject]
		for i, voter := range voters[:3] {
			receipts[voter.Subject] = w.casts(voter, ballot, "FOR", nonce(i, 2), 1)
		}
		w.closes()
		if got := w.ask(visitor, fmt.Sprintf("{proposal(id: %q){state}}", proposal)).at("proposal", "state").text(); got != "ADOPTED" {
			t.Fatalf("the proposal is %s", got)
		}
		file := w.result(ballot)
		keys := w.Log.Verifiers()
		for _, voter := range voters {
			report, err := recount.Verify(bytes.NewReader(file), recount.Options{Options: bundle.Options{Keys: keys}, Receipt: receipts[voter.Subject]})
			if err != nil {
				t.Fatal(err)
			}
			if report.Result.Outcome != decision.Adopted || !strings.Contains(report.Receipt, "The paper of the receipt is paper") {
				t.Errorf("%s: %s, %s", voter.Subject, report.Result.Sentence, report.Receipt)
			}
		}
		if report, err := recount.Verify(bytes.NewReader(file), recount.Options{Options: bundle.Options{Keys: keys}, Receipt: old}); err != nil || !strings.Contains(report.Receipt, "replaced") {
			t.Errorf("an earlier receipt: %+v, %v", report, err)
		}
		tampers(t, file, keys, receipts[voters[0].Subject])
	})
}

// tampers changes a result in every way that must not go unnoticed.
func tampers(t *testing.T, file []byte, keys []string, receipt string) {
	t.Helper()
	lines := strings.SplitAfter(strings.TrimSuffix(string(file), "\n"), "\n")
	of := func(kind string) (at []int) {
		for i, line := range lines {
			if strings.HasPrefix(line, `{"kind":"`+kind+`"`) {
				at = append(at, i)
			}
		}
		return at
	}
	papers, seats, result, rule := of(recount.KindPaper), of(recount.KindSeat), of(recount.KindResult)[0], of(recount.KindRule)[0]
	end := regexp.MustCompile(`"lines":\d+`)
	for name, change := range map[string]func(l []string) []string{
		"a paper altered":     func(l []string) []string { l[papers[0]] = swapped(l[papers[0]], "FOR", "AGAINST"); return l },
		"a paper dropped":     func(l []string) []string { return slices.Delete(l, papers[1], papers[1]+1) },
		"a paper added twice": func(l []string) []string { return slices.Insert(l, papers[0], l[papers[0]]) },
		"two papers swapped":  func(l []string) []string { l[papers[0]], l[papers[1]] = l[papers[1]], l[papers[0]]; return l },
		"a seat added":        func(l []string) []string { return slices.Insert(l, seats[0], l[seats[0]]) },
		"a seat dropped":      func(l []string) []string { return slices.Delete(l, seats[0], seats[0]+1) },
		"a revision changed": func(l []string) []string {
			l[seats[0]] = regexp.MustCompile(`"revision":\d`).ReplaceAllString(l[seats[0]], `"revision":7`)
			return l
		},
		"the rule changed": func(l []string) []string {
			l[rule] = strings.Replace(l[rule], `"ratio":"1/2"`, `"ratio":"2/4"`, 1)
			return l
		},
		"a share changed": func(l []string) []string {
			l[rule] = strings.Replace(l[rule], `"share":"1/1"`, `"share":"1"`, 1)
			return l
		},
		"the outcome changed": func(l []string) []string { l[result] = strings.Replace(l[result], "ADOPTED", "REJECTED", 1); return l },
		"the sentence changed": func(l []string) []string {
			l[result] = strings.Replace(l[result], `"sentence":"`, `"sentence":"Well, `, 1)
			return l
		},
		"a checkpoint changed": func(l []string) []string { l[1] = strings.Replace(l[1], `\n\n`, `x\n\n`, 1); return l },
		"the counting act gone": func(l []string) []string {
			return slices.DeleteFunc(l, func(s string) bool { return strings.Contains(s, recount.ActCounted) })
		},
	} {
		changed := change(slices.Clone(lines))
		last := len(changed) - 1
		changed[last] = end.ReplaceAllString(changed[last], fmt.Sprintf(`"lines":%d`, len(changed)))
		text := strings.Join(changed, "")
		if text == strings.Join(lines, "") {
			t.Errorf("%s: nothing was changed", name)
		}
		report, err := recount.Verify(strings.NewReader(text), recount.Options{Options: bundle.Options{Keys: keys}, Receipt: receipt})
		if err == nil {
			t.Errorf("%s: nobody noticed: %+v", name, report)
		}
	}
}

// swapped puts b for a, or a for b.
func swapped(s, a, b string) string {
	if strings.Contains(s, `"`+a+`"`) {
		return strings.Replace(s, `"`+a+`"`, `"`+b+`"`, 1)
	}
	return strings.Replace(s, `"`+b+`"`, `"`+a+`"`, 1)
}

// TestABallotThatWasChangedIsNotCounted: what the act that opened it binds cannot be changed in the database, its close included.
func TestABallotThatWasChangedIsNotCounted(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		rule := w.ask(visitor, `{decisionRule(reference: "plenary.simple-majority"){id}}`).at("decisionRule", "id").text()
		for name, change := range map[string]string{
			"closed earlier":      "UPDATE ballots SET closes_at = created_at WHERE id = ?",
			"on another text":     "UPDATE proposals SET content_hash = '00' WHERE id = (SELECT proposal_id FROM ballots WHERE id = ?)",
			"with another roll":   "UPDATE ballot_seats SET leaf = 'NGO' WHERE ballot_id = ?",
			"under another rule":  "UPDATE ballots SET rule = '{}' WHERE id = ?",
			"with fewer on it":    "DELETE FROM ballot_seats WHERE ballot_id = ?",
			"as a secret one":     "UPDATE ballots SET secrecy = 'SECRET' WHERE id = ?",
			"on another version":  "UPDATE proposals SET version = 9 WHERE id = (SELECT proposal_id FROM ballots WHERE id = ?)",
			"with the root faked": "UPDATE ballots SET roll_root = '00' WHERE id = ?",
		} {
			id, _ := w.polls(rule, 2*24*time.Hour)
			key := must(typeid.Parse("ballot", id))
			w.change(change, key)
			w.clock.Advance(3 * 24 * time.Hour)
			if _, err := w.Domains.Ballots.Turn(context.Background(), "this server"); err == nil {
				t.Errorf("%s: the ballot was counted", name)
			}
			if n := w.counted("SELECT COUNT(*) FROM ballots WHERE state = 'COUNTED'"); n != 0 {
				t.Errorf("%s: there is a result", name)
			}
			w.change("DELETE FROM ballots WHERE id = ?", key)
		}
	})
}

// newCustomer is a customer who comes for the first time.
func (w *world) newCustomer(name string) auth.Identity {
	w.t.Helper()
	who := auth.Identity{Subject: name + subjects, Roles: []string{"customer"}}
	w.ask(who, "{viewer{member{id}}}")
	return who
}

// polled writes a ballot in a state, on a proposal of its own in a dialogue that holds ballots, with a seat for some parties; closes is
// when it closes, or did. The rule is one that ships.
func (s *scene) polled(key string, state enum.BallotState, closes time.Duration) *db.Ballot {
	ctx, client := context.Background(), s.Store.Client()
	dialogue := client.Dialogue.Create().SetTitle("Polling").SetConvenorID(stakeholder("facilitator")).SetState("OPEN").SaveX(ctx)
	client.Phase.Create().SetDialogueID(dialogue.ID).SetPosition(0).SetKind("DECISION").SetOpensAt(start.Add(-time.Hour)).SetMayBallot(true).SaveX(ctx)
	proposal := client.Proposal.Create().SetDialogueID(dialogue.ID).SetAuthorID(stakeholder("firm")).SetMemberID(uuid.New()).SetKind("POLICY").SetTitle("Polled").
		SetBody("Text.").SetContentHash("0").SetState("BALLOT").SetPublished(true).SetOpenedVersion(1).SaveX(ctx)
	presets := must(decision.Presets())
	rule := presets[slices.IndexFunc(presets, func(r *decision.Rule) bool { return r.Document().Key == key })]
	row := client.Ballot.Create().SetProposalID(proposal.ID).SetDialogueID(dialogue.ID).SetConvenorID(dialogue.ConvenorID).SetVersion(1).SetContentHash("0").
		SetRuleID(must(typeid.Parse("decisionrule", s.ask(visitor, fmt.Sprintf(`{decisionRule(reference: %q){id}}`, key)).at("decisionRule", "id").text()))).
		SetRule(string(rule.Bytes())).SetRuleHash(rule.Hash()).SetSecrecy("OPEN").SetState(state).SetClosesAt(start.Add(closes)).SetRollRoot("0").SetSeats(2).SaveX(ctx)
	for _, name := range []string{"firm", "ngo"} {
		client.BallotSeat.Create().SetID(uuid.New()).SetBallotID(row.ID).SetPartyID(stakeholder(name)).SetLeaf("FIRM").SaveX(ctx)
	}
	return row
}

// polling are ballots that are open, have closed, and wait for an answer, with their proposals, and a proposal on which one can be opened.
func (p *prober) polling() (ids []string) {
	ctx := context.Background()
	const majority, proxies = "plenary.simple-majority", "fsc.general-assembly"
	for _, one := range []struct {
		rule   string
		state  enum.BallotState
		closes time.Duration
		then   func(*db.Ballot)
	}{
		{majority, enum.BallotStateOpen, 48 * time.Hour, nil},
		{proxies, enum.BallotStateOpen, 48 * time.Hour, nil},
		{majority, enum.BallotStateOpen, -time.Hour, nil},
		{majority, enum.BallotStateVoid, time.Hour, func(b *db.Ballot) {
			p.Store.Client().Proposal.GetX(ctx, b.ProposalID).Update().SetState("OPEN").SaveX(ctx)
		}},
		{majority, enum.BallotStateCounted, -time.Hour, func(b *db.Ballot) { b.Update().SetOutcome("ADOPTED_ONCE_ANSWERED").SetCountedAt(start).SaveX(ctx) }},
	} {
		row := p.polled(one.rule, one.state, one.closes)
		if one.then != nil {
			one.then(row)
		}
		ids = append(ids, row.GlobalID().String(), typeid.New("proposal", row.ProposalID).String())
	}
	return ids
}

// TestARepeatedCastGivesTheSameReceipt: a request that is sent again with its key changes nothing, and is answered with the receipt of the first.
func TestARepeatedCastGivesTheSameReceipt(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.electorate()
		rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
		ballot, _ := w.polls(rule, 10*24*time.Hour)
		const mutation = `mutation($input: CastBallotInput!){castBallot(input: $input) @idempotent(key: "once"){receipt userErrors{code}}}`
		input := map[string]any{"id": ballot, "choice": "FOR", "nonce": strings.Repeat("0f", 16), "expectedRevision": 0}
		first := w.ask(persona("customer"), mutation, "input", input).at("castBallot", "receipt").text()
		if again := w.ask(persona("customer"), mutation, "input", input).at("castBallot", "receipt").text(); first == "" || again != first {
			t.Errorf("the first receipt is %q, that of the repeat %q", first, again)
		}
		if n := w.counted("SELECT COUNT(*) FROM sealed_papers"); n != 1 {
			t.Errorf("there are %d sealed papers", n)
		}
		for _, word := range []string{`"FOR"`, "choice"} { // what is kept with the key says nothing of the paper
			if found := w.counted("SELECT COUNT(*) FROM idempotency_keys WHERE answer LIKE '%" + word + "%'"); found > 0 {
				t.Errorf("what is kept of the request holds %s", word)
			}
		}
	})
}

// TestABallotFromBeforeARestoreIsVoid: what was cast since the restored copy is lost, so the ballot does not go on.
func TestABallotFromBeforeARestoreIsVoid(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.electorate()
		rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
		ballot, proposal := w.polls(rule, 10*24*time.Hour)
		w.casts(persona("customer"), ballot, "FOR", strings.Repeat("0f", 16), 0)
		w.clock.Advance(time.Hour)
		err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			_, err := w.Log.Append(ctx, tx, policy.SystemActor("log"), act.Entry{Type: bundle.Reopened, Payload: map[string]any{}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.settle()
		must(w.Domains.Ballots.Turn(context.Background(), "this server"))
		got := w.ask(visitor, fmt.Sprintf("{ballot(id: %q){state stateReason} proposal(id: %q){state}}", ballot, proposal))
		if got.at("ballot", "state").text() != "VOID" || got.at("ballot", "stateReason").text() == "" || got.at("proposal", "state").text() != "OPEN" {
			t.Errorf("after a restore: %s", text(got))
		}
		if n := w.counted("SELECT (SELECT COUNT(*) FROM sealed_papers) + (SELECT COUNT(*) FROM ballot_keys)"); n != 0 {
			t.Errorf("%d sealed papers and keys are left", n)
		}
	})
}

// TestAnotherPaperInARowIsNotCounted: a sealed paper that is not the one of the last cast of its seat stops the count, which names it.
func TestAnotherPaperInARowIsNotCounted(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		voters := w.electorate()
		rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
		ballot, _ := w.polls(rule, 10*24*time.Hour)
		w.casts(voters[0], ballot, "FOR", strings.Repeat("0f", 16), 0)
		var old []byte
		if err := w.Store.Query(context.Background(), "SELECT sealed FROM sealed_papers", nil, func(r *sql.Rows) error { return r.Scan(&old) }); err != nil {
			t.Fatal(err)
		}
		w.casts(voters[0], ballot, "AGAINST", strings.Repeat("1f", 16), 1)
		w.settle()
		w.change("UPDATE sealed_papers SET sealed = ?", old)
		w.clock.Advance(11 * 24 * time.Hour)
		_, err := w.Domains.Ballots.Turn(context.Background(), "this server")
		if err == nil || !strings.Contains(err.Error(), "seat_") {
			t.Errorf("the count of an older paper in its row: %v", err)
		}
		if state := w.ask(visitor, fmt.Sprintf("{ballot(id: %q){state}}", ballot)).at("ballot", "state").text(); state != "OPEN" {
			t.Errorf("the ballot is %s", state)
		}
	})
}

// TestNothingOfASecretPaperIsLeft: after the count neither what was sealed nor the key is in the files of the database, no row holds a nonce,
// and the log of the server holds neither nonces nor choices.
func TestNothingOfASecretPaperIsLeft(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, nil)
		voters := w.electorate()
		rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
		ballot, _ := w.polls(rule, 10*24*time.Hour)
		nonces := []string{}
		for i, voter := range voters {
			nonce := hex.EncodeToString([]byte(fmt.Sprintf("canary%02d", i) + strings.Repeat("!", 8)))
			nonces = append(nonces, nonce)
			w.casts(voter, ballot, "FOR", nonce, 0)
		}
		sealed := w.sealed()
		if len(sealed) != len(voters)+1 {
			t.Fatalf("%d sealed papers and keys, want %d", len(sealed), len(voters)+1)
		}
		dir := w.files()
		if dir != "" && !w.Store.IsPostgres() && len(traces(t, sealed[0], dir)) == 0 {
			t.Fatal("the search does not find what is there")
		}
		w.closes()
		if n := w.counted("SELECT COUNT(*) FROM ballots WHERE state = 'COUNTED' AND shredded"); n != 1 {
			t.Fatalf("%d ballots are counted and shredded", n)
		}
		if dir != "" {
			for _, b := range sealed {
				if found := traces(t, b, dir); len(found) > 0 {
					t.Errorf("what was sealed is still in %v", found)
				}
			}
		}
		for _, nonce := range nonces {
			raw := string(must(hex.DecodeString(nonce)))
			if found := append(w.rows(nonce), w.rows(raw)...); len(found) > 0 || w.log.contains(nonce) {
				t.Errorf("a nonce is in the tables %v, or in the log of the server: %v", found, w.log.contains(nonce))
			}
		}
	})
}

// TestAPartyHearsWhoHasCastForIt: the act of a paper is for the party whose paper it is, for the one that has cast it, and for auditors. It
// says which paper of the seat it was. Nobody else sees it, an admin and the convenor neither.
func TestAPartyHearsWhoHasCastForIt(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		w.electorate()
		rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
		ballot, _ := w.polls(rule, 10*24*time.Hour)
		proxy, principal := persona("customer"), persona("customer2")
		party := func(who auth.Identity) string {
			return w.ask(who, "{viewer{stakeholder{id}}}").at("viewer", "stakeholder", "id").text()
		}
		w.did(principal, "appointProxy", "id: %q, holder: %q", "", ballot, party(proxy))
		w.quiet()
		heard := w.follow(principal, "subscription{acts(filter: {type: [BALLOT_CAST]}){act{seatRevision stakeholder{id}}}}")
		for revision, choice := range []string{"FOR", "AGAINST"} {
			input := map[string]any{"id": ballot, "for": party(principal), "choice": choice, "nonce": strings.Repeat("0f", 16), "expectedRevision": revision}
			cast := w.ask(proxy, "mutation($input: CastBallotInput!){castBallot(input: $input){act{seatRevision} userErrors{code message}}}", "input", input).at("castBallot")
			if got := cast.at("act", "seatRevision").number(); got != revision+1 {
				t.Fatalf("cast for another: %s", text(cast))
			}
		}
		w.quiet()
		for name, sees := range map[string]bool{
			"customer": true, "customer2": true, "auditor": true, "admin": false, "facilitator": false, "customer3": false, "firm": false, "": false,
		} {
			who := visitor
			if name != "" {
				who = persona(name)
			}
			acts := w.ask(who, "{acts(first: 100, filter: {type: [BALLOT_CAST]}){nodes{id seq seatRevision stakeholder{id}} pageInfo{hasNextPage}}}").at("acts", "nodes").list()
			if !sees && len(acts) > 0 || sees && len(acts) != 2 {
				t.Errorf("%q sees %d acts of casts", name, len(acts))
				continue
			}
			for i, a := range acts {
				if a.at("stakeholder", "id").text() != party(proxy) || a.at("seatRevision").number() != i+1 || !a.at("seq").isNull() {
					t.Errorf("%q sees of the paper number %d: %s", name, i+1, text(a))
				}
			}
		}
		for revision := range 2 {
			a := heard.event().data.at("acts", "act")
			if a.at("seatRevision").number() != revision+1 || a.at("stakeholder", "id").text() != party(proxy) {
				t.Errorf("the principal hears of the paper number %d: %s", revision+1, text(a))
			}
		}
		heard.stop()
	})
}
