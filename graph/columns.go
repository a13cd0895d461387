package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/internal/store"
)

// A read takes only the columns that are asked for. Fields that are columns say so themselves, in what is generated. The
// rest is here: which columns other fields are made of, and which edges give their rows as they were read. What is not
// here has all columns read.

// needs are the columns of the parent that a field is made of; what it reads besides is its own.
var needs = map[string][]string{
	"Comment.author":     {"author_id"},
	"Comment.id":         {"id"},
	"Comment.parent":     {"parent_id"},
	"Comment.quote":      {"quote_start", "quote_end", "quote_version", "quote_text"},
	"Comment.replies":    {"id"},
	"Comment.subject":    {"subject_type", "subject_id"},
	"Comment.tally":      {"agrees", "disagrees", "passes"},
	"Comment.viewerVote": {"id"},

	"Dialogue.comments":  {"id"},
	"Dialogue.convenor":  {"convenor_id"},
	"Dialogue.id":        {"id"},
	"Dialogue.invited":   {"id"},
	"Dialogue.phase":     {"state"},
	"Dialogue.phases":    {"id"},
	"Dialogue.practices": {"id"},
	"Dialogue.proposals": {"id"},
	"Dialogue.viewerCan": {"id"},

	"Proposal.author":    {"author_id"},
	"Proposal.comments":  {"id"},
	"Proposal.dialogue":  {"dialogue_id"},
	"Proposal.id":        {"id"},
	"Proposal.practices": {"id"},
	"Proposal.versions":  {"id"},

	"ProposalVersion.editor": {"editor_id"},
	"ProposalVersion.id":     {"id"},

	"Practice.assessments": {"id"},
	"Practice.comments":    {"id"},
	"Practice.dialogues":   {"id"},
	"Practice.firm":        {"firm_id"},
	"Practice.id":          {"id"},

	"ImpactAssessment.comments": {"id"},
	"ImpactAssessment.firm":     {"firm_id"},
	"ImpactAssessment.id":       {"id"},
	"ImpactAssessment.practice": {"practice_id"},

	"AcademicInstitution.id": {"id"},
	"Customer.id":            {"id"},
	"Firm.id":                {"id"},
	"Firm.practices":         {"id"},
	"NGO.id":                 {"id"},
	"Regulator.id":           {"id"},
}

// plain are the edges that give rows of one table just as they were read, by the table.
var plain = map[string]string{
	"Query.comment": "comments", "Query.comments": "comments", "Comment.parent": "comments", "Comment.replies": "comments",
	"Dialogue.comments": "comments", "Proposal.comments": "comments", "Practice.comments": "comments", "ImpactAssessment.comments": "comments",

	"Query.dialogue": "dialogues", "Query.dialogues": "dialogues", "Proposal.dialogue": "dialogues", "Practice.dialogues": "dialogues",

	"Query.proposal": "proposals", "Query.proposals": "proposals", "Dialogue.proposals": "proposals",
	"Proposal.versions": "proposal_versions",

	"Query.practice": "practices", "Query.practices": "practices", "Firm.practices": "practices", "ImpactAssessment.practice": "practices",

	"Query.impactAssessment": "assessments", "Query.impactAssessments": "assessments", "Practice.assessments": "assessments",

	"Query.stakeholder": "stakeholders", "Query.stakeholders": "stakeholders", "Comment.author": "stakeholders", "Proposal.author": "stakeholders",
	"Dialogue.convenor": "stakeholders", "Dialogue.invited": "stakeholders", "ProposalVersion.editor": "stakeholders",
}

// wanting lets an edge read the columns that are asked for; nil stands for all.
func wanting(ctx context.Context, edge string, columns []string) context.Context {
	table, ok := plain[edge]
	if !ok || columns == nil {
		return ctx
	}
	return store.Want(ctx, table, columns)
}
