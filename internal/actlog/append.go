package actlog

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// Deed is an act about to be queued, with the id and the time that Append would otherwise assign.
type Deed struct {
	act.Entry
	ID          uuid.UUID
	At          time.Time
	Member      uuid.UUID // who did it; Nil for the server itself and for unknown actors
	Stakeholder uuid.UUID // the party it was done for; Nil for none
}

// Append queues acts inside the caller's transaction. Use cases go through Write; a job may append many at once.
func (l *Log) Append(ctx context.Context, tx *db.Tx, actor policy.Actor, entries ...act.Entry) ([]act.Result, error) {
	results := make([]act.Result, len(entries))
	deeds := make([]Deed, len(entries))
	for i, e := range entries {
		if l.types != nil && !l.types[e.Type] {
			return nil, fmt.Errorf("acts of type %s are not declared: add it to the Acts of its domain", e.Type)
		}
		id, err := uuid.NewV7()
		if err != nil {
			return nil, fmt.Errorf("name the act: %w", err)
		}
		deeds[i] = Deed{Entry: e, ID: id, At: l.clock.Now().UTC().Truncate(time.Microsecond), Member: actor.Member, Stakeholder: actor.Stakeholder}
		if e.Unnamed {
			deeds[i].Member = uuid.Nil
		}
		if e.NoParty {
			deeds[i].Stakeholder = uuid.Nil
		}
		results[i] = act.Result{Act: id, Type: e.Type, Resource: string(e.Subject.Type), Subject: e.Subject.ID, At: deeds[i].At, Row: e.Row}
		if e.Told != nil {
			if results[i].Told, err = json.Marshal(e.Told); err != nil {
				return nil, fmt.Errorf("write what the response says: %w", err)
			}
		}
	}
	return results, l.queue(ctx, tx, len(deeds), func(i int) Deed { return deeds[i] }, func(i int, act *db.Act) { results[i].Made = act })
}

// deedColumns are the columns that queued and sequenced acts share, in the order of row.
const deedColumns = "act_id, type, member_id, stakeholder_id, subject_type, subject_id, subject_revision, parent_type, parent_id, dialogue_id, " +
	"audience, policy_version, at, payload, salt, sealed, commitment, member_commitment, entry, owner_id"

const (
	deedRow = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	// rowsAtOnce keeps a statement at about 1,000 arguments: modernc searches all arguments to bind each one.
	rowsAtOnce = 50
)

// Queue appends n deeds, for imports that know ids and times.
func (l *Log) Queue(ctx context.Context, tx *db.Tx, n int, deed func(i int) Deed) error {
	return l.queue(ctx, tx, n, deed, func(int, *db.Act) {})
}

func (l *Log) queue(ctx context.Context, tx *db.Tx, n int, deed func(i int) Deed, made func(i int, act *db.Act)) error {
	if err := l.writable(); err != nil { // a connection to a database that lacks acts may have been opened since Write looked
		return err
	}
	var args []any
	var kept []act.Done
	var why reasons
	for from := 0; from < n; from += rowsAtOnce {
		rows := min(rowsAtOnce, n-from)
		args, kept = args[:0], kept[:0]
		for i := range rows {
			d := deed(from + i)
			if !d.Unkept {
				kept = append(kept, act.Done{ID: d.ID, Type: d.Type, Subject: d.Subject})
			}
			for _, also := range act.Collected(ctx) {
				if also.ID != d.Subject.ID || also.Type != d.Subject.Type {
					kept = append(kept, act.Done{ID: d.ID, Subject: also})
				}
			}
			row, one, err := l.row(ctx, tx, d)
			if err != nil {
				return err
			}
			made(from+i, one)
			args = append(args, row...)
			why.add(d)
		}
		text := "INSERT INTO queued_acts (" + deedColumns + ") VALUES " + deedRow + strings.Repeat(", "+deedRow, rows-1)
		if _, err := l.store.Exec(ctx, tx, text, args...); err != nil {
			return fmt.Errorf("append to the act log: %w", err)
		}
		if err := l.keepReasons(ctx, tx, &why); err != nil {
			return err
		}
		if l.history != nil {
			if err := l.history.Keep(ctx, tx, kept); err != nil {
				return err
			}
		}
	}
	return nil
}

// row returns the columns of a deed, and the act as the log will show it. What a person did is sealed under the person's
// key together with the salt; the header in the tree holds only commitments to it.
func (l *Log) row(ctx context.Context, tx *db.Tx, d Deed) ([]any, *db.Act, error) {
	if d.Audience == "" {
		d.Audience = act.ForSubject
	}
	payload, err := marshal(d.Payload, d.Reason)
	if err != nil {
		return nil, nil, fmt.Errorf("append %s: %w", d.Type, err)
	}
	salt := make([]byte, bundle.SaltLen)
	if _, err := rand.Read(salt); err != nil {
		return nil, nil, fmt.Errorf("salt the payload: %w", err)
	}
	h := header(d)
	h.Commitment = bundle.Commit(salt, payload)
	var sealed, member []byte
	if d.Member != uuid.Nil {
		h.Member = bundle.CommitMember(salt, d.Member)
		member = h.Member[:]
		key, err := l.vault.KeyIn(ctx, tx, d.Member)
		if err != nil {
			return nil, nil, err
		}
		sealed = key.Seal(sealedFor(d.ID), append(salt, payload...))
		salt, payload = []byte{}, nil
	}
	entry := h.Entry()
	act := &db.Act{
		ActID: d.ID, Type: d.Type, MemberID: orNull(d.Member), StakeholderID: orNull(d.Stakeholder), SubjectType: string(d.Subject.Type),
		SubjectID: d.Subject.ID, SubjectRevision: d.Subject.Revision, ParentType: string(d.Parent.Type), ParentID: orNull(d.Parent.ID),
		DialogueID: orNull(d.Dialogue), Audience: d.Audience, PolicyVersion: policy.Version, At: d.At, Commitment: h.Commitment[:],
		MemberCommitment: member, Entry: entry[:], OwnerID: orNull(d.Owner),
	}
	return []any{
		act.ActID, act.Type, act.MemberID, act.StakeholderID, act.SubjectType, act.SubjectID, act.SubjectRevision, act.ParentType, act.ParentID,
		act.DialogueID, act.Audience, act.PolicyVersion, act.At, string(payload), salt, sealed, act.Commitment, act.MemberCommitment, act.Entry, act.OwnerID,
	}, act, nil
}

func sealedFor(act uuid.UUID) string { return "act " + act.String() }

func header(d Deed) bundle.Header {
	h := bundle.Header{
		At: d.At, Audience: d.Audience, Dialogue: d.Dialogue, ID: d.ID, PolicyVersion: policy.Version, Revision: d.Subject.Revision,
		Stakeholder: d.Stakeholder, Subject: typeid.New(string(d.Subject.Type), d.Subject.ID), Type: d.Type,
	}
	if d.Parent.ID != uuid.Nil {
		h.Parent = typeid.New(string(d.Parent.Type), d.Parent.ID)
	}
	return h
}

// marshal writes what is committed to: the payload, and the reason as a member of it.
func marshal(payload any, reason string) ([]byte, error) {
	if payload == nil {
		payload = map[string]any{}
	}
	if reason != "" {
		members, ok := payload.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("a payload of the type %T has no room for a reason", payload)
		}
		members = maps.Clone(members)
		members["reason"] = reason
		payload = members
	}
	text, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("write the payload: %w", err)
	}
	return text, nil
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
