package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/practice"
)

// practised is an entry of the register of practices: a version of one.
type practised struct {
	*practice.Registered
	firm     *db.Stakeholder // as everybody reads it
	assessed *assessment.Status
	current  *db.Assessment // that is published and not out of date; nil for none
}

var practices = register{
	name: "practices", title: "Practices",
	describes: "What firms do that shapes their customers' experience, from its first trial on, with all versions of what they said of it since.",
	heads:     headsOf(practiceColumns),
	pull:      func(s *Service) pull { return (&practicePull{Service: s}).next },
}

var practiceColumns = []column[practised]{
	{
		head: head{name: "id", dcat: "dct:identifier", means: "The id of this version of the practice, for `node(id:)`"},
		of:   func(p practised, _ links) any { return p.Version.GlobalID().String() },
	},
	{
		head:   head{name: "practice", dcat: "dcat:isVersionOf", means: "The id of the practice"},
		of:     func(p practised, _ links) any { return p.Practice.GlobalID().String() },
		linked: func(p practised, _ links) any { return ref(p.Practice.GlobalID().String()) },
	},
	{
		head: head{name: "url", dcat: "dcat:landingPage", annex: "annex_viii_a13_url", means: "Where the practice is read"},
		of:   func(p practised, l links) any { return l.practice(p.Practice) },
		linked: func(p practised, l links) any {
			return map[string]string{"@id": l.practice(p.Practice)}
		},
	},
	{
		head: head{name: "state", atrs: "atrs_phase", annex: "annex_viii_a7_status", means: "The state of the practice now: TRIAL, ACTIVE, PAUSED or WITHDRAWN"},
		of:   func(p practised, _ links) any { return string(p.Practice.State) },
	},
	{
		head: head{name: "version", dcat: "dcat:version", means: "The number of this version"},
		of:   func(p practised, _ links) any { return p.Version.Number },
	},
	{
		head: head{name: "current", means: "Whether it is the version that holds"},
		of:   func(p practised, _ links) any { return p.Version.Number == p.Practice.Version },
	},
	{
		head: head{name: "title", dcat: "dct:title", atrs: "atrs_name", annex: "annex_viii_a4_trade_name", means: "What it is, in one line"},
		of:   func(p practised, _ links) any { return p.Version.Title },
	},
	{
		head: head{
			name: "description", dcat: "dct:description", atrs: "atrs_description", annex: "annex_viii_a5_intended_purpose",
			means: "What is done, to whom and why, in Markdown",
		},
		of: func(p practised, _ links) any { return word(p.Version.Description) },
	},
	{
		head: head{name: "kind", means: "The kind of practice, such as PRICING"},
		of:   func(p practised, _ links) any { return string(p.Version.Kind) },
	},
	{
		head: head{
			name: "data_categories", dcat: "dcat:keyword", atrs: "atrs_data", annex: "annex_viii_a6_information_used", means: "The data that it uses",
		},
		of: func(p practised, _ links) any { return list(p.Version.DataCategories) },
	},
	{
		head: head{name: "affected_groups", atrs: "atrs_scope", means: "The groups that it affects"},
		of:   func(p practised, _ links) any { return list(p.Version.AffectedGroups) },
	},
	{
		head: head{name: "reason", means: "Why the practice was changed; empty for the first version"},
		of:   func(p practised, _ links) any { return word(p.Version.Reason) },
	},
	{
		head: head{name: "content_hash", means: "Identifies what it says; see [hashes](hashes.md)"},
		of:   func(p practised, _ links) any { return word(p.Version.ContentHash) },
	},
	{
		head:   head{name: "firm", dcat: "dct:publisher", means: "The id of the firm"},
		of:     func(p practised, _ links) any { return firmID(p.Practice.FirmID) },
		linked: func(p practised, _ links) any { return agent(p.Practice.FirmID, p.firm) },
	},
	{
		head: head{name: "firm_name", atrs: "atrs_organisation", annex: "annex_viii_c1_deployer", means: "The firm's name"},
		of:   func(p practised, _ links) any { return named(p.firm) },
	},
	{
		head: head{name: "firm_website", atrs: "atrs_website", means: "The firm's website"},
		of:   func(p practised, _ links) any { return website(p.firm) },
	},
	{
		head: head{name: "jurisdictions", means: "Where the firm acts: codes of ISO 3166, and EU"},
		of:   func(p practised, _ links) any { return list(p.jurisdictions()) },
	},
	{
		head: head{name: "member_states", annex: "annex_viii_a10_member_states", means: "The Member States of the European Union among these"},
		of:   func(p practised, _ links) any { return memberStates(p.jurisdictions()) },
	},
	{
		head: head{name: "sector", means: "The firm's sector: a code of ISIC or NACE"},
		of: func(p practised, _ links) any {
			if p.firm == nil {
				return nil
			}
			return word(p.firm.SectorCode)
		},
	},
	{
		head: head{name: "assessment", atrs: "atrs_impact_assessment_name", means: "The number of its assessment that is published and not out of date; empty if there is none"},
		of: func(p practised, _ links) any {
			if p.current == nil {
				return nil
			}
			return wordOf(p.current.Reference)
		},
	},
	{
		head: head{
			name: "assessment_url", atrs: "atrs_impact_assessment_link", annex: "annex_viii_c4_impact_assessment", means: "Where that is read",
		},
		of: func(p practised, l links) any {
			if p.current == nil {
				return nil
			}
			return l.assessment(p.current.GlobalID())
		},
	},
	{
		head: head{name: "level", means: "The level of impact that its last published assessment found: I, II, III, IV"},
		of: func(p practised, _ links) any {
			if p.assessed == nil {
				return nil
			}
			return wordOf(p.assessed.LastLevel)
		},
	},
	{
		head: head{name: "created_at", dcat: "dct:created", typ: timed, means: "When this version was written"},
		of:   func(p practised, _ links) any { return p.Version.CreatedAt.UTC() },
	},
	{
		head: head{name: "updated_at", dcat: "dct:modified", typ: timed, means: "When the practice was last changed"},
		of:   func(p practised, _ links) any { return p.Practice.UpdatedAt.UTC() },
	},
}

func (p practised) jurisdictions() []string {
	if p.firm == nil {
		return nil
	}
	return p.firm.Jurisdictions
}

// practice is where a practice is read.
func (l links) practice(row *db.Practice) string {
	return l.query(fmt.Sprintf("{practice(id: %q){title description state version}}", row.GlobalID()))
}

// practicePull is one way through the register.
type practicePull struct {
	*Service
	after practice.Place
}

func (p *practicePull) next(ctx context.Context) ([]entry, bool, error) {
	registered, err := p.practices.RegisteredAfter(ctx, p.after)
	if err != nil || len(registered) == 0 {
		return nil, false, err
	}
	var ids, firms []uuid.UUID
	for _, r := range registered {
		ids, firms = append(ids, r.Practice.ID), append(firms, r.Practice.FirmID)
	}
	parties, err := p.parties.Named(ctx, firms)
	if err != nil {
		return nil, false, err
	}
	statuses, err := p.assessments.ReadStatus(ctx, ids)
	if err != nil {
		return nil, false, err
	}
	current, err := p.current(ctx, statuses)
	if err != nil {
		return nil, false, err
	}
	entries := make([]entry, len(registered))
	for i, r := range registered {
		one := practised{Registered: r, firm: parties[r.Practice.FirmID], assessed: statuses[r.Practice.ID]}
		if one.assessed.Current != nil {
			one.current = current[*one.assessed.Current]
		}
		entries[i] = entryOf(practiceColumns, p.links, r.Version.GlobalID().String(), one)
	}
	p.after = registered[len(registered)-1].Place()
	return entries, true, nil
}

// current reads the assessments that are published and not out of date.
func (p *practicePull) current(ctx context.Context, statuses map[uuid.UUID]*assessment.Status) (map[uuid.UUID]*db.Assessment, error) {
	var ids []uuid.UUID
	for _, one := range statuses {
		if one.Current != nil {
			ids = append(ids, *one.Current)
		}
	}
	return p.assessments.ByID(ctx, ids)
}
