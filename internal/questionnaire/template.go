package questionnaire

import (
	"slices"
	"strings"
)

// Template is a document that is checked and compiled. It never changes and may be used by many at once.
type Template struct {
	doc       Document
	bytes     []byte
	hash      string
	questions []question
	at        map[string]int
	rules     []rule // each different condition once
	pages     []int  // the condition of each section, or none
	options   int    // of all questions together
	weights   []int64
	owner     []int32 // the question of each option
	rawMax    int64
	mitMax    int64
	deciding  map[int][]*step // tests that decide over what scores, by question
	followUp  int             // the condition, or none
	scoring   mask            // options with a weight that counts
	reach     *reaching
}

// none stands for a condition that is not there.
const none = -1

// question is a question as scoring needs it.
type question struct {
	doc     *Question
	section *Section
	panel   *Panel
	hiders  [3]int // the conditions of section, panel and question, or none
	total   ScoreType
	first   int // its options are bits from here on; those of BOOLEAN are false and true
	options int
	max     int64
	values  map[string]int
	read    bool // by a condition
	compare bool // by a condition, and not only whether it is answered
}

// Document is what the template was made of, in its usual form. It is not to be changed.
func (t *Template) Document() *Document { return &t.doc }

// Bytes are the document as RFC 8785 writes it: what is hashed and exported. They are not to be changed.
func (t *Template) Bytes() []byte { return t.bytes }

// Hash is SHA-256 over Bytes, in hexadecimal.
func (t *Template) Hash() string { return t.hash }

// Question is a question by its key; nil when there is none.
func (t *Template) Question(key string) *Question {
	if i, ok := t.at[key]; ok {
		return t.questions[i].doc
	}
	return nil
}

// Section is the section of a question; nil when there is no such question.
func (t *Template) Section(key string) *Section {
	if i, ok := t.at[key]; ok {
		return t.questions[i].section
	}
	return nil
}

// Keys are the keys of the questions in their order.
func (t *Template) Keys() []string {
	keys := make([]string, len(t.questions))
	for i := range t.questions {
		keys[i] = t.questions[i].doc.Key
	}
	return keys
}

// Place is where a question stands, from 0.
func (t *Template) Place(key string) (int, bool) {
	i, ok := t.at[key]
	return i, ok
}

// MaxScore is the most that a question can score, and the total that it counts in.
func (t *Template) MaxScore(key string) (int64, ScoreType) {
	if i, ok := t.at[key]; ok {
		return t.questions[i].max, t.questions[i].total
	}
	return 0, None
}

// Scores tells whether an answer to a question can count in a total.
func (t *Template) Scores(key string) bool {
	most, total := t.MaxScore(key)
	return most > 0 && total != None
}

// Read tells whether a condition asks a question.
func (t *Template) Read(key string) bool {
	i, ok := t.at[key]
	return ok && t.questions[i].read
}

// RawMax is the sum of what the raw questions can score at most, whether they can be visible together or not.
func (t *Template) RawMax() int64 { return t.rawMax }

// MitigationMax is the same sum of the mitigation questions.
func (t *Template) MitigationMax() int64 { return t.mitMax }

// Obligations are what a level obliges to, those of lower levels not included.
func (t *Template) Obligations(l Level) []Obligation {
	var all []Obligation
	for _, o := range t.doc.Obligations {
		if o.Level == l {
			all = append(all, o)
		}
	}
	return all
}

// SignOffs are the signatures that a level needs. Without a level those of level I are needed.
func (t *Template) SignOffs(l Level) []SignOff {
	var needed []SignOff
	for _, s := range t.doc.SignOffs {
		if s.Level > max(l, 1) {
			continue
		}
		same := slices.IndexFunc(needed, func(n SignOff) bool { return n.capacities() == s.capacities() })
		switch {
		case same < 0:
			needed = append(needed, s)
		case needed[same].Level < s.Level:
			needed[same] = s
		}
	}
	return needed
}

// capacities are those that a row takes, in one order.
func (s SignOff) capacities() string {
	all := append([]string{s.Capacity}, s.OrCapacities...)
	slices.Sort(all)
	return strings.Join(all, " ")
}
