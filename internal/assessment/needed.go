package assessment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// window is for how long at least everybody is consulted on what has a level from which on that is due.
const (
	window       = 14 * 24 * time.Hour
	longestAsked = 366 * 24 * time.Hour
	windowFrom   = 2 // level II
)

// lacks is what an assessment needs for its next step to publication, and what is refused if the step is taken without it.
func (p placed) lacks(now time.Time) []*fault.Fault {
	switch p.State {
	case enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested:
		set, err := p.set()
		if p.template == nil || err != nil {
			return []*fault.Fault{}
		}
		return missing(p.template, set, p.Evidenced)
	case enum.ImpactAssessmentStateInConsultation:
		return p.consulting(now)
	case enum.ImpactAssessmentStateInReview:
		return p.unsigned()
	case enum.ImpactAssessmentStateApproved:
		return append(p.unseen(), p.accepting()...)
	}
	return []*fault.Fault{}
}

// consulting is what keeps a consultation from being over, and the signers that the review will need.
func (p placed) consulting(now time.Time) []*fault.Fault {
	lacks := []*fault.Fault{}
	if until := p.ConsultationUntil; until != nil && now.Before(*until) {
		lacks = append(lacks, (&fault.Fault{
			Kind: fault.State, Code: enum.UserErrorCodeTooEarly, Field: "consultationUntil",
			Message: "everybody is consulted until " + until.UTC().Format(time.RFC3339),
		}).With(fault.Values{Date: until}))
	}
	if n := p.unanswered; n > 0 {
		lacks = append(lacks, (&fault.Fault{
			Kind: fault.State, Code: enum.UserErrorCodeIncomplete, Field: "opinions",
			Message: fmt.Sprintf("%s: reply to each, or mark it as read", counted(n, "opinion is not answered", "opinions are not answered")),
		}).With(fault.Values{Actual: &n}))
	}
	lacks = append(lacks, p.accepting()...)
	var ready []enum.Capacity
	for _, row := range p.hands.signers {
		if row.State == enum.SignerStateAppointed {
			ready = append(ready, row.Capacity)
		}
	}
	for _, n := range unmet(p.needs(), ready) {
		if slices.ContainsFunc(capacitiesOf(n), unappointed) {
			continue
		}
		lacks = append(lacks, lacksSigners(n, "signers", counted(int(n.Count), "signer is to be appointed", "signers are to be appointed")))
	}
	return lacks
}

// unappointed tells of a capacity whether nobody is appointed in it.
func unappointed(c enum.Capacity) bool {
	return !policy.Capacity(c).Has(policy.Signer)
}

// unsigned are the signatures that are missing.
func (p placed) unsigned() []*fault.Fault {
	lacks := []*fault.Fault{}
	var given []enum.Capacity
	for _, row := range p.hands.current(p.ContentHash) {
		given = append(given, row.Capacity)
	}
	for _, n := range unmet(p.needs(), given) {
		lacks = append(lacks, lacksSigners(n, "signOffs", counted(int(n.Count), "signature is missing", "signatures are missing")))
	}
	return lacks
}

// unseen says that what is assessed is hidden from those for whom the assessment would be published.
func (p placed) unseen() []*fault.Fault {
	if p.subject.Facts.Has(policy.Shown) {
		return []*fault.Fault{}
	}
	return []*fault.Fault{{Kind: fault.State, Code: enum.UserErrorCodeNotShown, Field: "subject", Message: "what it assesses is not public yet"}}
}

// needs are the signatures that the level needs.
func (p placed) needs() []questionnaire.SignOff {
	if p.template == nil {
		return nil
	}
	return p.template.SignOffs(rankOf(p.Assessment))
}

func rankOf(row *db.Assessment) questionnaire.Level {
	if row.Level == nil {
		return 0
	}
	return questionnaire.Level(*row.Level)
}

func capacitiesOf(n questionnaire.SignOff) []enum.Capacity {
	all := []enum.Capacity{enum.Capacity(n.Capacity)}
	for _, c := range n.OrCapacities {
		all = append(all, enum.Capacity(c))
	}
	return all
}

// unmet is what is still needed beside what there is, with the number that is missing. What there is counts for one need: it goes where
// most needs are met.
func unmet(needs []questionnaire.SignOff, there []enum.Capacity) []questionnaire.SignOff {
	takes := func(need, one int) bool { return slices.Contains(capacitiesOf(needs[need]), there[one]) }
	of := make([][]int, len(needs)) // what each need has
	var place func(one int, seen []bool) bool
	place = func(one int, seen []bool) bool {
		for i := range needs {
			if seen[i] || !takes(i, one) {
				continue
			}
			seen[i] = true
			if int64(len(of[i])) < needs[i].Count {
				of[i] = append(of[i], one)
				return true
			}
			for j, other := range of[i] {
				if place(other, seen) {
					of[i][j] = one
					return true
				}
			}
		}
		return false
	}
	for one := range there {
		place(one, make([]bool, len(needs)))
	}
	var missing []questionnaire.SignOff
	for i, n := range needs {
		if n.Count -= int64(len(of[i])); n.Count > 0 {
			missing = append(missing, n)
		}
	}
	return missing
}

func lacksSigners(n questionnaire.SignOff, field, what string) *fault.Fault {
	words := []string{}
	for _, c := range capacitiesOf(n) {
		words = append(words, capacityWord(c))
	}
	count := int(n.Count)
	return (&fault.Fault{
		Kind: fault.State, Code: enum.UserErrorCodeRequired, Field: field, Message: what + ": " + strings.Join(words, " or "),
	}).With(fault.Values{Actual: &count})
}

func capacityWord(c enum.Capacity) string {
	if c == enum.CapacityDpo {
		return "data protection officer"
	}
	return strings.ToLower(strings.ReplaceAll(string(c), "_", " "))
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
