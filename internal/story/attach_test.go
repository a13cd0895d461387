package story_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// reads compares who gets the bytes of a file: the others find nothing.
func (w *world) reads(what, file string, want map[string]bool) {
	w.t.Helper()
	for name, may := range want {
		token, status := "", http.StatusNotFound
		if name != "visitor" {
			token = w.token(viewer(name))
		}
		if may {
			status = http.StatusOK
		}
		if got, _, text := w.fetch("/files/"+file, token); got != status || may && text == "" {
			w.t.Errorf("%s: %s got %d, want %d", what, name, got, status)
		}
	}
}

// TestFilesAreSeenWithWhatTheyAreOf: a brief, a version of a proposal, a comment and an official response have files, which those read who may
// read the thing, as long as they may.
func TestFilesAreSeenWithWhatTheyAreOf(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		regulator, facilitator, firm, ngo := persona("regulator"), persona("facilitator"), persona("firm"), persona("ngo")
		id := func(name string) string { return typeid.New("stakeholder", stakeholder(name)).String() }
		everybody := func(convenor, author, invited, others bool) map[string]bool {
			return map[string]bool{"regulator": convenor, "firm": author, "ngo": invited, "firm2": others, "visitor": others, "auditor": true}
		}
		brief := w.sends(regulator, "brief.txt", "What is asked.")
		d := w.did(regulator, "conveneDialogue", `title: "Closed", visibility: INVITED, invite: [%q, %q], files: [%q],
			phases: [{kind: CONSULTATION, opensAt: "2026-03-02T11:00:00Z", mayComment: true, mayPropose: true}]`, "dialogue{id files{name sha256}}", id("firm"), id("ngo"), brief)
		dialogue := d.at("dialogue", "id").text()
		if d.at("dialogue", "files", 0, "name").text() != "brief.txt" {
			t.Errorf("the brief has the files %v", d.at("dialogue", "files").v)
		}
		w.reads("a draft's brief", brief, everybody(true, false, false, false))
		w.did(regulator, "openDialogue", "id: %q", "dialogue{id}", dialogue)
		w.reads("the brief", brief, everybody(true, true, true, false))

		plan := w.sends(firm, "plan.txt", "How we do it.")
		p := w.did(firm, "draftProposal", `dialogue: %q, kind: POLICY, title: "Files", body: "Words.", files: [%q]`, "proposal{id}", dialogue, plan).at("proposal", "id").text()
		w.reads("a draft", plan, map[string]bool{"regulator": false, "firm": true, "ngo": false, "firm2": false, "visitor": false, "auditor": true})
		for _, step := range []struct {
			who      auth.Identity
			mutation string
		}{{firm, "submitProposal"}, {facilitator, "takeUpProposal"}, {facilitator, "openProposal"}} {
			w.did(step.who, step.mutation, "id: %q", "proposal{id}", p)
		}
		w.reads("a proposal", plan, everybody(true, true, true, false))

		said := w.sends(ngo, "said.txt", "What we saw.")
		c := w.did(ngo, "postComment", `subject: %q, body: "See the file.", files: [%q]`, "comment{id files{sha256}}", p, said).at("comment", "id").text()
		w.reads("a comment", said, everybody(true, true, true, false))

		letter := w.sends(firm, "letter.txt", "Our letter.")
		r := w.did(facilitator, "requestResponse", `proposal: %q, addressee: %q, dueAt: "2026-04-01T12:00:00Z"`, "officialResponse{id}", p, id("firm")).at("officialResponse", "id").text()
		w.did(firm, "respondToProposal", `id: %q, text: "Yes.", files: [%q]`, "officialResponse{files{name}}", r, letter)
		w.reads("an official response", letter, everybody(true, true, true, false))

		w.did(facilitator, "hideComment", `id: %q, reason: "It names a private person."`, "comment{id}", c)
		w.reads("a hidden comment", said, map[string]bool{"regulator": false, "facilitator": true, "firm": false, "ngo": true, "firm2": false, "visitor": false, "auditor": true})
	})
}

// TestFilesAreRefused: files are one's own, attached once, named once, and at most ten.
func TestFilesAreRefused(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		firm, ngo := persona("firm"), persona("ngo")
		dialogue := w.ask(visitor, `{dialogues(filter: {text: "price know"}){nodes{id}}}`).at("dialogues", "nodes", 0, "id").text()
		post := func(who auth.Identity, files ...string) answer {
			return w.send(who, `mutation($d: ID!, $f: [ID!]){postComment(input: {subject: $d, body: "Files.", files: $f}){comment{id} userErrors{code field message values{limit actual}}}}`, "d", dialogue, "f", files)
		}
		var eleven []string
		for i := range 11 {
			eleven = append(eleven, w.sends(firm, fmt.Sprintf("%d.txt", i), fmt.Sprint("Words ", i)))
		}
		of := w.sends(ngo, "ngo.txt", "Ours.")
		for rule, c := range map[string]struct {
			files       []string
			code, field string
		}{
			"ten are enough":             {eleven, "LIMIT_REACHED", "files"},
			"none is another party's":    {[]string{eleven[0], of}, "NOT_FOUND", "files.1"},
			"each is named once":         {[]string{eleven[0], eleven[0]}, "DUPLICATE", "files.1"},
			"what is no file is missing": {[]string{dialogue}, "NOT_FOUND", "files.0"},
		} {
			a := post(firm, c.files...)
			e := data{userErrors(a.data.v)}.at(0)
			if a.code() != c.code || e.path() != c.field {
				t.Errorf("%s: %s", rule, a.text)
			}
		}
		if a := post(firm, eleven[:10]...); a.code() != "" {
			t.Errorf("ten files: %s", a.text)
		}
		if a := post(firm, eleven[0]); a.code() != "STATE" {
			t.Errorf("a file that is attached: %s", a.text)
		}
	})
}

// TestTheFilesOfAProposalAreInItsHash: another file makes another version with another hash, and what was removed is the author's alone.
func TestTheFilesOfAProposalAreInItsHash(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		firm := persona("firm")
		dialogue := w.ask(visitor, `{dialogues(filter: {text: "price know"}){nodes{id}}}`).at("dialogues", "nodes", 0, "id").text()
		const get = "proposal{id revision version contentHash files{id}}"
		at := w.did(firm, "draftProposal", `dialogue: %q, kind: POLICY, title: "Files", body: "Words."`, get, dialogue).at("proposal")
		id, plain := at.at("id").text(), at.at("contentHash").text()
		w.did(firm, "submitProposal", "id: %q", "proposal{id}", id)
		w.did(persona("facilitator"), "takeUpProposal", "id: %q", "proposal{id}", id)
		at = w.did(persona("facilitator"), "openProposal", "id: %q", get, id).at("proposal")
		file := w.sends(firm, "plan.txt", "How.")
		edit := func(files string) data {
			return w.did(firm, "editProposal", `id: %q, reason: "R.", expectedRevision: %d, files: [%s]`, get, id, at.at("revision").number(), files).at("proposal")
		}
		at = edit(fmt.Sprintf("%q", file))
		if at.at("version").number() != 2 || at.at("contentHash").text() == plain || len(at.at("files").list()) != 1 {
			t.Errorf("with a file it is %v", at.v)
		}
		w.reads("the present version", file, map[string]bool{"visitor": true, "firm": true})
		at = edit("")
		if at.at("version").number() != 3 || at.at("contentHash").text() != plain || len(at.at("files").list()) != 0 {
			t.Errorf("without it again it is %v", at.v)
		}
		w.reads("a version before", file, map[string]bool{"visitor": false, "firm": true, "auditor": true})
	})
}

// TestFilesOfACommentGoWithItsAuthor: when a customer is erased, the files of what it said are gone.
func TestFilesOfACommentGoWithItsAuthor(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		c := w.leaver()
		dialogue := w.ask(visitor, `{dialogues(filter: {text: "price know"}){nodes{id}}}`).at("dialogues", "nodes", 0, "id").text()
		file := w.sends(c.Identity, "words.txt", "Words of "+c.word)
		w.did(c.Identity, "postComment", `subject: %q, body: "See the file.", files: [%q]`, "comment{id}", dialogue, file)
		w.reads("a comment", file, map[string]bool{"visitor": true})
		if _, _, zip := w.fetch("/me/data.zip", w.token(c.Identity)); !strings.Contains(zip, "files.csv") {
			t.Error("the copy of the data lists no files")
		}
		w.ask(c.Identity, `mutation($id: ID!){eraseMember(input: {id: $id, confirm: "ERASE"}){userErrors{code message}}}`, "id", c.member)
		w.reads("after the erasure", file, map[string]bool{"visitor": false, "auditor": false, "firm": false})
		if found := w.rows(c.word); len(found) > 0 {
			t.Errorf("words of the file stay in %v", found)
		}
	})
}
