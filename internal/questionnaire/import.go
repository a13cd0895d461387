package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// Kept is an answer of an import that the template has no place for. It is kept as it came, scores nothing and is listed.
type Kept struct {
	Question string
	Value    Value
	Code     source.Code // UNKNOWN_QUESTION, UNKNOWN_OPTION, WRONG_TYPE and the like
	Why      string      // a sentence
}

// Import sorts answers into those that the template takes and those that are kept apart, in the order of their keys. Of a multiple
// choice only the options that it lacks are kept apart.
func (t *Template) Import(answers Answers) (Answers, []Kept) {
	taken, kept := Answers{}, []Kept(nil)
	for _, key := range sorted(answers) {
		v := t.split(key, answers[key], &kept)
		if len(v.members()) == 0 {
			continue
		}
		checked, faults := t.CheckValue("", key, v)
		if len(faults) > 0 {
			kept = append(kept, Kept{key, v, faults[0].Code, faults[0].Message})
			continue
		}
		taken[key] = checked
	}
	return taken, kept
}

// split keeps apart the options that a multiple choice lacks, and drops those that are named twice.
func (t *Template) split(key string, v Value, kept *[]Kept) Value {
	place, ok := t.at[key]
	if !ok || t.questions[place].doc.Type != Multi {
		return v
	}
	var known, other []string
	for _, o := range v.Choices {
		list := &other
		if _, ok := t.questions[place].values[o]; ok {
			list = &known
		}
		if !slices.Contains(*list, o) {
			*list = append(*list, o)
		}
	}
	if len(other) > 0 {
		*kept = append(*kept, Kept{key, Value{Choices: other}, source.NoSuchOption, "the question has no such option"})
		v.Choices = known
	}
	return v
}

// ImportPlain reads answers as most tools write them, an object of plain values by question: a text, a list of texts, true or false,
// a whole number. What an answer is follows from its question.
func (t *Template) ImportPlain(n *source.Node) (Answers, []Kept) {
	all := Answers{}
	for _, m := range n.Members {
		if m.Kind != source.Null {
			all[m.Name] = t.plain(m.Name, m.Node)
		}
	}
	return t.Import(all)
}

func (t *Template) plain(key string, n *source.Node) Value {
	typ := Text
	if q := t.Question(key); q != nil {
		typ = q.Type
	}
	switch whole, ok := n.Whole(); {
	case ok && typ != Text && typ != Single && typ != Multi:
		return Counted(whole)
	case n.Kind == source.Bool && typ != Single && typ != Multi:
		return True(n.Text == "true")
	case n.Kind == source.List && !slices.ContainsFunc(n.Items, func(i *source.Node) bool { return i.Kind != source.Text }):
		v := Value{Choices: []string{}}
		for _, i := range n.Items {
			v.Choices = append(v.Choices, i.Text)
		}
		return v
	case n.Kind != source.Text:
		return Said(n.String())
	}
	switch typ {
	case Single, Multi:
		return Chosen(n.Text)
	case Date:
		return On(n.Text)
	case Boolean:
		if n.Text == "true" || n.Text == "false" {
			return True(n.Text == "true")
		}
	case Number:
		if v, err := strconv.ParseInt(strings.TrimSpace(n.Text), 10, 64); err == nil {
			return Counted(v)
		}
	}
	return Said(n.Text)
}
