package filing

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of filings.
type Page = store.Page[*db.Filing]

// Edge is an entry of a page of filings.
type Edge = store.Edge[*db.Filing]

// noun says what the policy needs to know of a filing.
var noun = access.Noun[db.Filing, *db.Filing]{
	Resource: policy.Filing,
	Table:    store.TableOf[db.Filing](),
	Facts:    []access.Fact[*db.Filing]{access.Party[*db.Filing](policy.Own, "firm_id"), access.Party[*db.Filing](policy.Recipient, "regulator_id")},
}

// Filter says which filings to list.
type Filter struct {
	State                       []enum.FilingState
	Firm, Regulator, Assessment *uuid.UUID
	ChangedSince                *time.Time
}

// List reads a page of filings, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Is("t.firm_id = ?", f.Firm).Is("t.regulator_id = ?", f.Regulator).Since("t.updated_at", f.ChangedSince)
		if f.Assessment != nil {
			n.And(store.Where("t.assessment_id = ?", *f.Assessment)).And(s.assessments.InVisible(policy.ActorFrom(ctx), "t.assessment_id"))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string](nil), "", f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// Of reads a page of the filings of each assessment, newest first.
func (s *Service) Of(ctx context.Context, assessments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "assessment_id", assessments, page)
}

// Receipts gives the signed receipt of each filing; nil for one that was not acknowledged, or for which the log has no checkpoint yet.
func (s *Service) Receipts(ctx context.Context, rows []*db.Filing) ([]*string, error) {
	var ids []uuid.UUID
	byID := make(map[uuid.UUID]*db.Filing, len(rows))
	for _, row := range rows {
		if row.State == enum.FilingStateAcknowledged {
			ids, byID[row.ID] = append(ids, row.ID), row
		}
	}
	out := make([]*string, len(rows))
	if len(ids) == 0 {
		return out, nil
	}
	in, found := s.Store.AnyOf("t.id", ids), map[uuid.UUID]bundle.Receipt{}
	const text = `SELECT t.id, COALESCE(a.reference, ''), e.seq, c.size, c.root FROM filings t JOIN assessments a ON a.id = t.assessment_id
		JOIN acts e ON e.subject_id = t.id AND e.type = 'filing.acknowledged'
		JOIN checkpoints c ON c.size = (SELECT MIN(size) FROM checkpoints WHERE size >= e.seq) WHERE `
	err := s.Store.Query(ctx, text+in.SQL, in.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var one bundle.Receipt
		var root []byte
		err := r.Scan(&id, &one.Reference, &one.Seq, &one.Size, &root)
		one.Root, one.Origin = base64.StdEncoding.EncodeToString(root), s.log.Origin()
		found[id] = one
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what receipts say: %w", err)
	}
	for i, row := range rows {
		one, there := found[row.ID]
		if !there {
			continue
		}
		one.Filing, one.Assessment, one.Version, one.ContentHash = row.ID, row.AssessmentID, row.Version, row.ContentHash
		one.Firm, one.Regulator, one.Filed, one.Acknowledged = row.FirmID, row.RegulatorID, row.FiledAt, *row.AnsweredAt
		signed, err := s.log.Sign(one.Text())
		if err != nil {
			return nil, err
		}
		out[i] = &signed
	}
	return out, nil
}
