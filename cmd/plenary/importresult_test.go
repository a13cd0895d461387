package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/keys"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// TestACountComesBackWithTheCommands: what an operator does after a restore, in the order of docs/ballots.md.
func TestACountComesBackWithTheCommands(t *testing.T) {
	database, dir := testdb.SQLite(t), t.TempDir()
	path, folder := strings.TrimPrefix(database, "sqlite://"), filepath.Join(dir, "keys")
	env := map[string]string{"PLENARY_DATABASE": database, "PLENARY_KEYS": folder}
	if err := keys.Init(folder); err != nil {
		t.Fatal(err)
	}
	var ballot *db.Ballot
	opened(t, database, folder, func(ctx context.Context, st *store.Store, l *actlog.Log, _ *domains.Domains) {
		ballot = closed(ctx, t, st, l)
	})
	backup, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	var key string
	opened(t, database, folder, func(ctx context.Context, _ *store.Store, l *actlog.Log, d *domains.Domains) {
		if n, err := d.Ballots.Turn(ctx, "this server"); n != 1 || err != nil {
			t.Fatalf("%d ballots are counted, %v", n, err)
		}
		if _, err := l.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if err := d.Ballots.WriteFile(ctx, &file, ballot, 0); err != nil {
			t.Fatal(err)
		}
		key = l.Verifiers()[0]
	})
	result := filepath.Join(dir, "result.jsonl")
	for name, content := range map[string][]byte{path: backup, result: file.Bytes()} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"verify", "result", result, "--key", key}, 0, "OK\n"},
		{[]string{"import", "result", result, "--key", key}, exitFailed, "plenary log reopen"},
		{[]string{"log", "reopen"}, 0, "/2"},
		{[]string{"import", "result", result, "--key", key}, 0, ballot.GlobalID().String() + " has its result back: Adopted: "},
		{[]string{"import", "result", result, "--key", key}, 0, ballot.GlobalID().String() + " has this result already\n"},
	} {
		if code, out, errs := call(t, env, row.args...); code != row.code || !strings.Contains(out+errs, row.says) {
			t.Errorf("%v exits with %d and says %q %q, want %d and %q", row.args, code, out, errs, row.code, row.says)
		}
	}
}

// opened opens a database with its log and its domains, as long as use runs.
func opened(t *testing.T, database, folder string, use func(ctx context.Context, st *store.Store, l *actlog.Log, d *domains.Domains)) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, database, store.Options{Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	ring, err := keys.Open(folder, false)
	if err != nil {
		t.Fatal(err)
	}
	l := actlog.New(st, systemClock, ring)
	if err := l.Open(ctx, "log.example/lost"); err != nil {
		t.Fatal(err)
	}
	d, err := domains.New(st, l, systemClock, webhook.Options{Sealer: ring})
	if err != nil {
		t.Fatal(err)
	}
	use(ctx, st, l, d)
}

// closed writes a ballot that has closed, with two seats that have cast, and the act that opened it.
func closed(ctx context.Context, t *testing.T, st *store.Store, l *actlog.Log) *db.Ballot {
	t.Helper()
	presets, err := decision.Presets()
	if err != nil {
		t.Fatal(err)
	}
	rule, client, began := presets[len(presets)-1], st.Client(), systemClock.Now().Add(-48*time.Hour).UTC().Truncate(time.Microsecond)
	dialogue := client.Dialogue.Create().SetTitle("Polling").SetConvenorID(uuid.New()).SetState("OPEN").SaveX(ctx)
	proposal := client.Proposal.Create().SetDialogueID(dialogue.ID).SetAuthorID(uuid.New()).SetMemberID(uuid.New()).SetKind("POLICY").SetTitle("Polled").SetBody("Text.").
		SetContentHash("0").SetState("BALLOT").SetPublished(true).SetOpenedVersion(1).SaveX(ctx)
	client.ProposalVersion.Create().SetProposalID(proposal.ID).SetNumber(1).SetTitle("Polled").SetBody("Text.").SetLanguage("en").SetContentHash("0").
		SetEditorID(proposal.AuthorID).SetReason("").SaveX(ctx)
	var roll []recount.Seat
	ids := map[string][2]uuid.UUID{}
	for range 2 {
		seat, party := uuid.New(), uuid.New()
		one := recount.Seat{ID: typeid.New("seat", seat).String(), Leaf: rule.Leaves()[0], Party: typeid.New("stakeholder", party).String()}
		roll, ids[one.ID] = append(roll, one), [2]uuid.UUID{seat, party}
	}
	recount.SortSeats(roll, rule.Leaves())
	root, err := recount.RollRoot(roll)
	if err != nil {
		t.Fatal(err)
	}
	row := client.Ballot.Create().SetProposalID(proposal.ID).SetDialogueID(dialogue.ID).SetConvenorID(dialogue.ConvenorID).SetVersion(1).SetContentHash("0").
		SetRuleID(uuid.New()).SetRule(string(rule.Bytes())).SetRuleHash(rule.Hash()).SetSecrecy("OPEN").SetClosesAt(began.Add(24 * time.Hour)).SetRollRoot(root).
		SetSeats(len(roll)).SetCreatedAt(began).SaveX(ctx)
	for _, seat := range roll {
		client.BallotSeat.Create().SetID(ids[seat.ID][0]).SetBallotID(row.ID).SetPartyID(ids[seat.ID][1]).SetLeaf(seat.Leaf).SetRevision(1).SaveX(ctx)
		client.BallotPaper.Create().SetID(ids[seat.ID][0]).SetBallotID(row.ID).SetPartyID(ids[seat.ID][1]).SetLeaf(seat.Leaf).SetChoice("FOR").SaveX(ctx)
	}
	err = st.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := l.Append(ctx, tx, policy.SystemActor("test"), act.Entry{
			Type: recount.ActOpened, Subject: act.Subject{Type: policy.Ballot, ID: row.ID, Revision: 1}, Payload: recount.Opened{
				Proposal: typeid.New("proposal", proposal.ID).String(), Version: 1, ContentHash: "0", RuleHash: rule.Hash(), RollRoot: root, Seats: len(roll), Secrecy: "OPEN",
				ClosesAt: row.ClosesAt.UTC().Format(time.RFC3339Nano),
			},
		})
		return err
	})
	if err == nil {
		_, err = l.Drain(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	return row
}
