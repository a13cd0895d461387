package survey

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/csvscan"
	"github.com/plenary-dialogue/plenary/internal/measure"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

const (
	suggestHead = 256 << 10
	suggestRows = 1000
)

// Suggest makes a mapping from the begin of a file, for a person to complete: source and touchpoints stay empty, because a file does not tell
// them. It holds names of columns and no cell. The notes say what was guessed and what is missing. It is nil after a fault.
func Suggest(file io.Reader, faults *source.Faults) (*Mapping, []string) {
	in := bufio.NewReaderSize(file, suggestHead)
	head, _ := in.Peek(suggestHead)
	m := &Mapping{Format: formatOf(head)}
	c := newCounted(m, Options{Now: time.Unix(0, 0)}, faults)
	var rows rowReader
	var names, questions []string
	var texts []bool
	if m.Format == Delighted || m.Format == JSONL {
		rows, names = newLines(in, m, c), members(head)
	} else {
		rows = newSheet(in, m, c)
	}
	if before := faults.Count; !rows.header() || faults.Count > before {
		return nil, nil
	}
	if s, ok := rows.(*sheet); ok {
		names, questions, texts = s.names, s.questions, s.texts
	}
	if counts := slices.Contains(names, "touchpoint") && slices.Contains(names, "value"); counts {
		return m, []string{"This is a file of counts under our names: only the name of its source is missing."}
	}
	for i, text := range texts {
		if text {
			names[i] = "" // passed over
		}
	}
	columns := sampled(rows, names, questions)
	if own := rows.form().month; !slices.Contains(names, own) {
		if i := slices.IndexFunc(columns, func(s *sample) bool { return s.n > 0 && s.times }); i >= 0 {
			m.Month = columns[i].name
			columns = slices.Delete(columns, i, i+1)
		}
	}
	return m.guessed(columns)
}

// formatOf looks at the first bytes.
func formatOf(head []byte) Format {
	text := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
	if bytes.HasPrefix(text, []byte("{")) {
		if names := members(head); slices.Contains(names, "survey_type") && slices.Contains(names, "score") {
			return Delighted
		}
		return JSONL
	}
	r := csvscan.New(bytes.NewReader(head))
	if !r.Next() {
		return CSV
	}
	first, only := string(r.Cell(0)), r.Cells()
	var all []string
	for i := range only {
		all = append(all, string(r.Cell(i)))
	}
	switch {
	case slices.Contains(all, "ResponseId") && slices.Contains(all, "RecordedDate"):
		return Qualtrics
	case first == "Respondent ID":
		return SurveyMonkey
	case r.Next() && first != "" && isGoogle(r.Cell(0)):
		return GoogleForms
	}
	return CSV
}

func isGoogle(text []byte) bool {
	_, err := google(text)
	return err == nil
}

// members are the names on the first line of a file of JSON.
func members(head []byte) []string {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte{'\n'})
	var of map[string]any
	if json.Unmarshal(line, &of) != nil {
		return nil
	}
	return flat("", of)
}

func flat(path string, of map[string]any) (names []string) {
	for name, v := range of {
		switch v := v.(type) {
		case map[string]any:
			names = append(names, flat(path+name+".", v)...)
		case []any:
		default:
			names = append(names, path+name)
		}
	}
	slices.Sort(names)
	return names
}

// sample is what the first rows of a column tell: nothing of their texts.
type sample struct {
	name, question string
	column         int
	n, least, most int
	numbers, short bool
	times          bool
	distinct       map[string]bool
}

func sampled(rows rowReader, names, questions []string) []*sample {
	var all []*sample
	for i, name := range names {
		if name == "" || personal(name, true) || fixed(name) || strings.HasSuffix(name, "_NPS_GROUP") || slices.Index(names, name) != i || slices.Contains(names[i+1:], name) {
			continue
		}
		s := &sample{name: name, question: name, column: rows.column(name, true), numbers: true, short: true, times: true, distinct: map[string]bool{}}
		if i < len(questions) {
			s.question = questions[i]
		}
		if slices.Contains(names, name+"_NPS_GROUP") {
			s.question = "recommend"
		}
		all = append(all, s)
	}
	for n := 0; n < suggestRows && rows.next(); n++ {
		for _, s := range all {
			s.see(bytes.TrimSpace(rows.cell(s.column)), rows.form().read)
		}
	}
	return all
}

// fixed tells whether a format brings a column by itself.
func fixed(name string) bool {
	for _, f := range forms {
		if name == f.month || name == f.status || name == f.finished {
			return true
		}
	}
	return slices.Contains([]string{
		"StartDate", "EndDate", "Progress", "Duration (in seconds)", "DistributionChannel", "UserLanguage", "Start Date", "survey_type", "updated_at",
	}, name)
}

func (s *sample) see(text []byte, read func([]byte) (moment, error)) {
	if len(text) == 0 {
		return
	}
	v, err := canonical(text)
	if s.n == 0 {
		s.least, s.most = v, v
	}
	s.n++
	s.numbers = s.numbers && err == nil
	if s.times {
		_, wrong := read(text)
		s.times = wrong == nil
	}
	s.least, s.most = min(s.least, v), max(s.most, v)
	s.short = s.short && utf8.RuneCount(text) <= MostCohortText && !bytes.ContainsRune(text, '@')
	if len(s.distinct) <= MostCohorts {
		s.distinct[string(text)] = true
	}
}

// isAnswers tells whether a column looks like answers on one of our scales.
func (s *sample) isAnswers() bool { return s.n > 0 && s.numbers && s.least >= 0 && s.most <= 10 }

// isGroup tells whether it looks like a cohort key: few short texts, each of which comes again and again.
func (s *sample) isGroup() bool {
	return s.n > 0 && !s.numbers && s.short && len(s.distinct) >= 2 && len(s.distinct) <= MostCohorts && len(s.distinct)*3 <= s.n
}

// instrument guesses how the answers were asked for.
func (s *sample) instrument() measure.Instrument {
	about := strings.ToLower(s.question)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(about, w) })
	}
	switch {
	case has("recommend") || s.name == "score" || s.most > 7 || s.least < 1:
		return measure.NPS
	case has("trust"):
		return measure.Trust
	case has("easy", "easily", "effort") || s.most > 5:
		return measure.CES
	}
	return measure.CSAT
}

func (m *Mapping) guessed(columns []*sample) (*Mapping, []string) {
	notes := []string{"Name the source, and for each column the touchpoint; check side, aspect, instrument and dimension, which are guesses."}
	for _, s := range columns {
		switch {
		case s.isAnswers():
			m.Values = append(m.Values, Value{
				Column: s.name, Side: measure.Customer, Aspect: measure.Perception, Instrument: s.instrument(), Dimension: measure.Overall,
			})
		case s.isGroup() && m.Cohort == "":
			m.Cohort = s.name
			notes = append(notes, fmt.Sprintf("The column %s is taken as cohort key: its values become public. Leave it out if there is to be none.", quoted(s.name)))
		case s.isGroup():
			notes = append(notes, fmt.Sprintf("The column %s could be the cohort key instead.", quoted(s.name)))
		}
	}
	if m.Values == nil {
		notes = append(notes, "No column holds whole numbers from 0 to 10. Where answers are choices in words, give their values as labels.")
	}
	return m, notes
}
