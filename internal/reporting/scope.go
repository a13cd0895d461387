package reporting

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Scope is what a report is over, and for whom: with a place of the log, it says which report it is.
type Scope struct {
	Type       report.Type     `json:"type"`
	Audience   report.Audience `json:"audience"`
	Language   string          `json:"language"`
	Assessment uuid.UUID       `json:"assessment,omitzero"` // of ASSESSMENT and CONSULTATION
	Dialogue   uuid.UUID       `json:"dialogue,omitzero"`   // of CONSULTATION
	From       uuid.UUID       `json:"from,omitzero"`       // of DIFF: versions
	To         uuid.UUID       `json:"to,omitzero"`
	Call       uuid.UUID       `json:"call,omitzero"` // of PORTFOLIO
	Filter     Portfolio       `json:"filter,omitzero"`
	Party      uuid.UUID       `json:"party,omitzero"`  // for whom, of the audience PARTY
	Caller     uuid.UUID       `json:"caller,omitzero"` // the regulator whose own call it is over, for the audience REGULATOR
}

// Portfolio says which assessments a portfolio is over. Its lists are sorted.
type Portfolio struct {
	Firm         uuid.UUID                    `json:"firm,omitzero"`
	Jurisdiction []string                     `json:"jurisdiction,omitempty"`
	Sector       []string                     `json:"sector,omitempty"`
	Template     []uuid.UUID                  `json:"template,omitempty"`
	Level        []enum.ImpactLevel           `json:"level,omitempty"`
	State        []enum.ImpactAssessmentState `json:"state,omitempty"`
}

// IsZero tells whether it keeps all.
func (f Portfolio) IsZero() bool {
	return f.Firm == uuid.Nil && len(f.Jurisdiction)+len(f.Sector)+len(f.Template)+len(f.Level)+len(f.State) == 0
}

// sorted is the same filter as everybody would write it.
func (f Portfolio) sorted() Portfolio {
	f.Jurisdiction, f.Sector, f.Level, f.State = set(f.Jurisdiction), set(f.Sector), set(f.Level), set(f.State)
	f.Template = slices.Clone(f.Template)
	slices.SortFunc(f.Template, func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
	f.Template = slices.Compact(f.Template)
	return f
}

func set[T cmp.Ordered](all []T) []T {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}

// key names the scope: the same for the same.
func (s Scope) key() (string, error) {
	s.Filter = s.Filter.sorted()
	b, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("write the scope of a report: %w", err)
	}
	return string(b), nil
}

// names are the ids that the scope names.
func (s Scope) names() []string {
	all := []string{}
	for _, one := range []struct {
		noun string
		id   uuid.UUID
	}{
		{string(policy.Assessment), s.Assessment},
		{string(policy.Dialogue), s.Dialogue},
		{"assessmentversion", s.From},
		{"assessmentversion", s.To},
		{string(policy.Call), s.Call},
		{string(policy.Stakeholder), s.Filter.Firm},
		{string(policy.Stakeholder), s.Party},
	} {
		if one.id != uuid.Nil {
			all = append(all, typeid.New(one.noun, one.id).String())
		}
	}
	for _, id := range s.Filter.Template {
		all = append(all, typeid.New(string(policy.Template), id).String())
	}
	return all
}

// words are the scope as people read it: the title of the report, and what it is narrowed to.
func (s Scope) words(title string) string {
	parts := []string{title}
	for _, list := range []struct {
		word  string
		texts []string
	}{
		{"jurisdiction", s.Filter.Jurisdiction}, {"sector", s.Filter.Sector}, {"level", words(s.Filter.Level)}, {"state", words(s.Filter.State)},
	} {
		if len(list.texts) > 0 {
			parts = append(parts, label(s.Language, list.word)+" "+strings.Join(list.texts, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

func words[T ~string](all []T) []string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	return texts
}

// label is a word in a language of reports.
func label(language, word string) string {
	if language == "fr" {
		return map[string]string{"jurisdiction": "juridiction", "sector": "secteur", "level": "niveau", "state": "état"}[word]
	}
	return word
}
