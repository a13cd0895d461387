package proposal

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/fault"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestAnEdit(t *testing.T) {
	for _, row := range []struct {
		name               string
		state, next        enum.ProposalState
		submitted, version bool
	}{
		{"a draft is edited in place", "DRAFT", "DRAFT", false, false},
		{"a submitted proposal gets a new version", "SUBMITTED", "SUBMITTED", true, true},
		{"a returned proposal becomes a draft with a new version", "RETURNED", "DRAFT", true, true},
		{"a draft that was handed in before gets a new version", "DRAFT", "DRAFT", true, true},
		{"an open proposal gets a new version and stays open", "OPEN", "OPEN", true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			if next, version := Edit(row.state, row.submitted); next != row.next || version != row.version {
				t.Errorf("Edit(%s) = %s, %t, want %s, %t", row.state, next, version, row.next, row.version)
			}
		})
	}
}

// The hash was computed with another program, as docs/hashes.md describes it.
func TestTheHashOfWordsIsTheDocumentedOne(t *testing.T) {
	w := Words{Kind: "GUIDELINE", Language: "en", Title: "A", Summary: "", Body: "Ä"}
	const want = "5f40cf56f6dde1e3eb73394573aacd8af4f8bed57e72d19b7ce54a325108e94b"
	if got := w.Hash(); got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

func TestFilesAreInTheHash(t *testing.T) {
	hashes := map[string]bool{}
	for _, files := range [][]string{nil, {"aa"}, {"bb"}, {"aa", "bb"}, {"aabb"}} {
		w := Words{Kind: "GUIDELINE", Language: "en", Title: "A", Body: "B", Files: files}
		hashes[w.Hash()] = true
	}
	if len(hashes) != 5 {
		t.Errorf("5 sets of files have %d hashes", len(hashes))
	}
}

func TestWordsCannotSlideBetweenFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 20, -1)
		a := Words{Kind: "GUIDELINE", Language: "en", Title: text.Draw(t, "title"), Summary: text.Draw(t, "summary"), Body: text.Draw(t, "body")}
		b := a
		b.Title, b.Summary = a.Title+a.Summary, ""
		if a.Hash() == b.Hash() {
			t.Fatalf("%q and %q have one hash", a, b)
		}
	})
}

func TestWordsAreChecked(t *testing.T) {
	for _, row := range []struct {
		name, field string
		change      func(*Words)
	}{
		{"a title is wanted", "title", func(w *Words) { w.Title = "" }},
		{"a title has at most 200 characters", "title", func(w *Words) { w.Title = strings.Repeat("ä", 201) }},
		{"a body is wanted", "body", func(w *Words) { w.Body = " \n" }},
		{"a body has at most 50,000 characters", "body", func(w *Words) { w.Body = strings.Repeat("x", 50_001) }},
		{"a language is a tag", "language", func(w *Words) { w.Language = "english!" }},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := Words{Kind: "POLICY", Title: "T", Body: "B"}
			row.change(&w)
			if _, err := w.Check(); fault.Of(err) == nil || fault.Of(err).Field != row.field {
				t.Errorf("Check = %v, want a fault of %s", err, row.field)
			}
		})
	}
}
