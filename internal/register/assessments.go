package register

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// assessed is an entry of the register of assessments.
type assessed struct {
	*assessment.Exported
	row     *db.Assessment      // with its words
	before  *db.Assessment      // the one that it is made anew from; nil for none
	firm    *db.Stakeholder     // as everybody reads it
	version *db.PracticeVersion // that was assessed; nil for another thing than a practice
	phase   *enum.AssessmentPhase
	risks   json.RawMessage
}

var assessments = register{
	name: "assessments", title: "Impact assessments",
	describes: "Impact assessments that were published, with what has become of them since.",
	heads:     headsOf(assessmentColumns),
	pull:      func(s *Service) pull { return (&assessmentPull{Service: s}).next },
}

var assessmentColumns = []column[assessed]{
	{
		head: head{name: "id", dcat: "dct:identifier", means: "The id of the assessment, for `node(id:)`"},
		of:   func(a assessed, _ links) any { return a.GlobalID().String() },
	},
	{
		head: head{name: "reference", means: "Its number, which can be read aloud"},
		of:   func(a assessed, _ links) any { return wordOf(a.Reference) },
	},
	{
		head: head{name: "title", dcat: "dct:title", atrs: "atrs_impact_assessment_name", means: "What it is about, in one line"},
		of:   func(a assessed, _ links) any { return a.row.Title },
	},
	{
		head: head{
			name: "url", dcat: "dcat:distribution", atrs: "atrs_impact_assessment_link", annex: "annex_viii_c4_impact_assessment",
			means: "Where the published document is read",
		},
		of: func(a assessed, l links) any { return l.assessment(a.GlobalID()) },
		linked: func(a assessed, l links) any {
			return map[string]any{
				"@type": "dcat:Distribution", "dcat:accessURL": map[string]string{"@id": l.assessment(a.GlobalID())}, "dcat:mediaType": "application/json",
			}
		},
	},
	{
		head: head{name: "state", means: "PUBLISHED, OUTDATED, SUPERSEDED or REVOKED"},
		of:   func(a assessed, _ links) any { return string(a.row.State) },
	},
	{
		head: head{name: "state_reason", means: "Why it was revoked; empty if it was not"},
		of: func(a assessed, _ links) any {
			if a.row.State != enum.ImpactAssessmentStateRevoked {
				return nil
			}
			return word(a.row.StateReason)
		},
	},
	{
		head: head{name: "level", means: "The level of impact: I, II, III, IV; empty if it found none"},
		of:   func(a assessed, _ links) any { return wordOf(a.LevelWord()) },
	},
	{
		head: head{name: "version", dcat: "dcat:version", means: "The number of the version that was published"},
		of:   func(a assessed, _ links) any { return a.Version },
	},
	{
		head: head{name: "content_hash", means: "Identifies what it says; see [hashes](hashes.md)"},
		of:   func(a assessed, _ links) any { return wordOf(a.ContentHash) },
	},
	{
		head:   head{name: "firm", dcat: "dct:publisher", means: "The id of the firm whose practice or proposal it is"},
		of:     func(a assessed, _ links) any { return firmID(a.FirmID) },
		linked: func(a assessed, _ links) any { return agent(a.FirmID, a.firm) },
	},
	{
		head: head{name: "firm_name", atrs: "atrs_organisation", annex: "annex_viii_c1_deployer", means: "The firm's name"},
		of:   func(a assessed, _ links) any { return named(a.firm) },
	},
	{
		head: head{name: "firm_website", atrs: "atrs_website", annex: "annex_viii_a13_url", means: "The firm's website"},
		of:   func(a assessed, _ links) any { return website(a.firm) },
	},
	{
		head: head{name: "jurisdictions", means: "Where the firm acts: codes of ISO 3166, and EU"},
		of:   func(a assessed, _ links) any { return list(a.Jurisdictions) },
	},
	{
		head: head{name: "member_states", annex: "annex_viii_a10_member_states", means: "The Member States of the European Union among these"},
		of:   func(a assessed, _ links) any { return memberStates(a.Jurisdictions) },
	},
	{
		head: head{name: "sector", means: "The firm's sector: a code of ISIC or NACE"},
		of:   func(a assessed, _ links) any { return word(a.Sector) },
	},
	{
		head: head{name: "subject_type", means: "PRACTICE or PROPOSAL"},
		of:   func(a assessed, _ links) any { return a.SubjectType },
	},
	{
		head: head{name: "subject", means: "The id of what is assessed"},
		of: func(a assessed, _ links) any {
			return typeid.New(string(policy.ResourceOf(a.SubjectType)), a.SubjectID).String()
		},
	},
	{
		head: head{name: "subject_version", means: "The number of the version of it that is assessed"},
		of:   func(a assessed, _ links) any { return a.SubjectVersion },
	},
	{
		head: head{name: "subject_title", atrs: "atrs_name", annex: "annex_viii_a4_trade_name", means: "What that version of the practice is called; empty for a proposal"},
		of: func(a assessed, _ links) any {
			if a.version == nil {
				return nil
			}
			return a.version.Title
		},
	},
	{
		head: head{
			name: "purpose", dcat: "dct:description", atrs: "atrs_description", annex: "annex_viii_a5_intended_purpose",
			means: "What that version of the practice does, to whom and why, in Markdown; empty for a proposal",
		},
		of: func(a assessed, _ links) any {
			if a.version == nil {
				return nil
			}
			return word(a.version.Description)
		},
	},
	{
		head: head{name: "phase", atrs: "atrs_phase", means: "The phase in which it was made: DESIGN or IMPLEMENTATION; empty if the template does not ask"},
		of:   func(a assessed, _ links) any { return wordOf(a.phase) },
	},
	{
		head: head{name: "template", means: "The template that it answers, with its version"},
		of:   func(a assessed, _ links) any { return a.Template },
	},
	{
		head: head{name: "risks", atrs: "atrs_risks", typ: nested, means: "The risks in it, as a list of objects; a title that is withheld is null"},
		of: func(a assessed, _ links) any {
			if a.risks == nil {
				return nil
			}
			return a.risks
		},
	},
	{
		head: head{name: "previous", dcat: "dcat:previousVersion", means: "The id of the assessment that it is made anew from; empty for none"},
		of: func(a assessed, _ links) any {
			if a.before == nil {
				return nil
			}
			return a.before.GlobalID().String()
		},
		linked: func(a assessed, _ links) any { return ref(a.before.GlobalID().String()) },
	},
	{
		head: head{name: "approved_at", typ: timed, means: "When it was approved"},
		of:   func(a assessed, _ links) any { return moment(a.ApprovedAt) },
	},
	{
		head: head{name: "published_at", dcat: "dct:issued", atrs: "atrs_impact_assessment_date", typ: timed, means: "When it was published"},
		of:   func(a assessed, _ links) any { return moment(a.PublishedAt) },
	},
	{
		head: head{name: "updated_at", dcat: "dct:modified", typ: timed, means: "When it was last changed"},
		of:   func(a assessed, _ links) any { return a.UpdatedAt.UTC() },
	},
	{
		head: head{name: "next_review_due_at", typ: timed, means: "By when it is to be looked at again"},
		of:   func(a assessed, _ links) any { return moment(a.NextReviewDueAt) },
	},
	{
		head: head{
			name: "document", typ: nested, jsonOnly: true,
			means: "What was published, byte for byte; what is withheld stands in it as a commitment. In JSON-LD only",
		},
		of: func(a assessed, _ links) any {
			if len(a.Document) == 0 {
				return nil
			}
			return json.RawMessage(a.Document)
		},
	},
}

// assessment is where the published document of an assessment is read.
func (l links) assessment(id typeid.ID) string {
	return l.query(fmt.Sprintf("{impactAssessment(id: %q){published}}", id))
}

// assessmentPull is one way through the register.
type assessmentPull struct {
	*Service
	after uuid.UUID
}

func (p *assessmentPull) next(ctx context.Context) ([]entry, bool, error) {
	exported, err := p.assessments.ExportAfter(ctx, assessment.Filter{InRegister: true}, p.after)
	if err != nil || len(exported) == 0 {
		return nil, false, err
	}
	all, err := p.around(ctx, exported)
	if err != nil {
		return nil, false, err
	}
	entries := make([]entry, len(all))
	for i, a := range all {
		entries[i] = entryOf(assessmentColumns, p.links, a.GlobalID().String(), a)
	}
	p.after = exported[len(exported)-1].ID
	return entries, true, nil
}

// around reads what an entry says beside the document. An assessment that has just been hidden is left out.
func (p *assessmentPull) around(ctx context.Context, exported []*assessment.Exported) ([]assessed, error) {
	var ids, firms []uuid.UUID
	for _, e := range exported {
		ids, firms = append(ids, e.ID), append(firms, e.FirmID)
		if e.PreviousID != nil {
			ids = append(ids, *e.PreviousID)
		}
	}
	rows, err := p.assessments.ByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	parties, err := p.parties.Named(ctx, firms)
	if err != nil {
		return nil, err
	}
	versions, err := p.practices.VersionsAssessed(ctx, ids)
	if err != nil {
		return nil, err
	}
	var all []assessed
	var found []*db.Assessment
	for _, e := range exported {
		a := assessed{Exported: e, row: rows[e.ID], firm: parties[e.FirmID], version: versions[e.ID]}
		if a.row == nil {
			continue
		}
		if e.PreviousID != nil {
			a.before = rows[*e.PreviousID]
		}
		if a.risks, err = risksIn(e.Document); err != nil {
			return nil, fmt.Errorf("read the risks of %s: %w", e.ID, err)
		}
		all, found = append(all, a), append(found, a.row)
	}
	phases, err := p.assessments.PhaseOf(ctx, found)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].phase = phases[i]
	}
	return all, nil
}

// risk is what an entry says of a risk.
type risk struct {
	Number     int             `json:"number"`
	Title      *string         `json:"title"`
	Likelihood int             `json:"likelihood"`
	Severity   int             `json:"severity"`
	Treatment  string          `json:"treatment"`
	Residual   json.RawMessage `json:"residual"`
}

// risksIn are the risks in a document.
func risksIn(document []byte) (json.RawMessage, error) {
	if len(document) == 0 {
		return nil, nil
	}
	var d struct {
		Risks []struct {
			risk
			Title struct{ Words *string } `json:"title"` // none where it is withheld
		}
	}
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, err
	}
	all := make([]risk, len(d.Risks))
	for i, r := range d.Risks {
		all[i] = r.risk
		all[i].Title = r.Title.Words
	}
	return json.Marshal(all)
}

func firmID(id uuid.UUID) string { return typeid.New(string(policy.Stakeholder), id).String() }

// named is the name of a firm: that in the commercial register if it is known.
func named(firm *db.Stakeholder) any {
	switch {
	case firm == nil:
		return nil
	case firm.LegalName != "":
		return string(firm.LegalName)
	default:
		return word(firm.Name)
	}
}

func website(firm *db.Stakeholder) any {
	if firm == nil {
		return nil
	}
	return word(firm.Website)
}

// agent is a firm as JSON-LD has it.
func agent(id uuid.UUID, firm *db.Stakeholder) any {
	all := map[string]any{"@id": namespace + firmID(id), "@type": "foaf:Organization", "foaf:name": named(firm)}
	if site, ok := website(firm).(string); ok {
		all["foaf:homepage"] = map[string]string{"@id": site}
	}
	return all
}
