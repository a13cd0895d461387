package story_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/auth"
)

// making is a mutation that makes something, and the lists that it joins; %s stands for arguments and selection.
type making struct {
	who   auth.Identity
	input string
	lists []string
}

// makings make something that also joins lists under something else.
func makings(s *scene) map[string][]making {
	firm, customer := persona("firm"), persona("customer")
	dialogue, practice := s.id("What may"), s.id("Prices that follow")
	comment := s.ask(customer, fmt.Sprintf(`{dialogue(id: %q){comments{nodes{id}}}}`, dialogue)).at("dialogue", "comments", "nodes", 0, "id").text()
	assessment := s.ask(firm, fmt.Sprintf(`mutation{draftAssessment(input: {subject: %q, title: "Divided", template: %q}){impactAssessment{id}}}`, practice, s.template("short-form@1"))).
		at("draftAssessment", "impactAssessment", "id").text()
	risk := s.ask(firm, fmt.Sprintf(`mutation{addRisk(input: {assessment: %q, title: "Divided", likelihood: 1, severity: 1, treatment: AVOID}){risk{id}}}`, assessment)).at("addRisk", "risk", "id").text()
	under := func(query string, id string) string { return strings.ReplaceAll(query, "ID", fmt.Sprintf("%q", id)) }
	return map[string][]making{
		"registerStakeholder": {{someone("edgar", "ngo"), `{kind: NGO, name: "Edge Watch"}`, []string{`{stakeholders%s}`}}},
		"conveneDialogue": {{persona("facilitator"), under(`{title: "Edges", phases: [{kind: CONSULTATION, opensAt: "2026-01-01T00:00:00Z"}], practices: [ID]}`, practice), []string{
			`{dialogues%s}`, under(`{practice(id: ID){dialogues%s}}`, practice),
		}}},
		"draftProposal": {{customer, under(`{dialogue: ID, kind: POLICY, title: "Edges", body: "Give them."}`, dialogue), []string{
			`{proposals%s}`, under(`{dialogue(id: ID){proposals%s}}`, dialogue),
		}}},
		"postComment": {
			{customer, under(`{subject: ID, body: "An entry."}`, dialogue), []string{`{comments%s}`, under(`{dialogue(id: ID){comments%s}}`, dialogue)}},
			{customer, under(`{parent: ID, body: "An answer."}`, comment), []string{`{comments%s}`, under(`{comment(id: ID){replies%s}}`, comment)}},
		},
		"proposePractice": {{firm, `{title: "Edges", kind: OTHER}`, []string{
			`{practices%s}`, under(`{stakeholder(id: ID){... on Firm{practices%s}}}`, firm.Stakeholder),
		}}},
		"draftAssessment": {{firm, under(`{subject: ID, title: "Edges", template: "`+s.template("short-form@1")+`"}`, practice), []string{
			`{impactAssessments%s}`, under(`{practice(id: ID){impactAssessments%s}}`, practice),
		}}},
		"createAssignment": {{firm, fmt.Sprintf(`{subject: %q, assignee: %q, dueAt: "2199-01-01T00:00:00Z"}`, assessment, s.ask(firm, "{viewer{member{id}}}").at("viewer", "member", "id").text()), []string{
			`{assignments%s}`, under(`{impactAssessment(id: ID){assignments%s}}`, assessment),
		}}},
		"requestResponse": {{persona("facilitator"), fmt.Sprintf(`{proposal: %q, addressee: %q, dueAt: "2199-01-01T00:00:00Z"}`, s.id("A ceiling"), firm.Stakeholder), []string{
			under(`{proposal(id: ID){responses%s}}`, s.id("A ceiling")),
		}}},
		"addRisk": {{firm, under(`{assessment: ID, title: "Edges", likelihood: 1, severity: 1, treatment: MITIGATE}`, assessment), []string{
			under(`{impactAssessment(id: ID){risks%s}}`, assessment),
		}}},
		"addMitigation":   {{firm, under(`{risk: ID, title: "Edges"}`, risk), []string{under(`{risk(id: ID){mitigations%s}}`, risk)}}},
		"registerWebhook": {{firm, `{url: "https://edges.example/"}`, []string{`{webhooks%s}`}}},
	}
}

// checkEntry: whatever a step makes comes as an entry of the list of all such things, from which a client goes on as from any other.
func (s *teller) checkEntry(one step, mutation string, payload map[string]any) {
	entry, asked := payload["entry"]
	delete(payload, "entry")
	if !asked || one.sections["refused"] != "" || one.sections["error"] != "" {
		return
	}
	id, cursor := data{entry}.at("node", "id").text(), data{entry}.at("cursor").text()
	if id == "" || cursor == "" {
		s.t.Errorf("%s gives no edge of what it made: %v", mutation, payload)
		return
	}
	schema := s.w.Schema.Schema()
	edge := schema.Types[schema.Mutation.Fields.ForName(mutation).Type.Name()].Fields.ForName(entryOf(schema, schema.Mutation.Fields.ForName(mutation)))
	for _, list := range schema.Query.Fields {
		node := strings.TrimSuffix(edge.Type.Name(), "Edge")
		filter := list.Arguments.ForName("filter")
		if list.Type.Name() == node+"Connection" && (filter == nil || filter.Type.Name() == node+"Filter") { // a filter of its own lists some of them

			s.w.goesOn(s.who(one.sections["as"]), "{"+list.Name+"%s}", id, cursor)
		}
	}
}

// entryOf is the field of a payload that has what a mutation makes as an entry of lists; empty for a mutation that makes nothing
// that is listed.
func entryOf(schema *ast.Schema, mutation *ast.FieldDefinition) string {
	if schema.Types[mutation.Arguments[0].Type.Name()].Fields.ForName("id") != nil {
		return ""
	}
	for _, f := range schema.Types[mutation.Type.Name()].Fields {
		if strings.HasSuffix(f.Name, "Edge") {
			return f.Name
		}
	}
	return ""
}

// TestAnEdgeOfAPayloadIsAnEntryOfItsLists: a client that adds the edge to a list goes on from its cursor as from that of the
// entry, whichever list of it is shown. Stories show the same of the lists of everything.
func TestAnEdgeOfAPayloadIsAnEntryOfItsLists(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		for name, all := range makings(s) {
			edge := entryOf(s.Schema.Schema(), s.Schema.Schema().Mutation.Fields.ForName(name))
			for _, m := range all {
				made := s.ask(m.who, fmt.Sprintf(`mutation{%s(input: %s){%s{cursor node{id}} userErrors{code message}}}`, name, m.input, edge)).at(name)
				id, cursor := made.at(edge, "node", "id").text(), made.at(edge, "cursor").text()
				if id == "" || cursor == "" {
					t.Fatalf("%s gives %v, want an edge", name, made.v)
				}
				for _, list := range m.lists {
					s.goesOn(m.who, list, id, cursor)
				}
			}
		}
	})
}

// goesOn reads a list before and after a cursor that stands for an entry of it.
func (w *world) goesOn(who auth.Identity, list, id, cursor string) {
	w.t.Helper()
	read := func(args string) []string {
		return connectionIn(w.ask(who, fmt.Sprintf(list, "("+args+"){nodes{id} pageInfo{hasNextPage}}"))).at("nodes").texts("id")
	}
	all := read("first: 100")
	at := slices.Index(all, id)
	if at < 0 || len(all) == 100 {
		w.t.Fatalf("%s lists %v, want what was made among fewer than 100: %s", list, all, id)
	}
	if diff := cmp.Diff(all[at+1:], read(fmt.Sprintf("first: 100, after: %q", cursor))); diff != "" {
		w.t.Errorf("%s after the edge's cursor (-want +got):\n%s", list, diff)
	}
	if diff := cmp.Diff(all[:at], read(fmt.Sprintf("last: 100, before: %q", cursor))); diff != "" {
		w.t.Errorf("%s before the edge's cursor (-want +got):\n%s", list, diff)
	}
}

// TestTheEdgeOfAPayloadIsForItsViewerAndItsLists: its cursor is sealed as those of lists are.
func TestTheEdgeOfAPayloadIsForItsViewerAndItsLists(t *testing.T) { // A71
	onScene(t, func(t *testing.T, s *scene) {
		dialogue, customer := s.id("What may"), persona("customer")
		made := s.ask(customer, fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "An entry."}){commentEdge{cursor}}}`, dialogue))
		cursor := made.at("postComment", "commentEdge", "cursor").text()
		for _, row := range []struct {
			rule, query, want string
			who               auth.Identity
		}{
			{"in an order that moves", `{dialogue(id: %[2]q){comments(after: %[1]q, order: AGREEMENT){nodes{id}}}}`, "BAD_USER_INPUT", customer},
			{"in a list of another noun", `{proposals(after: %[1]q){nodes{id}}}`, "BAD_USER_INPUT", customer},
			{"in the log", `{acts(after: %[1]q){nodes{id}}}`, "BAD_USER_INPUT", customer},
			{"of another viewer", `{comments(after: %[1]q){nodes{id}}}`, "CURSOR_MISMATCH", persona("ngo")},
			{"of a member, for a visitor", `{comments(last: 1, before: %[1]q){nodes{id}}}`, "CURSOR_MISMATCH", visitor},
			{"in either order of creation", `{dialogue(id: %[2]q){comments(after: %[1]q, order: NEWEST){nodes{id}}}}`, "", customer},
		} {
			if a := s.send(row.who, fmt.Sprintf(row.query+"#%[2]s", cursor, dialogue)); a.code() != row.want {
				t.Errorf("%s: %s, want %s", row.rule, a.text, row.want)
			}
		}
	})
}

// connectionIn finds the only connection in an answer.
func connectionIn(d data) data {
	for d.at("nodes").isNull() {
		fields, _ := d.v.(map[string]any)
		if len(fields) != 1 {
			return d
		}
		for name := range fields {
			d = d.at(name)
		}
	}
	return d
}
