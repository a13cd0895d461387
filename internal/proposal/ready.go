package proposal

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/proposal"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Settling is what must be settled in a dialogue before ballots open there.
type Settling interface {
	// Unsettled says, for each dialogue in which none can open, what is missing; in a transaction, or outside if it is nil.
	Unsettled(ctx context.Context, tx *db.Tx, dialogues []uuid.UUID) (map[uuid.UUID][]*fault.Fault, error)
}

// Settle says what must be settled before ballots open.
func (s *Service) Settle(all ...Settling) { s.settling = append(s.settling, all...) }

// Ready says what keeps a ballot from being opened on a proposal that is locked, and keeps what it would replace as it is.
func (s *Service) Ready(ctx context.Context, tx *db.Tx, p *db.Proposal) ([]*fault.Fault, error) {
	if p.SupersedesID != nil {
		if _, err := tx.Proposal.Query().Where(proposal.ID(*p.SupersedesID), s.store.ForUpdate).Only(ctx); err != nil {
			return nil, fmt.Errorf("load what is replaced: %w", err)
		}
	}
	all, err := s.unready(ctx, tx, []*db.Proposal{p})
	return all[p.ID], err
}

// MissingToOpenBallot says of each proposal what keeps a ballot from being opened on it; nothing where none can be in its state. They are
// visible already.
func (s *Service) MissingToOpenBallot(ctx context.Context, rows []*db.Proposal) ([][]*fault.Fault, error) {
	var open []*db.Proposal
	for _, row := range rows {
		if Votable(row.State) {
			open = append(open, row)
		}
	}
	all, err := s.unready(ctx, nil, open)
	out := make([][]*fault.Fault, len(rows))
	for i, row := range rows {
		out[i] = all[row.ID]
	}
	return out, err
}

// unready looks in a transaction, or outside if it is nil.
func (s *Service) unready(ctx context.Context, tx *db.Tx, rows []*db.Proposal) (map[uuid.UUID][]*fault.Fault, error) {
	lacks := make(map[uuid.UUID][]*fault.Fault, len(rows))
	if len(rows) == 0 {
		return lacks, nil
	}
	ask := asking(s.store.Query)
	if tx != nil {
		ask = s.within(tx)
	}
	ids, within := make([]uuid.UUID, len(rows)), map[uuid.UUID]uuid.UUID{}
	for i, row := range rows {
		ids[i] = row.ID
	}
	of := s.store.AnyOf("p.id", ids)
	text := `SELECT p.id, p.dialogue_id, p.kind, p.firm_id IS NOT NULL, COALESCE(p.accepted_version, 0) = p.version, COALESCE(o.state, ''),
		p.supersedes_id IS NOT NULL AND EXISTS (SELECT 1 FROM proposals q WHERE q.supersedes_id = p.supersedes_id AND q.id <> p.id AND q.state = 'BALLOT'),
		d.requires_assessment AND NOT EXISTS (SELECT 1 FROM assessments a WHERE a.subject_id = p.id AND a.subject_type = 'PROPOSAL'
			AND a.subject_version = p.version AND a.state = 'PUBLISHED')
		FROM proposals p JOIN dialogues d ON d.id = p.dialogue_id LEFT JOIN proposals o ON o.id = p.supersedes_id WHERE ` + of.SQL
	err := ask(ctx, text, of.Args, func(r *sql.Rows) error {
		var id, dialogue uuid.UUID
		var kind enum.ProposalKind
		var replaced enum.ProposalState
		var bound, accepted, contested, unassessed bool
		if err := r.Scan(&id, &dialogue, &kind, &bound, &accepted, &replaced, &contested, &unassessed); err != nil {
			return err
		}
		within[id] = dialogue
		lack := func(field, message string) {
			lacks[id] = append(lacks[id], &fault.Fault{Kind: fault.State, Code: enum.UserErrorCodeIncomplete, Field: field, Message: message})
		}
		switch {
		case !Commits(kind):
		case !bound:
			lack("firm", "it names no firm that would commit itself: its authors name one")
		case !accepted:
			lack("firm", "the firm that it names has not accepted this version")
		}
		switch {
		case replaced != "" && replaced != enum.ProposalStateAdopted:
			lacks[id] = append(lacks[id], notAdopted("supersedes", replaced))
		case contested:
			lack("supersedes", "a ballot on another proposal that would replace the same is open")
		}
		if unassessed {
			lack("assessment", "no impact assessment of this version is published, which the dialogue asks for")
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look what a ballot lacks: %w", err)
	}
	for _, one := range s.settling {
		missing, err := one.Unsettled(ctx, tx, slices.Collect(maps.Values(within)))
		if err != nil {
			return nil, err
		}
		for id, dialogue := range within {
			lacks[id] = append(lacks[id], missing[dialogue]...)
		}
	}
	return lacks, nil
}
