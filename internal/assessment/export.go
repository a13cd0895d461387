package assessment

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Exported is an assessment as one viewer takes it away: nothing in it that the viewer would not read over GraphQL.
type Exported struct {
	*db.Assessment
	Template      string // its reference
	Jurisdictions []string
	Sector        string
	Subject       bool // the viewer may know what is assessed
	Whole         bool // nothing is withheld
	Document      []byte
}

// LevelWord is its level; nil for none.
func (e *Exported) LevelWord() *enum.ImpactLevel {
	if e.Level == nil {
		return nil
	}
	return levelOf(questionnaire.Level(*e.Level))
}

const (
	// mostAtOnce and heaviest bound what one statement of an export reads: whoever reads slowly waits for it between two, and meanwhile
	// it holds neither memory nor a place in the database.
	mostAtOnce = 100
	heaviest   = 2 << 20 // bytes
)

// exported are the columns of an assessment that an export has.
var exported = store.TableOf[db.Assessment]().Without("given", "evidenced", "unplaced", "title", "state_reason")

// errEnough ends a statement that has read enough.
var errEnough = errors.New("enough was read")

// ExportAfter reads the next assessments after an id that the actor may see and that a filter keeps, in the order of their ids; none at
// the end.
func (s *Service) ExportAfter(ctx context.Context, f Filter, after uuid.UUID) ([]*Exported, error) {
	where, err := s.exportable(ctx, f)
	if err != nil {
		return nil, err
	}
	return s.export(ctx, store.And(where, store.Where("t.id > ?", after)))
}

// Step is an assessment that an act of the log may have changed.
type Step struct {
	ID   uuid.UUID
	Seq  int64 // of the act
	Type string
}

// ExportThese reads, of assessments that acts may have changed, those that the actor may see and that a filter keeps. Of the others it
// tells which of these acts took from the actor; see lost.
func (s *Service) ExportThese(ctx context.Context, f Filter, steps []Step) (there map[uuid.UUID]*Exported, gone map[uuid.UUID]bool, err error) {
	where, err := s.exportable(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	if gone, err = s.lost(ctx, f, steps); err != nil { // before the rest: what is hidden meanwhile is in neither, and its act comes later
		return nil, nil, err
	}
	ids := make([]uuid.UUID, len(steps))
	for i, one := range steps {
		ids[i] = one.ID
	}
	there = make(map[uuid.UUID]*Exported, len(ids))
	for after := uuid.Nil; ; {
		rows, err := s.export(ctx, store.And(s.store.AnyOf("t.id", ids), where, store.Where("t.id > ?", after)))
		if err != nil || len(rows) == 0 {
			return there, gone, err
		}
		for _, row := range rows {
			there[row.ID], after = row, row.ID
			delete(gone, row.ID)
		}
	}
}

// Moved tells which assessments an act may have changed, or who sees them: for each of some things that acts are about, the assessments
// of the thing, in the order of their ids.
func (s *Service) Moved(ctx context.Context, things []uuid.UUID) (map[uuid.UUID][]uuid.UUID, error) {
	found := map[uuid.UUID][]uuid.UUID{}
	for _, of := range []string{
		"SELECT t.id, t.id FROM assessments t WHERE t.id", "SELECT t.firm_id, t.id FROM assessments t WHERE t.firm_id",
		"SELECT t.subject_id, t.id FROM assessments t WHERE t.subject_id",
		"SELECT r.id, r.assessment_id FROM risks r WHERE r.id", "SELECT m.id, r.assessment_id FROM mitigations m JOIN risks r ON r.id = m.risk_id WHERE m.id",
		"SELECT g.id, g.assessment_id FROM filings g WHERE g.id",
		"SELECT p.dialogue_id, t.id FROM proposals p JOIN assessments t ON t.subject_id = p.id WHERE p.dialogue_id",
	} {
		column := of[strings.LastIndexByte(of, ' ')+1:]
		in := s.store.AnyOf(column, things)
		err := s.store.Query(ctx, strings.TrimSuffix(of, column)+in.SQL, in.Args, func(r *sql.Rows) error {
			var thing, id uuid.UUID
			err := r.Scan(&thing, &id)
			found[thing] = append(found[thing], id)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("find assessments that may have changed: %w", err)
		}
	}
	for _, ids := range found {
		slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	}
	return found, nil
}

// CheckFilter says what is wrong with a filter.
func (s *Service) CheckFilter(ctx context.Context, f Filter) error {
	_, err := s.exportable(ctx, f)
	return err
}

// exportable asks for assessments as t that the actor may see and that a filter keeps.
func (s *Service) exportable(ctx context.Context, f Filter) (store.Cond, error) {
	actor := policy.ActorFrom(ctx)
	n := s.store.Narrow(s.Visible(actor, "t"))
	s.narrow(n, actor, f)
	return n.All()
}

// lost tells which assessments the actor may have taken before and would not take again because of these acts. That is
//
//   - what the actor sees: its filter may have kept it before;
//   - what would be seen while everybody is consulted, if everybody was until this act: nobody learns of a draft that it is there, of the
//     assessment of a thing that was never shown, or that work goes on in what was taken back;
//   - what the actor was to sign until this act, or what had been filed with it.
func (s *Service) lost(ctx context.Context, f Filter, steps []Step) (map[uuid.UUID]bool, error) {
	actor := policy.ActorFrom(ctx)
	by := make(map[uuid.UUID]Step, len(steps))
	ids := make([]uuid.UUID, len(steps))
	for i, one := range steps {
		by[one.ID], ids[i] = one, one.ID
	}
	n := s.store.Narrow(s.store.AnyOf("t.id", ids)).Is("t.firm_id = ?", f.Firm) // what never changes, so that nobody took what it leaves out
	if len(f.Template) > 0 {
		n.And(s.store.AnyOf("t.template_id", f.Template))
	}
	in, err := n.All()
	if err != nil {
		return nil, err
	}
	visible, once, signed, filed := s.Visible(actor, "t"), s.once(actor), wasSigner(actor), wasFiled(actor)
	found, written := make(map[uuid.UUID]bool, len(ids)), []uuid.UUID{}
	text := "SELECT t.id, CASE WHEN " + visible.SQL + " THEN 1 ELSE 0 END, CASE WHEN t.state = 'DRAFT' AND " + once.SQL + " THEN 1 ELSE 0 END, CASE WHEN " +
		signed.SQL + " THEN 1 ELSE 0 END, CASE WHEN " + filed.SQL + " THEN 1 ELSE 0 END FROM assessments t WHERE t.opened_at IS NOT NULL AND " + in.SQL
	args := slices.Concat(visible.Args, once.Args, signed.Args, filed.Args, in.Args)
	err = s.store.Query(ctx, text, args, func(r *sql.Rows) error {
		var id uuid.UUID
		var visible, once, signed, filed int
		if err := r.Scan(&id, &visible, &once, &signed, &filed); err != nil {
			return err
		}
		switch {
		case visible == 1, signed == 1 && slices.Contains(dismissing, by[id].Type), filed == 1 && by[id].Type == "filing.returned":
			found[id] = true
		case once == 1:
			written = append(written, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("find what is gone: %w", err)
	}
	for _, id := range written {
		was, err := s.wasOpen(ctx, by[id])
		if err != nil {
			return nil, err
		}
		if was {
			found[id] = true
		}
	}
	return found, nil
}

var (
	// dismissing are the acts after which somebody signs no more.
	dismissing = []string{"assessment.signer_dismissed", "assessment.conflict_declared"}
	// opening are those after which everybody sees an assessment, until one of hiding is done.
	opening = "'assessment.consultation_opened', 'assessment.returned'"
	hiding  = "'assessment.recalled', 'assessment.answered', 'assessment.edited', 'assessment.redacted', 'file.attached', 'file.removed', 'risk.added', " +
		"'risk.edited', 'risk.treated', 'risk.removed', 'mitigation.added', 'mitigation.edited', 'mitigation.removed'"
)

// wasOpen tells whether everybody saw an assessment, which is a draft now, until an act.
func (s *Service) wasOpen(ctx context.Context, one Step) (bool, error) {
	const risks = "SELECT id FROM risks WHERE assessment_id = ?"
	text := "SELECT 1 FROM acts h WHERE h.seq < ? AND h.type IN (" + hiding + ") AND (h.subject_id = ? OR h.subject_id IN (" + risks + ") OR h.parent_id IN (" + risks +
		")) AND h.seq > COALESCE((SELECT MAX(o.seq) FROM acts o WHERE o.subject_id = ? AND o.seq < ? AND o.type IN (" + opening + ")), 0) LIMIT 1"
	open := true
	err := s.store.Query(ctx, text, []any{one.Seq, one.ID, one.ID, one.ID, one.ID, one.Seq}, func(*sql.Rows) error { open = false; return nil })
	if err != nil {
		return false, fmt.Errorf("find when an assessment was hidden: %w", err)
	}
	return open, nil
}

// wasSigner asks for an assessment as t that the actor's party was appointed to sign, whether it still is or not.
func wasSigner(actor policy.Actor) store.Cond {
	if actor.Stakeholder == uuid.Nil {
		return store.Never()
	}
	return store.Where("EXISTS (SELECT 1 FROM signers g WHERE g.assessment_id = t.id AND g.party_id = ? "+store.EachRow+")", actor.Stakeholder)
}

// wasFiled asks for an assessment as t that was filed with the actor's party, whether it still has it or not.
func wasFiled(actor policy.Actor) store.Cond {
	if !actor.Has(policy.Regulator) {
		return store.Never()
	}
	return store.Where("EXISTS (SELECT 1 FROM filings g WHERE g.assessment_id = t.id AND g.regulator_id = ? "+store.EachRow+")", actor.Stakeholder)
}

// once asks for an assessment as t that the actor could see while everybody was consulted on it.
func (s *Service) once(actor policy.Actor) store.Cond {
	var then []policy.Clause
	for _, c := range policy.Visible(actor, policy.Assessment) {
		if slices.Contains(c.States, string(enum.ImpactAssessmentStateInConsultation)) {
			then = append(then, policy.Clause{Facts: c.Facts})
		}
	}
	return s.Where(actor, "t", then)
}

// export reads assessments in the order of their ids, as many as one statement may.
func (s *Service) export(ctx context.Context, where store.Cond) ([]*Exported, error) {
	actor := policy.ActorFrom(ctx)
	whole := s.Where(actor, "t", policy.Granting(actor, policy.ReadWholeAssessment))
	subject := access.SubjectVisible(s.kinds, actor, "t")
	// Left joins, and documents in the same walk: so both databases walk the assessments by their ids and end early, and sort no documents.
	text := "SELECT t." + strings.Join(exported.Columns, ", t.") + ", k.reference, f.jurisdictions, f.sector_code, CASE WHEN " + whole.SQL +
		" THEN 1 ELSE 0 END, CASE WHEN t.subject_type = 'PRACTICE' OR " + subject.SQL + " THEN 1 ELSE 0 END, CASE WHEN " + whole.SQL +
		" THEN v.document ELSE v.published END FROM assessments t " +
		"LEFT JOIN templates k ON k.id = t.template_id LEFT JOIN stakeholders f ON f.id = t.firm_id " +
		"LEFT JOIN assessment_versions v ON t.content_hash IS NOT NULL AND v.assessment_id = t.id AND v.number = t.version " +
		"WHERE " + where.SQL + " ORDER BY t.id LIMIT ?"
	args := slices.Concat(whole.Args, subject.Args, whole.Args, where.Args)
	var rows []*Exported
	size := 0
	err := s.store.Query(ctx, text, append(args, mostAtOnce), func(r *sql.Rows) error {
		if size > heaviest {
			return errEnough
		}
		e := &Exported{Assessment: new(db.Assessment)}
		var jurisdictions []byte
		var whole, subject int
		if err := exported.Scan(r, e.Assessment, &e.Template, &jurisdictions, &e.Sector, &whole, &subject, &e.Document); err != nil {
			return err
		}
		rows, size = append(rows, e), size+len(e.Document)
		e.Whole, e.Subject = whole == 1, subject == 1
		if len(jurisdictions) == 0 {
			return nil
		}
		return json.Unmarshal(jurisdictions, &e.Jurisdictions)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("read assessments to export: %w", err)
	}
	return rows, s.suit(ctx, actor, rows)
}

// suit makes the documents what the actor reads of them. What is frozen for everybody is taken as it is.
func (s *Service) suit(ctx context.Context, actor policy.Actor, rows []*Exported) error {
	var drafts, open []*Exported
	for _, e := range rows {
		switch {
		case e.Document == nil:
			if s.readsWhole(actor, placed{Assessment: e.Assessment, hands: new(hands)}) { // the firm, and those who oversee all
				drafts = append(drafts, e)
			}
		case !e.Whole && len(e.Document) == 0:
			open = append(open, e)
		case e.Whole && (e.FirmID != actor.Stakeholder || !actor.SpeaksForParty()):
			e.Document = impersonal(e.Document, e.Subject)
		}
	}
	if err := s.opened(ctx, open); err != nil {
		return err
	}
	return s.composed(ctx, drafts)
}

// opened makes what everybody reads of versions that are not frozen yet, one after the other.
func (s *Service) opened(ctx context.Context, rows []*Exported) error {
	for _, e := range rows {
		var d Document
		found := false
		const text = "SELECT document FROM assessment_versions WHERE assessment_id = ? AND number = ?"
		err := s.store.Query(ctx, text, []any{e.ID, e.Version}, func(r *sql.Rows) error {
			var b []byte
			if err := r.Scan(&b); err != nil {
				return err
			}
			found = true
			return json.Unmarshal(b, &d)
		})
		if err != nil {
			return fmt.Errorf("read the document of %s: %w", e.ID, err)
		}
		if e.Document = nil; !found {
			continue
		}
		if e.Document, err = d.public(); err != nil {
			return err
		}
	}
	return nil
}

// composed writes the documents of drafts as they are now. They have no salts: nothing is committed to yet. Their risks are left out,
// which have rows of their own until everybody is consulted.
func (s *Service) composed(ctx context.Context, drafts []*Exported) error {
	if len(drafts) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(drafts))
	rows := make([]*db.Assessment, len(drafts))
	for i, e := range drafts {
		ids[i], rows[i] = e.ID, e.Assessment
	}
	saved, err := s.answersOf(ctx, ids)
	if err != nil {
		return err
	}
	templates, err := s.templatesOf(ctx, rows)
	if err != nil {
		return err
	}
	heads, err := store.ByID(ctx, s.store, s.Table, ids, store.Always())
	if err != nil {
		return err
	}
	for _, e := range drafts {
		head := heads[e.ID]
		if head == nil || templates[e.TemplateID] == nil {
			continue
		}
		subject := DocumentSubject{Type: e.SubjectType, ID: e.SubjectID.String(), Version: e.SubjectVersion}
		d, err := compose(templates[e.TemplateID], subject, Words{Title: head.Title}, saved[e.ID], nil, nil)
		if err != nil {
			return err
		}
		if d.Redactions, err = redactionsOf(head); err != nil {
			return err
		}
		text, err := canonical(d)
		if err != nil {
			return err
		}
		if e.Document = unsalted(text); !e.Subject {
			e.Document = anonymous(e.Document)
		}
	}
	return nil
}
