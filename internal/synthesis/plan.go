package synthesis

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/content"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	mostSentences   = 100
	longestSentence = 2000
	mostCitations   = 100 // of a sentence
)

// Plan is what is about to be published.
type Plan struct {
	Dialogue  uuid.UUID
	Phase     int // its number, from 1
	Sentences []Sentence
}

// Sentence is a sentence of the facilitator's, with the comments that it cites.
type Sentence struct {
	Text      string
	Citations []uuid.UUID
}

// Check gives the plan normalised, or says which fields are wrong.
func (p Plan) Check() (Plan, error) {
	var f fault.Form
	if f.Count("sentences", len(p.Sentences), 1, mostSentences) {
		for i := range p.Sentences {
			p.Sentences[i].check(&f, fmt.Sprintf("sentences.%d", i))
		}
	}
	return p, f.Err()
}

func (s *Sentence) check(f *fault.Form, at string) {
	s.Text = f.Text(at+".text", s.Text, longestSentence)
	if !f.Count(at+".citations", len(s.Citations), 1, mostCitations) {
		return
	}
	seen := map[uuid.UUID]bool{}
	for i, id := range s.Citations {
		if seen[id] {
			f.Refuse(citation(at, i), enum.UserErrorCodeDuplicate, "this is named twice")
		}
		seen[id] = true
	}
}

// citation is the place of a citation of a sentence.
func citation(at string, i int) string { return fmt.Sprintf("%s.citations.%d", at, i) }

// Hash identifies what is published, as docs/hashes.md has it.
func (p Plan) Hash(number int) string {
	texts := []string{typeid.New("dialogue", p.Dialogue).String(), strconv.Itoa(p.Phase), strconv.Itoa(number), strconv.Itoa(len(p.Sentences))}
	for _, s := range p.Sentences {
		ids := make([]string, len(s.Citations))
		for i, id := range s.Citations {
			ids[i] = typeid.New("comment", id).String()
		}
		texts = append(append(texts, s.Text), content.Listed(ids)...)
	}
	return content.Hash(texts...)
}
