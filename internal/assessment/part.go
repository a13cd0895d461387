package assessment

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/hazard"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Redaction is a part of an assessment that is withheld from all but its firm, its signers and those who oversee it.
type Redaction struct {
	Path   []string `json:"path"` // see below
	Reason string   `json:"reason"`
}

// Paths of redactions are answers, a key and a part; risks, a number and a part; or risks, a number, mitigations and a number.
const (
	partAnswers     = "answers"
	partValue       = "value"
	partNote        = "note"
	partEvidence    = "evidence"
	partRisks       = "risks"
	partMitigations = "mitigations"
)

// riskParts are the parts of a risk that can be withheld, as paths name them.
var riskParts = map[string]enum.RiskPart{
	"title": enum.RiskPartTitle, "description": enum.RiskPartDescription, "acceptance": enum.RiskPartAcceptance,
}

// ofAnswer gives the question and the part that a redaction is of; nothing if it is of no answer.
func (r Redaction) ofAnswer() (question, part string) {
	if len(r.Path) != 3 || r.Path[0] != partAnswers || !slices.Contains([]string{partValue, partNote, partEvidence}, r.Path[2]) {
		return "", ""
	}
	return r.Path[1], r.Path[2]
}

// ofRisk gives the number of the risk that a redaction is of, or of one of whose mitigations it is; 0 if it is of none.
func (r Redaction) ofRisk() (number int, part enum.RiskPart, mitigation int) {
	if len(r.Path) < 3 || r.Path[0] != partRisks {
		return 0, "", 0
	}
	number = numberOf(r.Path[1])
	if len(r.Path) == 3 && riskParts[r.Path[2]] != "" {
		return number, riskParts[r.Path[2]], 0
	}
	if len(r.Path) == 4 && r.Path[2] == partMitigations && numberOf(r.Path[3]) > 0 {
		return number, "", numberOf(r.Path[3])
	}
	return 0, "", 0
}

// numberOf reads a number from 1 as it is written in one way alone; 0 for anything else.
func numberOf(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || strconv.Itoa(n) != text {
		return 0
	}
	return n
}

// parts are what an assessment has that could be withheld.
type parts struct {
	template *questionnaire.Template
	risks    []hazard.Risk
}

func (s *Service) parts(ctx context.Context, tx *db.Tx, id uuid.UUID, t *questionnaire.Template) (parts, error) {
	risks, err := s.risks.In(ctx, tx, id, s.clock.Now())
	return parts{t, risks}, err
}

// unredactable says why a part cannot be withheld; nothing if it can.
func (p parts) unredactable(path []string) (enum.UserErrorCode, string) {
	r := Redaction{Path: path}
	if key, part := r.ofAnswer(); part != "" {
		return p.unredactableAnswer(key, part)
	}
	number, _, mitigation := r.ofRisk()
	if number == 0 {
		return enum.UserErrorCodeInvalid, "there is no such part that can be withheld: name an answer's value, note or evidence, such as answers, the question's key, note; " +
			"a risk's title, description or acceptance, such as risks, its number, title; or a mitigation, such as risks, the risk's number, mitigations, its number"
	}
	i := slices.IndexFunc(p.risks, func(one hazard.Risk) bool { return one.Number == number })
	switch {
	case i < 0:
		return enum.UserErrorCodeNotFound, "the assessment has no risk of this number"
	case mitigation > 0 && !slices.ContainsFunc(p.risks[i].Mitigations, func(m hazard.Mitigation) bool { return m.Number == mitigation }):
		return enum.UserErrorCodeNotFound, "the risk has no mitigation of this number"
	}
	return "", ""
}

func (p parts) unredactableAnswer(key, part string) (enum.UserErrorCode, string) {
	switch {
	case p.template.Question(key) == nil:
		return enum.UserErrorCodeUnknownQuestion, "the template has no such question"
	case part == partValue && p.template.Scores(key):
		return enum.UserErrorCodeInvalid, "this answer scores: the total would tell what it is"
	case part == partValue && p.template.Read(key):
		return enum.UserErrorCodeInvalid, "a condition reads this answer: the form would tell what it is"
	}
	return "", ""
}

// answersWithheld are the parts of answers that are withheld, by their questions.
func answersWithheld(all []Redaction) map[string][]string {
	withheld := map[string][]string{}
	for _, r := range all {
		if key, part := r.ofAnswer(); part != "" {
			withheld[key] = append(withheld[key], part)
		}
	}
	return withheld
}

// evidenceWithheld are the questions whose evidence is withheld.
func evidenceWithheld(all []Redaction) []string {
	var keys []string
	for _, r := range all {
		if key, part := r.ofAnswer(); part == partEvidence {
			keys = append(keys, key)
		}
	}
	return keys
}

// risksWithheld are the parts of risks that are withheld.
func risksWithheld(all []Redaction) hazard.Withheld {
	withheld := hazard.Withheld{}
	for _, r := range all {
		number, part, mitigation := r.ofRisk()
		if number == 0 {
			continue
		}
		if withheld[number] == nil {
			withheld[number] = new(hazard.WithheldRisk)
		}
		if of := withheld[number]; mitigation > 0 {
			of.Mitigations = append(of.Mitigations, mitigation)
		} else {
			of.Parts = append(of.Parts, part)
		}
	}
	for _, of := range withheld {
		slices.Sort(of.Parts) // one order, in which they are compared
	}
	return withheld
}

// part are the words of a document that a redaction is of; none if it has no such part.
func (d *Document) part(r Redaction) []*Sealed {
	if key, part := r.ofAnswer(); part != "" {
		if i := slices.IndexFunc(d.Answers, func(a DocumentAnswer) bool { return a.Question == key }); i >= 0 {
			return d.Answers[i].part(part)
		}
		return nil // it is not answered
	}
	number, part, mitigation := r.ofRisk()
	i := slices.IndexFunc(d.Risks, func(one DocumentRisk) bool { return one.Number == number })
	if number == 0 || i < 0 {
		return nil // it was removed
	}
	if mitigation == 0 {
		return d.Risks[i].part(part)
	}
	j := slices.IndexFunc(d.Risks[i].Mitigations, func(m DocumentMitigation) bool { return m.Number == mitigation })
	if j < 0 {
		return nil
	}
	return d.Risks[i].Mitigations[j].words()
}

// part are the words of a part of an answer.
func (a *DocumentAnswer) part(name string) []*Sealed {
	var all []*Sealed
	switch {
	case name == partValue && a.Sealed != nil:
		all = append(all, a.Sealed)
	case name == partNote && a.Note != nil:
		all = append(all, a.Note)
	case name == partEvidence:
		for i := range a.Evidence {
			all = append(all, &a.Evidence[i])
		}
	}
	return all
}

// part are the words of a part of a risk. Why it was accepted goes on beside the document.
func (r *DocumentRisk) part(part enum.RiskPart) []*Sealed {
	switch {
	case part == enum.RiskPartTitle:
		return []*Sealed{&r.Title}
	case part == enum.RiskPartDescription && r.Description != nil:
		return []*Sealed{r.Description}
	}
	return nil
}

// words are what a mitigation says in words, and until when.
func (m *DocumentMitigation) words() []*Sealed {
	all := []*Sealed{&m.Title}
	for _, one := range []*Sealed{m.Description, m.Due} {
		if one != nil {
			all = append(all, one)
		}
	}
	return all
}

// named is a redaction as the text of its path, which tells it from others.
func (r Redaction) named() string { return strings.Join(r.Path, "\x00") }
