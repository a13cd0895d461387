package assessment

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of assessments.
type Page = store.Page[*db.Assessment]

// Edge is an entry of a page of assessments.
type Edge = store.Edge[*db.Assessment]

// placed is an assessment of its subject, with what it was asked.
type placed struct {
	*db.Assessment
	subject  access.Place
	template *questionnaire.Template
	near     bool // its firm is in a jurisdiction of the actor's party
	compiled *compiled
	hands    *hands
	as       enum.Capacity // in which the actor signs; empty for any

	unaccepted int // risks that are to be accepted and that nobody accepts; known where a consultation is to end, and before publication
	unanswered int // opinions on the present version that nobody has answered; known where a consultation is to end
}

// compiled are answers that were compiled for the template, kept while a use case asks more than once. What they are of tells whether
// they still are those of the row.
type compiled struct {
	given string
	set   *questionnaire.Set
}

// set compiles the answers for the template.
func (p placed) set() (*questionnaire.Set, error) {
	if k := p.compiled; k != nil && k.set != nil && k.given == p.Given {
		return k.set, nil
	}
	set, err := setOf(p.Assessment, p.template)
	if err == nil && p.compiled != nil {
		*p.compiled = compiled{p.Given, set}
	}
	return set, err
}

// nounOf says what the policy needs to know of an assessment of something of these kinds. A published one of a thing that is still
// hidden waits with it.
func nounOf(s *store.Store, kinds []Kind) access.Noun[db.Assessment, placed] {
	return access.Noun[db.Assessment, placed]{
		Resource: policy.Assessment,
		Table:    store.TableOf[db.Assessment](),
		Row:      func(p placed) *db.Assessment { return p.Assessment },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "firm_id"),
			{Fact: policy.Writer, Holds: wrote},
			{Fact: policy.Complete, Holds: complete},
			{
				Fact:  policy.Published, // it has been: everybody was consulted on what it says now
				Holds: func(_ policy.Actor, p placed) bool { return p.OpenedAt != nil && p.ContentHash != nil },
				SQL: func(_ policy.Actor, t string) store.Cond {
					return store.Where(t + ".opened_at IS NOT NULL AND " + t + ".content_hash IS NOT NULL")
				},
			},
			{
				Fact:  policy.Signer,
				Holds: func(a policy.Actor, p placed) bool { return p.hands.appointed(a, p.as) },
				SQL:   func(a policy.Actor, t string) store.Cond { return appointed(a, t+".id") },
			},
			{
				Fact:  policy.Filed,
				Holds: func(_ policy.Actor, p placed) bool { return p.hands.filed },
				SQL:   func(a policy.Actor, t string) store.Cond { return store.Where(filedWith(t+".id"), a.Stakeholder) },
			},
			{Fact: policy.Signed, Holds: func(a policy.Actor, p placed) bool { return p.hands.signedBy(a, p.ContentHash) }},
			{Fact: policy.Conflicted, Holds: func(a policy.Actor, p placed) bool { return p.hands.conflicted(a) }},
			{Fact: policy.ForConsumers, Holds: func(_ policy.Actor, p placed) bool { return p.hands.consume }},
			{
				Fact:  policy.InJurisdiction,
				Holds: func(_ policy.Actor, p placed) bool { return p.near },
				SQL: func(a policy.Actor, t string) store.Cond {
					return access.WithinJurisdiction(s, t+".firm_id", a.Stakeholder)
				},
			},
			access.Around(policy.Shown, func(p placed) access.Place { return p.subject }),
			access.Around(policy.InSight, func(p placed) access.Place { return p.subject }).WithSQL(func(a policy.Actor, t string) store.Cond {
				return access.SubjectVisible(kinds, a, t)
			}),
		},
	}
}

// appointed asks for a column to name an assessment that the actor is appointed to sign.
func appointed(a policy.Actor, column string) store.Cond {
	return store.Where("EXISTS (SELECT 1 FROM signers g WHERE g.assessment_id = "+column+" AND g.state = 'APPOINTED' AND g.party_id = ? AND "+
		"(g.member_id IS NULL OR g.member_id = ?) "+store.EachRow+")", a.Stakeholder, a.Member)
}

// Appointed asks for a column to name an assessment that the actor is appointed to sign.
func (s *Service) Appointed(a policy.Actor, column string) store.Cond { return appointed(a, column) }

// wrote tells whether the actor has a part in what an assessment says: whoever drafted it, answered a question or edited it.
func wrote(a policy.Actor, p placed) bool {
	return a.Member != uuid.Nil && (p.MemberID == a.Member || p.hands.wrote)
}

func complete(_ policy.Actor, p placed) bool {
	if p.template == nil {
		return false
	}
	set, err := p.set()
	return err == nil && len(missing(p.template, set, p.Evidenced)) == 0
}

// Filter says which assessments to list.
type Filter struct {
	State                           []enum.ImpactAssessmentState
	Template                        []uuid.UUID
	TemplateKey, Sector             []string
	Jurisdiction                    []string
	Level                           []enum.ImpactLevel
	Firm, Practice, Subject         *uuid.UUID // who may read an assessment may know of which practice; other subjects it may hide
	Text                            string
	PublishedAfter, PublishedBefore *time.Time
	ChangedSince                    *time.Time
	Order                           enum.ImpactAssessmentOrder
	InRegister                      bool // as everybody may read it who asks for the register
}

var orders = access.Orders[enum.ImpactAssessmentOrder]{
	enum.ImpactAssessmentOrderUpdated: "updated_at", enum.ImpactAssessmentOrderPublished: "published_at",
}

// List reads a page of assessments, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) { s.narrow(n, policy.ActorFrom(ctx), f) })
	if err != nil {
		return nil, err
	}
	access.Sort(&l, orders, f.Order, f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// narrow asks for what a client asks for, of assessments as t.
func (s *Service) narrow(n *store.Narrowing, actor policy.Actor, f Filter) {
	n.And(store.Any("t.state", f.State)).And(access.OfSector(s.Store, "t.firm_id", f.Sector)).
		Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.Store, "t.firm_id", codes) }).
		Is("t.firm_id = ?", f.Firm).Is("t.subject_id = ?", f.Practice).Text(f.Text, "t.title", "t.reference").
		Between("t.published_at", f.PublishedAfter, f.PublishedBefore).Since("t.updated_at", f.ChangedSince)
	if f.Subject != nil {
		n.And(store.Where("t.subject_id = ?", *f.Subject)).And(access.SubjectVisible(s.kinds, actor, "t"))
	}
	if len(f.Template) > 0 {
		n.And(s.Store.AnyOf("t.template_id", f.Template))
	}
	if len(f.TemplateKey) > 0 {
		of := s.Store.AnyText("k.key", f.TemplateKey)
		n.And(store.Where("EXISTS (SELECT 1 FROM templates k WHERE k.id = t.template_id AND "+of.SQL+" "+store.EachRow+")", of.Args...))
	}
	if len(f.Level) > 0 {
		n.And(store.OneOf(levelWord, f.Level))
	}
	if f.InRegister {
		n.And(store.And(store.Where("t.published_at IS NOT NULL"), store.In("t.state", registered), s.Visible(policy.Actor{}, "t")))
	}
}

// registered are the states of what is in the public register: what was published, whatever became of it since.
var registered = []enum.ImpactAssessmentState{
	enum.ImpactAssessmentStatePublished, enum.ImpactAssessmentStateOutdated, enum.ImpactAssessmentStateSuperseded, enum.ImpactAssessmentStateRevoked,
}

// levelWord is the level of an assessment as the schema has it.
const levelWord = "CASE t.level WHEN 1 THEN 'I' WHEN 2 THEN 'II' WHEN 3 THEN 'III' WHEN 4 THEN 'IV' END"

// DueFilter says which assessments to list that are to be made anew.
type DueFilter struct {
	Within       int32 // days
	Firm         *uuid.UUID
	Jurisdiction []string
}

// Due reads a page of assessments that are to be made anew: what is out of date, and what is to be looked at again soon. Those come
// first that were to be looked at first.
func (s *Service) Due(ctx context.Context, f DueFilter, page store.PageArgs) (*Page, error) {
	if f.Within < 0 || f.Within > 366 {
		return nil, fault.InvalidField("withinDays", enum.UserErrorCodeOutOfRange, "give a number from 0 to 366")
	}
	until := s.clock.Now().AddDate(0, 0, int(f.Within))
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Where("(t.state = 'OUTDATED' OR t.state = 'PUBLISHED' AND t.next_review_due_at <= ?)", until)).
			Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.Store, "t.firm_id", codes) }).
			Is("t.firm_id = ?", f.Firm)
	})
	if err != nil {
		return nil, err
	}
	l.ByTime("next_review_due_at", false)
	return store.One(ctx, s.Store, l)
}

// Next reads the assessments that were made anew from others, as far as the actor may read them.
func (s *Service) Next(ctx context.Context, rows []*db.Assessment) ([]*db.Assessment, error) {
	in := s.Store.AnyOf("t.previous_id", idsOf(rows))
	shown := s.Visible(policy.ActorFrom(ctx), "t")
	found := map[uuid.UUID]*db.Assessment{}
	text := "SELECT t." + strings.Join(s.Table.Columns, ", t.") + " FROM assessments t WHERE t.state <> 'WITHDRAWN' AND " + in.SQL + " AND " + shown.SQL
	err := s.store.Query(ctx, text, append(in.Args, shown.Args...), func(r *sql.Rows) error {
		row := new(db.Assessment)
		err := s.Table.Scan(r, row)
		found[*row.PreviousID] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read newer assessments: %w", err)
	}
	out := make([]*db.Assessment, len(rows))
	for i, row := range rows {
		out[i] = found[row.ID]
	}
	return out, nil
}

// Of reads a page of the assessments of each thing, newest first.
func (s *Service) Of(ctx context.Context, subjects []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	return s.Under(ctx, "subject_id", subjects, page)
}

// Can tells what the viewer can do with each assessment.
func (s *Service) Can(ctx context.Context, rows []*db.Assessment) ([][]*policy.Decision, error) {
	all, err := s.around(ctx, rows)
	if err != nil {
		return nil, err
	}
	return s.Frame.Can(ctx, all), nil
}

// around reads what is around assessments, which are visible already. The statements are as many for one as for all.
func (s *Service) around(ctx context.Context, rows []*db.Assessment) ([]placed, error) {
	places, err := s.subjects(ctx, rows)
	if err != nil {
		return nil, err
	}
	templates, err := s.templatesOf(ctx, rows)
	if err != nil {
		return nil, err
	}
	firms := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		firms[i] = row.FirmID
	}
	near, err := s.near(ctx, s.store.Query, firms)
	if err != nil {
		return nil, err
	}
	who, err := s.handsOf(ctx, s.store.Query, rows)
	if err != nil {
		return nil, err
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{
			Assessment: row, subject: places[row.SubjectID], template: templates[row.TemplateID], near: near[row.FirmID], compiled: new(compiled), hands: who[row.ID],
		}
		all[i].subject.Facts.Add(policy.InSight) // the rows are visible already
	}
	return all, nil
}

// subjects reads what assessments are of, as places.
func (s *Service) subjects(ctx context.Context, rows []*db.Assessment) (map[uuid.UUID]access.Place, error) {
	places := map[uuid.UUID]access.Place{}
	for _, k := range s.kinds {
		var ids []uuid.UUID
		for _, row := range rows {
			if row.SubjectType == policy.SubjectType(k.Resource) {
				ids = append(ids, row.SubjectID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		found, err := k.Places(ctx, ids)
		if err != nil {
			return nil, err
		}
		maps.Copy(places, found)
	}
	return places, nil
}

// History reads all that was ever saved as the answer to a question, newest first: also in drafts, which is why it is for the firm and
// for oversight alone. It is empty for everybody else.
func (s *Service) History(ctx context.Context, rows []*db.Assessment, question string) (map[uuid.UUID][]*Answer, error) {
	actor, ids := policy.ActorFrom(ctx), []uuid.UUID{}
	for _, row := range rows {
		if policy.Decide(actor, policy.ReadAnswerHistory, s.Subject(actor, placed{Assessment: row, hands: new(hands)})).Allowed {
			ids = append(ids, row.ID)
		}
	}
	all := make(map[uuid.UUID][]*Answer, len(ids))
	if len(ids) == 0 {
		return all, nil
	}
	in := s.store.AnyOf("assessment_id", ids)
	text := "SELECT " + strings.Join(answers.Columns, ", ") + " FROM answers WHERE " + in.SQL + " AND question = ? ORDER BY assessment_id, revision DESC"
	err := s.store.Query(ctx, text, append(in.Args, question), func(r *sql.Rows) error { return collect(r, all) })
	if err != nil {
		return nil, fmt.Errorf("read the history of an answer: %w", err)
	}
	return all, nil
}
