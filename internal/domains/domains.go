// Package domains wires the domains: a field and a line for each. What has to be known of all of them is found by what their
// services implement, so that none can be forgotten. It decides nothing.
package domains

import (
	"context"
	"encoding/base64"
	"fmt"
	"reflect"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/amendment"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/assignment"
	"github.com/plenary-dialogue/plenary/internal/authorship"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/call"
	"github.com/plenary-dialogue/plenary/internal/calledfirm"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/commitment"
	"github.com/plenary-dialogue/plenary/internal/consultation"
	"github.com/plenary-dialogue/plenary/internal/contentreport"
	"github.com/plenary-dialogue/plenary/internal/decisionrule"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/file"
	"github.com/plenary-dialogue/plenary/internal/filing"
	"github.com/plenary-dialogue/plenary/internal/framework"
	"github.com/plenary-dialogue/plenary/internal/guideline"
	"github.com/plenary-dialogue/plenary/internal/hiding"
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/importing"
	"github.com/plenary-dialogue/plenary/internal/journey"
	"github.com/plenary-dialogue/plenary/internal/milestone"
	"github.com/plenary-dialogue/plenary/internal/mitigation"
	"github.com/plenary-dialogue/plenary/internal/officialresponse"
	"github.com/plenary-dialogue/plenary/internal/opinion"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/principle"
	"github.com/plenary-dialogue/plenary/internal/privacy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/rating"
	"github.com/plenary-dialogue/plenary/internal/reading"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/internal/risk"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/synthesis"
	"github.com/plenary-dialogue/plenary/internal/template"
	"github.com/plenary-dialogue/plenary/internal/tie"
	"github.com/plenary-dialogue/plenary/internal/touchpoint"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// Domains are the services of a store.
type Domains struct {
	Parties       *party.Service
	Dialogues     *dialogue.Service
	Proposals     *proposal.Service
	Comments      *comment.Service
	Authorships   *authorship.Service
	Amendments    *amendment.Service
	Readings      *reading.Service
	Practices     *practice.Service
	Assessments   *assessment.Service
	Ties          *tie.Service
	Templates     *template.Service
	Files         *file.Service
	Opinions      *opinion.Service
	Assignments   *assignment.Service
	Risks         *risk.Service
	Ratings       *rating.Service
	Mitigations   *mitigation.Service
	Imports       *importing.Service
	Calls         *call.Service
	CalledFirms   *calledfirm.Service
	Filings       *filing.Service
	DecisionRules *decisionrule.Service
	Ballots       *ballot.Service
	Reports       *reporting.Service
	Guidelines    *guideline.Service
	Commitments   *commitment.Service
	Milestones    *milestone.Service
	Frameworks    *framework.Service
	Principles    *principle.Service
	Journeys      *journey.Service
	Touchpoints   *touchpoint.Service
	Webhooks      *webhook.Service
	History       *history.Book
	Log           *actlog.Log
	Privacy       *privacy.Service

	OfficialResponses *officialresponse.Service
	Hidings           *hiding.Service
	ContentReports    *contentreport.Service
	Syntheses         *synthesis.Service
}

// New makes the services and checks that they declare what the policy's rules need.
func New(s *store.Store, l *actlog.Log, c clock.Clock, hooks webhook.Options) (*Domains, error) {
	d := &Domains{Log: l}
	d.Parties = party.New(s, l, c)
	d.Practices = practice.New(s, l, c)
	cabinet := file.NewCabinet(s, c)
	d.Dialogues = dialogue.New(s, l, c, d.Practices, cabinet)
	d.Proposals = proposal.New(s, l, c, d.Dialogues, d.Practices, cabinet)
	d.Authorships = authorship.New(s, l, c, d.Proposals, d.Dialogues)
	moderators := moderation{hiding.NewRegister(s, c), reports{contentreport.NewRegister(s, c)}}
	d.Amendments = amendment.New(s, l, c, d.Proposals, moderators)
	d.OfficialResponses = officialresponse.New(s, l, c, d.Proposals, d.Dialogues, cabinet)
	d.Templates = template.New(s, l, c)
	d.Assessments = assessment.New(s, l, c, d.Templates, cabinet, risk.NewRegister(s, c), filing.NewRegister(l),
		assessment.Kind{Resource: policy.Practice, Assessable: d.Practices},
		assessment.Kind{Resource: policy.Proposal, Assessable: d.Proposals},
	)
	d.Practices.Assess(d.Assessments)
	d.Frameworks = framework.New(s, l, c)
	d.Principles = principle.New(s, d.Frameworks)
	d.Journeys = journey.New(s, l, c, d.Practices)
	d.Touchpoints = touchpoint.New(s, d.Journeys)
	discussed := []comment.Kind{
		{Resource: policy.Dialogue, Commentable: d.Dialogues},
		{Resource: policy.Proposal, Commentable: d.Proposals},
		{Resource: policy.Practice, Commentable: d.Practices},
		{Resource: policy.Assessment, Commentable: d.Assessments},
		{Resource: policy.Framework, Commentable: d.Frameworks},
		{Resource: policy.Principle, Commentable: d.Principles},
		{Resource: policy.Touchpoint, Commentable: d.Touchpoints},
	}
	d.Comments = comment.New(s, l, c, cabinet, moderators, discussed...)
	var where []access.Where
	for _, kind := range discussed {
		where = append(where, kind)
	}
	d.Hidings = hiding.New(s, l, c, map[policy.Resource]hiding.Moderated{
		policy.Comment: d.Comments, policy.Proposal: proposal.Hidden{Service: d.Proposals}, policy.Amendment: d.Amendments,
	}, where...)
	d.ContentReports = contentreport.New(s, l, c, where...)
	d.Readings = reading.New(s, l, d.Dialogues, d.Comments, d.Proposals)
	d.Ties = tie.New(s, l, c, d.Parties, d.Practices)
	d.Risks = risk.New(s, l, c, d.Assessments)
	d.Ratings = rating.New(s, l, c, d.Risks)
	d.Mitigations = mitigation.New(s, l, c, d.Risks)
	d.Opinions = opinion.New(s, l, c, d.Assessments, d.Risks)
	d.Assignments = assignment.New(s, l, c, d.Parties,
		assignment.Kind{Resource: policy.Assessment, Assignable: d.Assessments},
		assignment.Kind{Resource: policy.Mitigation, Assignable: d.Mitigations},
		assignment.Kind{Resource: policy.OfficialResponse, Assignable: d.OfficialResponses},
	)
	d.Imports = importing.New(s, l, c, d.Parties, d.Templates.Intake(l), d.Assessments.Intake(), d.Journeys.Intake(), consultation.Intake(s, l, c, comment.Recount))
	d.Calls = call.New(s, l, c, d.Dialogues, d.Practices, calledfirm.NewRegister(s, c))
	d.CalledFirms = calledfirm.New(s, l, c, d.Calls)
	d.Filings = filing.New(s, l, c, d.Assessments, d.CalledFirms)
	d.DecisionRules = decisionrule.New(s, l, c, d.Dialogues)
	d.Ballots = ballot.New(s, l, c, d.Proposals, d.DecisionRules)
	d.Syntheses = synthesis.New(s, l, c, d.Dialogues)
	d.Proposals.Settle(d.Syntheses)
	d.Dialogues.Settle(d.Comments, d.Ballots, d.Syntheses)
	d.Dialogues.Hold(d.Ballots)
	d.Guidelines = guideline.New(s, l, c, d.Proposals, d.Practices)
	d.Commitments = commitment.New(s, l, c, d.Proposals, d.Practices)
	d.Milestones = milestone.New(s, l, c, d.Commitments, cabinet)
	d.Files = file.New(s, l, c, cabinet,
		file.Kind{Resource: policy.Assessment, Holder: d.Assessments},
		file.Kind{Resource: policy.Dialogue, Holder: file.Open(d.Dialogues)},
		file.Kind{Resource: policy.Proposal, Holder: file.Open(d.Proposals)},
		file.Kind{Resource: policy.Comment, Holder: file.Open(d.Comments)},
		file.Kind{Resource: policy.OfficialResponse, Holder: file.Open(d.OfficialResponses)},
		file.Kind{Resource: policy.Milestone, Holder: file.Open(d.Milestones)},
	)
	d.Proposals.Become(d.Commitments, d.Guidelines)
	d.Proposals.Moderate(moderators, d.Comments, d.Ballots)
	d.Webhooks = webhook.New(s, l, c, d.Dialogues.ByID, hooks)
	var nouns []history.Tracked
	for _, n := range implementing[interface{ Tracked() history.Tracked }](d) {
		nouns = append(nouns, n.Tracked())
	}
	var err error
	if d.History, err = history.New(s, nouns...); err != nil {
		return nil, err
	}
	l.Keep(d.History)
	d.Reports = reporting.New(s, l, c, d.History, covering(l), d.Assessments, d.Dialogues, d.Calls, d.Parties, d.Templates, reporting.Rules{
		ByChamber: comment.Reported, Grade: risk.ReportedGrade, Residual: risk.ReportedResidual, Side: rating.Reported, Status: calledfirm.StatusAt,
	})
	d.Privacy = privacy.New(s, l, c, d.History, d.Parties, implementing[privacy.Holder](d)...)
	if missing := d.missing(); len(missing) > 0 {
		return nil, fmt.Errorf("New in internal/domains makes no service for the fields %v of Domains", missing)
	}

	types := d.Acts()
	l.Declare(types...)
	d.Webhooks.Offer(webhook.CatalogOf(types))
	for _, n := range implementing[interface{ Check() error }](d) {
		if err := n.Check(); err != nil {
			return nil, fmt.Errorf("the policy and the domains do not agree: %w", err)
		}
	}
	return d, nil
}

// moderation is where it is noted what moderators do.
type moderation struct {
	*hiding.Register
	reports
}

// reports keeps apart two embedded types of one name.
type reports struct{ *contentreport.Register }

// covering is how reports ask for checkpoints.
func covering(l *actlog.Log) func(ctx context.Context, seq int64) (*reporting.Checkpoint, error) {
	return func(ctx context.Context, seq int64) (*reporting.Checkpoint, error) {
		c, err := l.Covering(ctx, seq)
		if c == nil || err != nil {
			return nil, err
		}
		origin, _, _ := strings.Cut(c.Note, "\n")
		return &reporting.Checkpoint{Size: c.Size, Origin: origin, Root: base64.StdEncoding.EncodeToString(c.Root[:]), Note: c.Note}, nil
	}
}

// Acts are all types of act that the domains write.
func (d *Domains) Acts() []act.Type {
	var all []act.Type
	for _, w := range implementing[interface{ Declared() []act.Type }](d) {
		all = append(all, w.Declared()...)
	}
	return all
}

// missing are the fields without a service.
func (d *Domains) missing() []string {
	var names []string
	fields := reflect.ValueOf(d).Elem()
	for i := range fields.NumField() {
		if fields.Field(i).IsNil() {
			names = append(names, fields.Type().Field(i).Name)
		}
	}
	return names
}

// implementing gives the services that implement an interface and are there, in the order of the fields.
func implementing[T any](d *Domains) []T {
	var all []T
	fields := reflect.ValueOf(d).Elem()
	for i := range fields.NumField() {
		if service, ok := fields.Field(i).Interface().(T); ok && !fields.Field(i).IsNil() {
			all = append(all, service)
		}
	}
	return all
}
