package report

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// The tags of the model: json is the member, null instead of nothing if it has omitempty; doc says what it means, in the JSON Schema and
// in the dictionaries; table names the table of a list, and id marks what the tables below name a row by.

// SchemaVersion is the version of the form of documents. Within it, fields are only added.
const SchemaVersion = 1

// Type is what a report is about.
type Type string

// The types of reports.
const (
	TypeAssessment   Type = "ASSESSMENT"
	TypePortfolio    Type = "PORTFOLIO"
	TypeConsultation Type = "CONSULTATION"
	TypeDiff         Type = "DIFF"
)

// Audience is for whom a report is made.
type Audience string

// The audiences of reports.
const (
	AudiencePublic    Audience = "PUBLIC"
	AudienceRegulator Audience = "REGULATOR"
	AudienceParty     Audience = "PARTY"
)

// Whole is a whole number. One that not every reader of JSON keeps exactly is written as a text.
type Whole int64

const exact = 1<<53 - 1

// MarshalJSON writes the number, or its text if it is too large for a number of JSON.
func (w Whole) MarshalJSON() ([]byte, error) {
	text := strconv.FormatInt(int64(w), 10)
	if w > exact || w < -exact {
		return []byte(`"` + text + `"`), nil
	}
	return []byte(text), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (w *Whole) UnmarshalJSON(b []byte) error {
	text := string(b)
	if len(text) > 1 && text[0] == '"' {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	*w = Whole(n)
	return err
}

// Text is words of a template, in the report's language or else in the template's first.
type Text struct {
	Text     string `json:"text" doc:"The words."`
	Language string `json:"language" doc:"The language that they are in: a tag of BCP 47. It differs from the report's where the template has no such words."`
}

// Document is a report: exactly what its hash is over.
type Document struct {
	Schema   int      `json:"schemaVersion" doc:"The version of this form. Within it, fields are only added."`
	ID       string   `json:"id" id:"report" doc:"The report's id."`
	Type     Type     `json:"type" doc:"What the report is about."`
	Audience Audience `json:"audience" doc:"For whom it is made, which bounds what it may hold."`
	Language string   `json:"language" doc:"The language of its headings, and of a template's words where there are such: en or fr."`
	Title    string   `json:"title" doc:"The title of the report."`
	Scope    Scope    `json:"scope" doc:"What it was asked for."`
	AsOf     AsOf     `json:"asOf" doc:"The place in the act log up to which everything was read."`
	Empty    bool     `json:"empty" doc:"Whether nothing is in the scope. The report then says so, and has no more to say."`
	Remade   []Remade `json:"remade" table:"remade" doc:"Why the report was made again, oldest first: only an erasure is a reason."`

	Assessment   *Assessment   `json:"assessment,omitempty" table:"assessment" doc:"An assessment, whole; null unless the type is ASSESSMENT."`
	Portfolio    *Portfolio    `json:"portfolio,omitempty" table:"portfolio" doc:"Many assessments, in short; null unless the type is PORTFOLIO."`
	Consultation *Consultation `json:"consultation,omitempty" table:"consultation" doc:"What was said; null unless the type is CONSULTATION."`
	Diff         *Diff         `json:"diff,omitempty" table:"diff" doc:"What changed between two versions; null unless the type is DIFF."`
}

// Scope is what a report was asked for.
type Scope struct {
	Text string   `json:"text" doc:"The scope in words."`
	IDs  []string `json:"ids" doc:"The ids that it names."`
}

// AsOf is a place in the act log.
type AsOf struct {
	Seq        Whole      `json:"seq" doc:"The number of the last act that was read."`
	Time       time.Time  `json:"time" doc:"The time of that place."`
	Checkpoint Checkpoint `json:"checkpoint" doc:"The smallest signed checkpoint that covers the place."`
}

// Checkpoint is a signed state of the act log.
type Checkpoint struct {
	Origin string `json:"origin" doc:"The name of the log."`
	Size   Whole  `json:"size" doc:"How many acts it covers."`
	Root   string `json:"root" doc:"The root of the log's tree, in base64."`
	Note   string `json:"note" doc:"The checkpoint as it was signed: a C2SP tlog-checkpoint."`
}

// Remade is why a report was made again.
type Remade struct {
	At      time.Time `json:"at" doc:"When it was made again."`
	Hash    string    `json:"hash" doc:"The hash that the document had before, in hexadecimal."`
	Because string    `json:"because" doc:"Why it was made again."`
}

// Party is who does something, as the public knows it.
type Party struct {
	ID   string               `json:"id" doc:"The party's id."`
	Kind enum.StakeholderKind `json:"kind" doc:"The party's kind, which is its chamber."`
	Name string               `json:"name" doc:"Its public name; for a customer, the pseudonym."`
}

// TemplateRef names a version of a template.
type TemplateRef struct {
	ID          string `json:"id" doc:"The id of the template's version."`
	Reference   string `json:"reference" doc:"Its key and version, such as canada-aia@2."`
	Title       Text   `json:"title" doc:"What it is called."`
	ContentHash string `json:"contentHash" doc:"SHA-256 of the template in the canonical form of RFC 8785, in hexadecimal."`
	Source      string `json:"source,omitempty" doc:"Where it comes from; null if not stated."`
	Licence     string `json:"licence,omitempty" doc:"Under what terms it may be used; null if not stated."`
}

// File is a file that is named, not held.
type File struct {
	ID        string `json:"id" doc:"The file's id."`
	Name      string `json:"name" doc:"Its name."`
	MediaType string `json:"mediaType" doc:"Its media type."`
	Bytes     Whole  `json:"bytes" doc:"How many bytes it has."`
	SHA256    string `json:"sha256" doc:"SHA-256 of its content, in hexadecimal."`
}

// Value is what was answered: the one member that the question's type asks for.
type Value struct {
	Choices []Choice `json:"choices" doc:"The options that were chosen, with their titles."`
	Text    string   `json:"text,omitempty" doc:"The text of TEXT."`
	Number  *Whole   `json:"number,omitempty" doc:"The number of NUMBER."`
	Boolean *bool    `json:"boolean,omitempty" doc:"The truth of BOOLEAN."`
	Date    string   `json:"date,omitempty" doc:"The day of DATE, such as 2026-11-28."`
}

// Choice is an option that was chosen.
type Choice struct {
	Key   string `json:"key" doc:"What the answer names it by."`
	Title Text   `json:"title" doc:"The option as people read it."`
}

// Comment is something that a party said.
type Comment struct {
	ID          string            `json:"id" id:"comment" doc:"The comment's id."`
	About       string            `json:"about" doc:"The id of what it is about."`
	Version     *int              `json:"version,omitempty" doc:"The version of that which it was made on; null if it has no versions."`
	Parent      string            `json:"parent,omitempty" doc:"The id of the comment that it replies to; null for a top-level comment."`
	Depth       int               `json:"depth" doc:"0 for a top-level comment, 1 to 3 for replies."`
	Author      *Party            `json:"author,omitempty" doc:"The party that said it; null if it was taken down."`
	Stance      enum.Stance       `json:"stance" doc:"Its position on the subject."`
	Language    string            `json:"language,omitempty" doc:"The language of the text: a tag of BCP 47."`
	Quote       *Quote            `json:"quote,omitempty" doc:"The passage that it refers to; null if there is none."`
	Body        string            `json:"body,omitempty" doc:"The text, in Markdown; null once it was erased or taken down."`
	State       enum.CommentState `json:"state" doc:"Whether it is shown."`
	StateReason string            `json:"stateReason,omitempty" doc:"Why it was hidden or restored; null otherwise."`
	CreatedAt   time.Time         `json:"createdAt" doc:"When it was posted."`
	EditedAt    *time.Time        `json:"editedAt,omitempty" doc:"When it was last edited; null if it never was."`
	Agree       int               `json:"agree" doc:"How many participants agree."`
	Disagree    int               `json:"disagree" doc:"How many participants disagree."`
	Pass        int               `json:"pass" doc:"How many participants passed."`
	ByChamber   []ChamberTally    `json:"byChamber" table:"comment-votes" doc:"How parties of each chamber voted, as far as it may be shown."`
	Versions    []CommentVersion  `json:"versions" table:"comment-versions" doc:"What it said at each time, oldest first; empty if it was never edited."`
}

// Quote is a passage that a comment refers to.
type Quote struct {
	Start   int           `json:"start" doc:"The position of the first character, from 0."`
	End     int           `json:"end" doc:"The position just after the last character."`
	Unit    enum.TextUnit `json:"unit" doc:"What the positions count."`
	Version *int          `json:"version,omitempty" doc:"The version that contains the passage; null if there are no versions."`
	Text    string        `json:"text,omitempty" doc:"The quoted words; null once they were erased."`
}

// ChamberTally is what is shown of the votes of one chamber.
type ChamberTally struct {
	Chamber  enum.StakeholderKind `json:"chamber" doc:"The chamber."`
	Agree    *int                 `json:"agree,omitempty" doc:"How many of its parties agree, at least; null if this is withheld."`
	Disagree *int                 `json:"disagree,omitempty" doc:"How many of its parties disagree, at least; null if this is withheld."`
	Pass     *int                 `json:"pass,omitempty" doc:"How many of its parties passed, at least; null if this is withheld."`
}

// CommentVersion is what a comment said at one time.
type CommentVersion struct {
	Number    int         `json:"number" doc:"The number of the version, from 1."`
	Body      string      `json:"body,omitempty" doc:"The text that it had, in Markdown; null once it was erased."`
	Stance    enum.Stance `json:"stance" doc:"The position on the subject that it took."`
	Language  string      `json:"language" doc:"The language of the text: a tag of BCP 47."`
	CreatedAt time.Time   `json:"createdAt" doc:"When it was posted, or edited to say this."`
}

// Opinion is what a party thinks of a part of an assessment.
type Opinion struct {
	ID         string             `json:"id" id:"opinion" doc:"The opinion's id."`
	Version    int                `json:"version" doc:"The number of the assessment's version that it was given on."`
	Question   string             `json:"question,omitempty" doc:"The key of the question that it is about; null if it is about a risk."`
	Risk       *int               `json:"risk,omitempty" doc:"The number of the risk that it is about; null if it is about a question."`
	By         Party              `json:"by" doc:"The party that gave it."`
	Stance     enum.OpinionStance `json:"stance" doc:"What they think."`
	Text       string             `json:"text,omitempty" doc:"Why; null if not stated, or if it was erased."`
	State      enum.OpinionState  `json:"state" doc:"What became of it."`
	Reply      string             `json:"reply,omitempty" doc:"What the firm replied; null until it does."`
	AnsweredAt *time.Time         `json:"answeredAt,omitempty" doc:"When the firm replied or marked it as read; null until then."`
	CreatedAt  time.Time          `json:"createdAt" doc:"When it was given."`
}
