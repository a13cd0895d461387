package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"
)

// Format names the form of a document and its version.
const Format = "plenary-assessment-template/1"

// Words is a text in several languages, by BCP 47 tag. The document's first language is always there.
type Words map[string]string

// In gives a text in a language, or else in the first one, and the language that it is in.
func (w Words) In(language, first string) (text, in string) {
	if s, ok := w[language]; ok {
		return s, language
	}
	return w[first], first
}

// Type is what a question asks for.
type Type string

// The types of questions.
const (
	Single  Type = "SINGLE"
	Multi   Type = "MULTI"
	Text    Type = "TEXT"
	Number  Type = "NUMBER"
	Boolean Type = "BOOLEAN"
	Date    Type = "DATE"
)

// Types are all of them.
var Types = []Type{Single, Multi, Text, Number, Boolean, Date}

// ScoreType is the total that a question counts in.
type ScoreType string

// The totals.
const (
	Raw        ScoreType = "RAW"
	Mitigation ScoreType = "MITIGATION"
	None       ScoreType = "NONE"
)

// ScoreTypes are all of them.
var ScoreTypes = []ScoreType{Raw, Mitigation, None}

// Principle is a requirement of the Assessment List for Trustworthy AI (ALTAI) of the EU's High-Level Expert Group, 2020.
type Principle string

// Principles are the seven requirements in their order.
var Principles = []Principle{
	"HUMAN_AGENCY_AND_OVERSIGHT", "TECHNICAL_ROBUSTNESS_AND_SAFETY", "PRIVACY_AND_DATA_GOVERNANCE", "TRANSPARENCY",
	"DIVERSITY_NON_DISCRIMINATION_AND_FAIRNESS", "SOCIETAL_AND_ENVIRONMENTAL_WELL_BEING", "ACCOUNTABILITY",
}

// Capacities are those in which a person signs off.
var Capacities = []string{"PEER_REVIEWER", "DATA_SCIENTIST", "DPO", "ETHICS", "LEGAL", "CUSTOMER_REPRESENTATIVE", "APPROVER"}

// Level is the impact level, 1 to 4; 0 stands for none.
type Level uint8

var levelNames = [...]string{"", "I", "II", "III", "IV"}

// String is the Roman numeral; empty for none.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("level %d", uint8(l))
}

// MarshalText writes the Roman numeral.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// LevelOf reads a Roman numeral from I to IV.
func LevelOf(s string) (Level, bool) {
	for l, name := range levelNames {
		if name == s && l > 0 {
			return Level(l), true
		}
	}
	return 0, false
}

// UnmarshalText reads a Roman numeral.
func (l *Level) UnmarshalText(b []byte) error {
	found, ok := LevelOf(string(b))
	if !ok && len(b) > 0 {
		return fmt.Errorf("%q is no level", b)
	}
	*l = found
	return nil
}

// Document is a template as it is written: its questions, what they weigh, and what follows from the level.
type Document struct {
	Format       string       `json:"format"`
	Key          string       `json:"key"`
	Languages    []string     `json:"languages"` // BCP 47; every text is there in the first one
	Title        Words        `json:"title"`
	Description  Words        `json:"description,omitempty"`
	Jurisdiction string       `json:"jurisdiction,omitempty"` // ISO 3166, or EU
	Source       string       `json:"source,omitempty"`
	Licence      string       `json:"licence,omitempty"`
	Phase        *Phase       `json:"phase,omitempty"`
	Rule         Rule         `json:"rule"`
	FollowUp     *FollowUp    `json:"followUp,omitempty"`
	Obligations  []Obligation `json:"obligations,omitempty"`
	SignOffs     []SignOff    `json:"signOffs"`
	Sections     []Section    `json:"sections"`
}

// Phase is the single choice that says in which phase of its subject the assessment is made, with one option for each.
type Phase struct {
	Question       string `json:"question"`
	Design         string `json:"design"`
	Implementation string `json:"implementation"`
}

// Rule is how a level follows from points, in percent.
type Rule struct {
	MitigationShare int64    `json:"mitigationSharePercent"` // of the maximum of mitigation, from which on raw points are deducted
	Deduction       int64    `json:"deductionPercent"`       // of the raw points
	Cuts            [3]int64 `json:"cutPercents"`            // of the raw maximum: level I up to the first, II to the second, III to the third
}

// DefaultRule is that of Canada's Algorithmic Impact Assessment: 40 percent of the mitigation of both phases is 80 percent of the
// half that one phase can reach.
var DefaultRule = Rule{MitigationShare: 40, Deduction: 15, Cuts: [3]int64{25, 50, 75}}

// FollowUp says when the answers to a screening make another assessment due.
type FollowUp struct {
	Template string `json:"template"` // its key
	When     string `json:"when"`     // a condition
}

// Obligation is what a level obliges the firm to.
type Obligation struct {
	Level Level  `json:"level"`
	Key   string `json:"key"`
	Text  Words  `json:"text"`
}

// SignOff is a signature that is needed from a level upwards. A row of a higher level for the same capacities replaces it.
type SignOff struct {
	Level        Level    `json:"level"`
	Capacity     string   `json:"capacity"`
	OrCapacities []string `json:"orCapacities,omitempty"` // any of them will do
	Count        int64    `json:"count"`
}

// DefaultSignOffs are needed where a template says nothing else.
var DefaultSignOffs = []SignOff{
	{Level: 1, Capacity: "APPROVER", Count: 1},
	{Level: 2, Capacity: "PEER_REVIEWER", OrCapacities: []string{"DATA_SCIENTIST"}, Count: 1},
	{Level: 2, Capacity: "CUSTOMER_REPRESENTATIVE", Count: 1},
	{Level: 3, Capacity: "DPO", OrCapacities: []string{"ETHICS"}, Count: 1},
	{Level: 4, Capacity: "PEER_REVIEWER", OrCapacities: []string{"DATA_SCIENTIST"}, Count: 2},
}

// Section is a page of questions.
type Section struct {
	Key       string     `json:"key"`
	Title     Words      `json:"title"`
	Intro     Words      `json:"intro,omitempty"`
	ScoreType ScoreType  `json:"scoreType"`
	VisibleIf string     `json:"visibleIf,omitempty"`
	Panels    []Panel    `json:"panels,omitempty"`
	Questions []Question `json:"questions"`
}

// Panel is a group of questions of a section.
type Panel struct {
	Key       string    `json:"key"`
	Title     Words     `json:"title,omitempty"`
	ScoreType ScoreType `json:"scoreType,omitempty"` // empty for the section's
	VisibleIf string    `json:"visibleIf,omitempty"`
}

// Question is what is asked.
type Question struct {
	Key              string    `json:"key"`
	Panel            string    `json:"panel,omitempty"`
	Type             Type      `json:"type"`
	Title            Words     `json:"title"`
	Help             Words     `json:"help,omitempty"`
	ScoreType        ScoreType `json:"scoreType,omitempty"` // empty for the panel's, or else the section's
	Required         bool      `json:"required,omitempty"`
	EvidenceRequired bool      `json:"evidenceRequired,omitempty"`
	VisibleIf        string    `json:"visibleIf,omitempty"`
	Principle        Principle `json:"principle,omitempty"`
	Options          []Option  `json:"options,omitempty"`       // of SINGLE and MULTI
	WeightIfTrue     int64     `json:"weightIfTrue,omitempty"`  // of BOOLEAN
	WeightIfFalse    int64     `json:"weightIfFalse,omitempty"` // of BOOLEAN
}

// Option is one of the answers to choose from.
type Option struct {
	Value  string `json:"value"`
	Title  Words  `json:"title"`
	Weight int64  `json:"weight,omitempty"`
}

// canonical is the document as RFC 8785 writes it.
func (d *Document) canonical() ([]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write the template: %w", err)
	}
	if b, err = jcs.Transform(b); err != nil {
		return nil, fmt.Errorf("write the template: %w", err)
	}
	return b, nil
}

// Hash is SHA-256 over bytes, in hexadecimal.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
