package export

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/csvtext"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// format writes lines.
type format struct {
	name, media string
	head        func(b []byte) []byte
	line        func(b []byte, r record) ([]byte, error)
	end         func(b []byte, count, tombstones int, cursor string) ([]byte, error)
}

var (
	jsonl = format{"jsonl", "application/jsonl; charset=utf-8", func(b []byte) []byte { return b }, jsonLine, jsonEnd}
	table = format{"csv", "text/csv; charset=utf-8; header=present", csvHead, csvLines, csvEnd}
)

// head is what a line says of an assessment beside its document.
type head struct {
	ID                string                     `json:"id"`
	Reference         *string                    `json:"reference"`
	Firm              string                     `json:"firm"`
	Jurisdictions     []string                   `json:"jurisdictions"`
	Sector            *string                    `json:"sector"`
	Subject           *string                    `json:"subject"` // null where the viewer may not know it
	SubjectVersion    int                        `json:"subjectVersion"`
	Template          string                     `json:"template"`
	TemplateReference string                     `json:"templateReference"`
	State             enum.ImpactAssessmentState `json:"state"`
	Level             *enum.ImpactLevel          `json:"level"`
	Version           int                        `json:"version"`
	ContentHash       *string                    `json:"contentHash"`
	Whole             bool                       `json:"whole"` // nothing is withheld
	CreatedAt         time.Time                  `json:"createdAt"`
	UpdatedAt         time.Time                  `json:"updatedAt"`
	OpenedAt          *time.Time                 `json:"openedAt"`
	ConsultationUntil *time.Time                 `json:"consultationUntil"`
	ApprovedAt        *time.Time                 `json:"approvedAt"`
	PublishedAt       *time.Time                 `json:"publishedAt"`
	NextReviewDueAt   *time.Time                 `json:"nextReviewDueAt"`
	Cursor            string                     `json:"cursor"`
}

func headOf(e *assessment.Exported, cursor string) head {
	h := head{
		ID: e.GlobalID().String(), Reference: e.Reference, Firm: typeid.New(string(policy.Stakeholder), e.FirmID).String(),
		Jurisdictions: append([]string{}, e.Jurisdictions...), SubjectVersion: e.SubjectVersion,
		Template: typeid.New(string(policy.Template), e.TemplateID).String(), TemplateReference: e.Template, State: e.State, Level: e.LevelWord(),
		Version: e.Version, ContentHash: e.ContentHash, Whole: e.Whole, CreatedAt: e.CreatedAt.UTC(), UpdatedAt: e.UpdatedAt.UTC(),
		OpenedAt: utc(e.OpenedAt), ConsultationUntil: utc(e.ConsultationUntil), ApprovedAt: utc(e.ApprovedAt), PublishedAt: utc(e.PublishedAt),
		NextReviewDueAt: utc(e.NextReviewDueAt), Cursor: cursor,
	}
	if e.Sector != "" {
		h.Sector = &e.Sector
	}
	if e.Subject {
		id := typeid.New(string(policy.ResourceOf(e.SubjectType)), e.SubjectID).String()
		h.Subject = &id
	}
	return h
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}

// jsonLine writes an object on one line. The document is put in as it is stored: in the form of RFC 8785 it has no line of its own.
func jsonLine(b []byte, r record) ([]byte, error) {
	if r.row == nil {
		return appendJSON(b, map[string]any{"id": typeid.New(string(policy.Assessment), r.id).String(), "deleted": true, "cursor": r.cursor})
	}
	b, err := appendJSON(b, headOf(r.row, r.cursor))
	if err != nil {
		return nil, err
	}
	b = append(b[:len(b)-len("}\n")], `,"document":`...)
	if r.row.Document == nil {
		return append(b, "null}\n"...), nil
	}
	b = append(b, r.row.Document...)
	return append(b, '}', '\n'), nil
}

func jsonEnd(b []byte, count, tombstones int, cursor string) ([]byte, error) {
	return appendJSON(b, struct {
		End        bool   `json:"end"`
		Count      int    `json:"count"`
		Tombstones int    `json:"tombstones"`
		Cursor     string `json:"cursor"`
	}{true, count, tombstones, cursor})
}

func appendJSON(b []byte, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write a line: %w", err)
	}
	return append(append(b, text...), '\n'), nil
}

// columns are those of the table. Every row has all of them: a row of an answer repeats what is said of its assessment.
var columns = []string{
	"record", "id", "reference", "firm", "jurisdictions", "sector", "subject", "subject_version", "template", "template_reference", "state", "level",
	"version", "content_hash", "whole", "created_at", "updated_at", "opened_at", "consultation_until", "approved_at", "published_at",
	"next_review_due_at", "title", "question", "choices", "text", "number", "boolean", "date", "note", "evidence", "withheld", "cursor", "count",
	"tombstones",
}

// What a row is of.
const (
	rowAnswer     = "ANSWER"
	rowAssessment = "ASSESSMENT" // one without an answer that the viewer could read
	rowDeleted    = "DELETED"
	rowEnd        = "END"
)

func csvHead(b []byte) []byte {
	r := csvtext.On(b)
	for _, c := range columns {
		r.Text(c)
	}
	return r.End()
}

// document is what the table says of a document.
type document struct {
	Title   hidden
	Answers []struct {
		Question     string
		Open         *questionnaire.Value
		Sealed, Note *hidden
		Evidence     []hidden
	}
}

// hidden are words that may be withheld.
type hidden struct{ Words *string }

func (h *hidden) text() string {
	if h == nil || h.Words == nil {
		return ""
	}
	return *h.Words
}

func (h *hidden) withheld() bool { return h != nil && h.Words == nil }

// csvLines writes a row for each answer, or one if there is none. The last row of an assessment has its cursor, and no other row: whoever
// was cut off goes on from the last cursor, without the rows behind it.
func csvLines(b []byte, r record) ([]byte, error) {
	if r.row == nil {
		return csvRow(b, rowDeleted, func(w *csvtext.Row) { w.Text(typeid.New(string(policy.Assessment), r.id).String()) }, 30, r.cursor, nil), nil
	}
	var d document
	if r.row.Document != nil {
		if err := json.Unmarshal(r.row.Document, &d); err != nil {
			return nil, fmt.Errorf("read the document of %s: %w", r.row.ID, err)
		}
	}
	h := headOf(r.row, "")
	if len(d.Answers) == 0 {
		return csvRow(b, rowAssessment, func(w *csvtext.Row) { about(w, h, d.Title) }, 9, r.cursor, nil), nil
	}
	for i, a := range d.Answers {
		cursor := ""
		if i == len(d.Answers)-1 {
			cursor = r.cursor
		}
		var v questionnaire.Value
		switch {
		case a.Open != nil:
			v = *a.Open
		case a.Sealed != nil && a.Sealed.Words != nil:
			if err := json.Unmarshal([]byte(*a.Sealed.Words), &v); err != nil {
				return nil, fmt.Errorf("read an answer of %s: %w", r.row.ID, err)
			}
		}
		var files, kept []string
		withheld := false
		for _, e := range a.Evidence {
			if withheld = withheld || e.withheld(); !e.withheld() {
				files = append(files, e.text())
			}
		}
		for _, part := range []struct {
			is   bool
			name enum.AnswerPart
		}{{a.Sealed.withheld(), enum.AnswerPartValue}, {a.Note.withheld(), enum.AnswerPartNote}, {withheld, enum.AnswerPartEvidence}} {
			if part.is {
				kept = append(kept, string(part.name))
			}
		}
		b = csvRow(b, rowAnswer, func(w *csvtext.Row) {
			about(w, h, d.Title)
			w.Text(a.Question).List(v.Choices)
			value(w, v)
			w.Some(a.Note.text())
			if files == nil {
				w.Null()
			} else {
				w.Text("[" + strings.Join(files, ",") + "]")
			}
			w.List(kept)
		}, 0, cursor, nil)
	}
	return b, nil
}

func value(w *csvtext.Row, v questionnaire.Value) {
	text := func(s *string) {
		if s == nil {
			w.Null()
		} else {
			w.Text(*s)
		}
	}
	text(v.Text)
	if v.Number == nil {
		w.Null()
	} else {
		w.Int(*v.Number)
	}
	if v.Boolean == nil {
		w.Null()
	} else {
		w.Bool(*v.Boolean)
	}
	text(v.Date)
}

// about writes what a row says of its assessment.
func about(w *csvtext.Row, h head, title hidden) {
	some := func(s *string) {
		if s == nil {
			w.Null()
		} else {
			w.Text(*s)
		}
	}
	w.Text(h.ID)
	some(h.Reference)
	w.Text(h.Firm).List(h.Jurisdictions)
	some(h.Sector)
	some(h.Subject)
	w.Int(int64(h.SubjectVersion)).Text(h.Template).Text(h.TemplateReference).Text(string(h.State))
	some((*string)(h.Level))
	w.Int(int64(h.Version))
	some(h.ContentHash)
	w.Bool(h.Whole).Time(&h.CreatedAt).Time(&h.UpdatedAt).Time(h.OpenedAt).Time(h.ConsultationUntil).Time(h.ApprovedAt).Time(h.PublishedAt).Time(h.NextReviewDueAt)
	some(title.Words)
}

// csvRow writes a row: what it is of, what is said of that, as many empty fields, its cursor, and counts.
func csvRow(b []byte, of string, say func(*csvtext.Row), empty int, cursor string, counts []int) []byte {
	w := csvtext.On(b).Text(of)
	say(w)
	for range empty {
		w.Null()
	}
	w.Some(cursor)
	for i := range 2 {
		if counts == nil {
			w.Null()
		} else {
			w.Int(int64(counts[i]))
		}
	}
	return w.End()
}

func csvEnd(b []byte, count, tombstones int, cursor string) ([]byte, error) {
	return csvRow(b, rowEnd, func(*csvtext.Row) {}, 31, cursor, []int{count, tombstones}), nil
}
