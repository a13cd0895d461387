package register

import (
	"fmt"
	"slices"
	"strings"
)

// term is a name under which others publish something.
type term struct{ name, part, title string }

// atrs are the names of a record of the United Kingdom's Algorithmic Transparency Recording Standard. They are written with small letters
// and underscores, as its attributes are.
var atrs = []term{
	{"atrs_name", "Tier 1", "Name"},
	{"atrs_description", "Tier 1", "Description"},
	{"atrs_website", "Tier 1", "Website URL"},
	{"atrs_contact_email", "Tier 1", "Contact email"},
	{"atrs_organisation", "Tier 2, owner and responsibility", "Organisation or department"},
	{"atrs_team", "Tier 2, owner and responsibility", "Team"},
	{"atrs_senior_responsible_owner", "Tier 2, owner and responsibility", "Senior responsible owner"},
	{"atrs_external_supplier_involvement", "Tier 2, owner and responsibility", "External supplier involvement"},
	{"atrs_external_supplier", "Tier 2, owner and responsibility", "External supplier"},
	{"atrs_companies_house_number", "Tier 2, owner and responsibility", "Companies House number"},
	{"atrs_external_supplier_role", "Tier 2, owner and responsibility", "External supplier role"},
	{"atrs_procurement_procedure_type", "Tier 2, owner and responsibility", "Procurement procedure type"},
	{"atrs_data_access_terms", "Tier 2, owner and responsibility", "Data access terms"},
	{"atrs_detailed_description", "Tier 2, description and rationale", "Detailed description"},
	{"atrs_scope", "Tier 2, description and rationale", "Scope"},
	{"atrs_benefits", "Tier 2, description and rationale", "Benefits"},
	{"atrs_previous_process", "Tier 2, description and rationale", "Previous process"},
	{"atrs_alternatives_considered", "Tier 2, description and rationale", "Alternatives considered"},
	{"atrs_integration", "Tier 2, deployment context", "Integration into broader operational process"},
	{"atrs_human_review", "Tier 2, deployment context", "Human review"},
	{"atrs_frequency_and_scale_of_usage", "Tier 2, deployment context", "Frequency and scale of usage"},
	{"atrs_required_training", "Tier 2, deployment context", "Required training"},
	{"atrs_appeals_and_review", "Tier 2, deployment context", "Appeals and review"},
	{"atrs_phase", "Tier 2, tool specification", "Phase"},
	{"atrs_system_architecture", "Tier 2, tool specification", "System architecture"},
	{"atrs_maintenance", "Tier 2, tool specification", "Maintenance"},
	{"atrs_models", "Tier 2, tool specification", "Models"},
	{"atrs_model_performance", "Tier 2, tool specification", "Model performance"},
	{"atrs_data", "Tier 2, data specification", "Data description"},
	{"atrs_impact_assessment_name", "Tier 2, risks, mitigations and impact assessments", "Impact assessment name"},
	{"atrs_impact_assessment_description", "Tier 2, risks, mitigations and impact assessments", "Impact assessment description"},
	{"atrs_impact_assessment_date", "Tier 2, risks, mitigations and impact assessments", "Impact assessment date"},
	{"atrs_impact_assessment_link", "Tier 2, risks, mitigations and impact assessments", "Impact assessment link"},
	{"atrs_risks", "Tier 2, risks, mitigations and impact assessments", "Risks and mitigations"},
}

// annex are the items of Annex VIII to the AI Act, Regulation (EU) 2024/1689, sections A and C: what providers and deployers submit.
var annex = []term{
	{"annex_viii_a1_provider", "Section A, 1", "Name, address and contact details of the provider"},
	{"annex_viii_a2_submitter", "Section A, 2", "Who submits on behalf of the provider"},
	{"annex_viii_a3_authorised_representative", "Section A, 3", "Authorised representative"},
	{"annex_viii_a4_trade_name", "Section A, 4", "Trade name, and reference by which the system is identified"},
	{"annex_viii_a5_intended_purpose", "Section A, 5", "Intended purpose"},
	{"annex_viii_a6_information_used", "Section A, 6", "Information used by the system (data, inputs) and operating logic"},
	{"annex_viii_a7_status", "Section A, 7", "Status"},
	{"annex_viii_a8_certificate", "Section A, 8", "Certificate and notified body"},
	{"annex_viii_a9_certificate_copy", "Section A, 9", "Copy of the certificate"},
	{"annex_viii_a10_member_states", "Section A, 10", "Member States"},
	{"annex_viii_a11_declaration_of_conformity", "Section A, 11", "EU declaration of conformity"},
	{"annex_viii_a12_instructions_for_use", "Section A, 12", "Electronic instructions for use"},
	{"annex_viii_a13_url", "Section A, 13", "URL for additional information"},
	{"annex_viii_c1_deployer", "Section C, 1", "Name, address and contact details of the deployer"},
	{"annex_viii_c2_submitter", "Section C, 2", "Who submits on behalf of the deployer"},
	{"annex_viii_c3_entry", "Section C, 3", "URL of the provider's entry in the EU database"},
	{"annex_viii_c4_impact_assessment", "Section C, 4", "Summary of the fundamental rights impact assessment of Article 27"},
	{"annex_viii_c5_data_protection_assessment", "Section C, 5", "Summary of the data protection impact assessment"},
}

// foreign are all names of others, in the order in which they are written.
var foreign = slices.Concat(atrs, annex)

// head says what a field of a register is, under its own name and under those of others. The header of the CSV, the terms of the JSON-LD
// and the table in docs/registers.md come from it.
type head struct {
	name        string
	dcat        string // the term of DCAT 3 that says the same; empty for none
	atrs, annex string // the names of others that it is written under as well; empty for none
	typ         string // of its values in JSON-LD; empty for what JSON says itself
	jsonOnly    bool   // it is too long for a cell
	means       string
}

// The types of values.
const (
	timed  = "xsd:dateTime"
	nested = "@json"
)

// term is the name of a field in JSON-LD.
func (h head) term() string {
	if h.dcat != "" {
		return h.dcat
	}
	return h.name
}

// from gives the field that fills a name of others; -1 for none.
func from(heads []head, t term) int {
	return slices.IndexFunc(heads, func(h head) bool { return h.atrs == t.name || h.annex == t.name })
}

// Mapping is the table of all fields and of the names of others, in Markdown.
func Mapping() string {
	var b strings.Builder
	for _, r := range registers {
		fmt.Fprintf(&b, "### %s\n\n| field | what it is | DCAT | ATRS | Annex VIII |\n|---|---|---|---|---|\n", r.title)
		for _, h := range r.heads {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(h.name), h.means, code(h.dcat), titled(h.atrs), titled(h.annex))
		}
		b.WriteString("\n")
	}
	b.WriteString("### Names of others\n\n| name | where | what it is called there | assessments | practices |\n|---|---|---|---|---|\n")
	for _, t := range foreign {
		fmt.Fprintf(&b, "| %s | %s | %s |", code(t.name), t.part, t.title)
		for _, r := range registers {
			filled := ""
			if i := from(r.heads, t); i >= 0 {
				filled = r.heads[i].name
			}
			fmt.Fprintf(&b, " %s |", code(filled))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func code(name string) string {
	if name == "" {
		return ""
	}
	return "`" + name + "`"
}

// titled is what a name of others is called there.
func titled(name string) string {
	i := slices.IndexFunc(foreign, func(t term) bool { return t.name == name })
	if i < 0 {
		return ""
	}
	if slices.ContainsFunc(annex, func(t term) bool { return t.name == name }) {
		return strings.TrimPrefix(foreign[i].part, "Section ")
	}
	return foreign[i].title
}
