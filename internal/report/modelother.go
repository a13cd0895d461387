package report

import (
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Portfolio is many assessments, in short.
type Portfolio struct {
	Total       int       `json:"total" doc:"How many assessments are in the scope."`
	Call        *Call     `json:"call,omitempty" doc:"The call that the portfolio is about; null if it is about none."`
	ByLevel     []Count   `json:"byLevel" table:"count-by-level" doc:"How many there are of each level."`
	ByState     []Count   `json:"byState" table:"count-by-state" doc:"How many there are in each state."`
	ByTemplate  []Count   `json:"byTemplate" table:"count-by-template" doc:"How many there are under each template."`
	ByFirm      []Count   `json:"byFirm" table:"count-by-firm" doc:"How many there are of each firm."`
	Assessments []Summary `json:"assessments" table:"assessments" doc:"The assessments."`

	Commitments       []Commitment       `json:"commitments" table:"commitments" doc:"What the firms of the scope have committed themselves to, oldest first. A scope that is narrowed to a call, or to templates, levels or states of assessments, has none."`
	OfficialResponses []OfficialResponse `json:"officialResponses" table:"official-responses" doc:"What the parties of the scope were asked to answer to proposals, oldest first. A scope that is narrowed as above has none."`
}

// Count is how many assessments have something in common.
type Count struct {
	Key   string `json:"key,omitempty" doc:"What they have in common: a code, a reference or an id; null for those without."`
	Name  string `json:"name,omitempty" doc:"That as people read it; null if the key is a code."`
	Count int    `json:"count" doc:"How many there are."`
}

// Summary is an assessment in short.
type Summary struct {
	ID              string                     `json:"id" doc:"The assessment's id."`
	Reference       string                     `json:"reference,omitempty" doc:"Its number, such as 2026/A7."`
	Title           string                     `json:"title" doc:"What is assessed, in one line."`
	Firm            Party                      `json:"firm" doc:"The firm."`
	Subject         Subject                    `json:"subject" doc:"What is assessed."`
	Template        string                     `json:"template" doc:"The key and version of the template that it answers."`
	TemplateHash    string                     `json:"templateHash" doc:"SHA-256 of that template, in hexadecimal."`
	State           enum.ImpactAssessmentState `json:"state" doc:"Its state."`
	StateReason     string                     `json:"stateReason,omitempty" doc:"Why it is in this state; null if no reason was given."`
	Version         int                        `json:"version" doc:"The number of its version."`
	ContentHash     string                     `json:"contentHash,omitempty" doc:"Identifies the version's content, in hexadecimal."`
	Level           enum.ImpactLevel           `json:"level,omitempty" doc:"The level of impact; null if there is none."`
	Current         int                        `json:"current" doc:"The current score."`
	RawMax          int                        `json:"rawMax" doc:"The most raw points that it could have."`
	Risks           int                        `json:"risks" doc:"How many risks it names."`
	Opinions        int                        `json:"opinions" doc:"How many opinions were given on it."`
	Comments        int                        `json:"comments" doc:"How many comments there are on it."`
	PublishedAt     *time.Time                 `json:"publishedAt,omitempty" doc:"When it was published; null until then."`
	NextReviewDueAt *time.Time                 `json:"nextReviewDueAt,omitempty" doc:"By when it is to be looked at again."`
	UpdatedAt       time.Time                  `json:"updatedAt" doc:"When it was last changed."`
}

// Call is a call on firms for an assessment under a template.
type Call struct {
	ID            string              `json:"id" doc:"The call's id."`
	Caller        Party               `json:"caller" doc:"Who calls."`
	Template      string              `json:"template" doc:"The key and version of the template that is asked for."`
	Reason        string              `json:"reason" doc:"Why the caller asks."`
	State         CallState           `json:"state" doc:"Its state."`
	OpenedAt      time.Time           `json:"openedAt" doc:"When it was opened."`
	DueAt         time.Time           `json:"dueAt" doc:"By when firms are to file."`
	Jurisdictions []string            `json:"jurisdictions" doc:"The jurisdictions whose firms are called on."`
	Sectors       []string            `json:"sectors" doc:"The sectors whose firms are called on."`
	PracticeKinds []enum.PracticeKind `json:"practiceKinds" doc:"The kinds of practices whose firms are called on."`
	Firms         []CalledFirm        `json:"firms" table:"called-firms" doc:"The firms that are called on."`
}

// CalledFirm is what a firm made of a call.
type CalledFirm struct {
	Firm       Party       `json:"firm" doc:"The firm."`
	Status     CalledState `json:"status" doc:"What it made of the call."`
	Assessment string      `json:"assessment,omitempty" doc:"The id of the assessment that it filed; null if none."`
	FiledAt    *time.Time  `json:"filedAt,omitempty" doc:"When it filed; null if it did not."`
	Claim      string      `json:"claim,omitempty" doc:"Why the call does not apply, as the firm says; null if it does not say so."`
	Decision   string      `json:"decision,omitempty" doc:"What the caller decided of that, and why; null if it did not."`
}

// Consultation is what was said on an assessment or in a dialogue.
type Consultation struct {
	About      Topic          `json:"about" doc:"What everybody was consulted on."`
	OpenedAt   *time.Time     `json:"openedAt,omitempty" doc:"When the consultation was opened; null if it never was."`
	Until      *time.Time     `json:"until,omitempty" doc:"When it ends or ended; null if nobody has said."`
	Total      int            `json:"total" doc:"How many opinions and comments there are."`
	ByQuestion []OpinionCount `json:"byQuestion" table:"opinion-counts" doc:"How many opinions of each chamber there are on each question or risk."`
	Opinions   []Opinion      `json:"opinions" table:"opinions" doc:"The opinions, by what they are about, then oldest first."`
	Phases     []Phase        `json:"phases" table:"phases" doc:"The phases of a dialogue, in order."`
	Outcomes   []Outcome      `json:"outcomes" table:"outcomes" doc:"The outcomes of a dialogue's rounds, oldest first."`
	Proposals  []Proposal     `json:"proposals" table:"proposals" doc:"The proposals of a dialogue, oldest first."`
	Comments   []Comment      `json:"comments" table:"comments" doc:"What was said, in reading order: each reply after what it answers."`

	OfficialResponses []OfficialResponse `json:"officialResponses" table:"official-responses" doc:"The official responses that a dialogue asked for, oldest first."`
	Commitments       []Commitment       `json:"commitments" table:"commitments" doc:"The commitments that a dialogue has led to, oldest first."`
}

// Topic is what everybody was consulted on.
type Topic struct {
	Type      SubjectType `json:"type" doc:"Which of both it is."`
	ID        string      `json:"id" doc:"Its id."`
	Reference string      `json:"reference,omitempty" doc:"Its number; null if it has none yet."`
	Title     string      `json:"title" doc:"What it is about, in one line."`
	By        Party       `json:"by" doc:"The firm whose assessment it is, or who convened the dialogue."`
	State     string      `json:"state" doc:"Its state: an ImpactAssessmentState or a DialogueState of the API."`
	Brief     string      `json:"brief,omitempty" doc:"What is asked, and why, in Markdown; null if not stated."`
	Languages []string    `json:"languages" doc:"The languages that it is held in: tags of BCP 47."`
	Round     *int        `json:"round,omitempty" doc:"The number of the current round of a dialogue; null for an assessment."`
	Version   *int        `json:"version,omitempty" doc:"The number of the version of an assessment; null for a dialogue."`
	Source    string      `json:"source,omitempty" doc:"Where it was held, if it was imported; null if it is held on this server."`
}

// OpinionCount is how many of a chamber think what of a question or a risk.
type OpinionCount struct {
	Question   string               `json:"question,omitempty" doc:"The question's key; null for a risk."`
	Title      *Text                `json:"title,omitempty" doc:"The question; null for a risk."`
	Risk       *int                 `json:"risk,omitempty" doc:"The number of the risk; null for a question."`
	Chamber    enum.StakeholderKind `json:"chamber" doc:"The chamber."`
	Support    int                  `json:"support" doc:"How many agree."`
	Concern    int                  `json:"concern" doc:"How many see something that should be looked at."`
	Object     int                  `json:"object" doc:"How many are against it."`
	NoPosition int                  `json:"noPosition" doc:"How many take no side."`
}

// Phase is a phase of a dialogue.
type Phase struct {
	Kind     enum.PhaseKind `json:"kind" doc:"What the phase is for."`
	OpensAt  time.Time      `json:"opensAt" doc:"When it begins."`
	ClosesAt *time.Time     `json:"closesAt,omitempty" doc:"When it ends; null if it lasts until the next one begins."`
}

// Outcome is what came of a round of a dialogue.
type Outcome struct {
	Round    int       `json:"round" doc:"The number of the round, from 1."`
	Text     string    `json:"text" doc:"The outcome, in Markdown."`
	ClosedAt time.Time `json:"closedAt" doc:"When the round was closed."`
}

// Proposal is a proposal of a dialogue.
type Proposal struct {
	ID          string             `json:"id" doc:"The proposal's id."`
	Reference   string             `json:"reference,omitempty" doc:"Its number; null if it has none yet."`
	Author      Party              `json:"author" doc:"The party that wrote it."`
	Kind        enum.ProposalKind  `json:"kind" doc:"The kind of proposal."`
	Title       string             `json:"title" doc:"What it proposes, in one line."`
	Summary     string             `json:"summary,omitempty" doc:"That in short; null if not stated."`
	Body        string             `json:"body,omitempty" doc:"The text, in Markdown."`
	Language    string             `json:"language" doc:"The language of the text: a tag of BCP 47."`
	State       enum.ProposalState `json:"state" doc:"Its state."`
	StateReason string             `json:"stateReason,omitempty" doc:"Why it is in this state; null if no reason was given."`
	Version     int                `json:"version" doc:"The number of its version."`
	ContentHash string             `json:"contentHash" doc:"Identifies the version's text, in hexadecimal."`
	OpenedAt    *time.Time         `json:"openedAt,omitempty" doc:"When it was opened; null if it never was."`
}

// Diff is what changed from one version of an assessment to another.
type Diff struct {
	From             VersionRef     `json:"from" doc:"The earlier version."`
	To               VersionRef     `json:"to" doc:"The later version."`
	TemplateFrom     TemplateRef    `json:"templateFrom" doc:"The template of the earlier version."`
	TemplateTo       TemplateRef    `json:"templateTo" doc:"The template of the later version."`
	Score            ScoreDiff      `json:"score" doc:"How the score changed."`
	QuestionsAdded   []QuestionRef  `json:"questionsAdded" table:"questions-added" doc:"Questions that only the later template asks."`
	QuestionsRemoved []QuestionRef  `json:"questionsRemoved" table:"questions-removed" doc:"Questions that only the earlier template asks."`
	QuestionsChanged []QuestionDiff `json:"questionsChanged" table:"questions-changed" doc:"Questions that both ask, and that are not the same."`
	Answers          []AnswerDiff   `json:"answers" table:"answers-changed" doc:"Answers that came, went or changed. What is withheld of one of the versions is told of neither."`
	Risks            []RiskDiff     `json:"risks" table:"risks-changed" doc:"Risks that came, went or changed, by their numbers."`
}

// QuestionRef names a question.
type QuestionRef struct {
	Question string `json:"question" doc:"The question's key."`
	Title    Text   `json:"title" doc:"The question."`
}

// QuestionDiff is a question that is not the same in both templates.
type QuestionDiff struct {
	Question string                `json:"question" doc:"The question's key."`
	Title    Text                  `json:"title" doc:"The question, in the later template."`
	Aspects  []enum.QuestionAspect `json:"aspects" doc:"What of it changed."`
}

// AnswerDiff is an answer that came, went or changed.
type AnswerDiff struct {
	Question        string `json:"question" doc:"The question's key."`
	Title           Text   `json:"title" doc:"The question, in the later template if that asks it."`
	From            *Value `json:"from,omitempty" doc:"The value in the earlier version; null if there was none or it did not change."`
	To              *Value `json:"to,omitempty" doc:"The value in the later version; null if there is none or it did not change."`
	NoteFrom        string `json:"noteFrom,omitempty" doc:"The note in the earlier version; null if there was none or it did not change."`
	NoteTo          string `json:"noteTo,omitempty" doc:"The note in the later version; null if there is none or it did not change."`
	EvidenceChanged bool   `json:"evidenceChanged" doc:"Whether its files changed."`
}

// ScoreDiff is how a score changed.
type ScoreDiff struct {
	RawFrom        int              `json:"rawFrom" doc:"Raw points in the earlier version."`
	RawTo          int              `json:"rawTo" doc:"Raw points in the later version."`
	MitigationFrom int              `json:"mitigationFrom" doc:"Points of mitigation in the earlier version."`
	MitigationTo   int              `json:"mitigationTo" doc:"Points of mitigation in the later version."`
	DeductionFrom  int              `json:"deductionFrom" doc:"The points that mitigation took off in the earlier version."`
	DeductionTo    int              `json:"deductionTo" doc:"The points that mitigation takes off in the later version."`
	CurrentFrom    int              `json:"currentFrom" doc:"The current score of the earlier version."`
	CurrentTo      int              `json:"currentTo" doc:"The current score of the later version."`
	LevelFrom      enum.ImpactLevel `json:"levelFrom,omitempty" doc:"The level of the earlier version; null if it has none."`
	LevelTo        enum.ImpactLevel `json:"levelTo,omitempty" doc:"The level of the later version; null if it has none."`
	Lines          []PointDiff      `json:"lines" table:"score-changes" doc:"The questions that score otherwise, in the order of the later template."`
}

// PointDiff is the part of a question in the change of a total.
type PointDiff struct {
	Question   string            `json:"question" doc:"The question's key."`
	Total      enum.ScoreType    `json:"total" doc:"The total."`
	From       int               `json:"from" doc:"Its points in the earlier version."`
	To         int               `json:"to" doc:"Its points in the later version."`
	MaxFrom    int               `json:"maxFrom" doc:"The most points that it could have in the earlier version."`
	MaxTo      int               `json:"maxTo" doc:"The most points that it can have in the later version."`
	ByTemplate int               `json:"byTemplate" doc:"The part of the change that the template makes."`
	ByAnswers  int               `json:"byAnswers" doc:"The part of the change that the answers make."`
	Causes     []enum.PointCause `json:"causes" doc:"What changed."`
}

// RiskDiff is a risk that came, went or changed.
type RiskDiff struct {
	Number int          `json:"number" id:"risk" doc:"Its number."`
	From   *RiskContent `json:"from,omitempty" split:"yes" doc:"The risk in the earlier version; null if it was not there."`
	To     *RiskContent `json:"to,omitempty" split:"yes" doc:"The risk in the later version; null if it is not there."`
}

// RiskContent is a risk as a version has it.
type RiskContent struct {
	Title         string                 `json:"title,omitempty" doc:"What could go wrong; null if it is withheld."`
	Description   string                 `json:"description,omitempty" doc:"How, and for whom; null if not stated, or withheld."`
	Likelihood    int                    `json:"likelihood" doc:"1 (remote) to 4 (near certain)."`
	Severity      int                    `json:"severity" doc:"1 (negligible) to 4 (maximal)."`
	Reversibility enum.RiskReversibility `json:"reversibility,omitempty" doc:"Whether what it does can be undone; null if not stated."`
	Scope         enum.RiskScope         `json:"scope,omitempty" doc:"How many it concerns; null if not stated."`
	Treatment     enum.RiskTreatment     `json:"treatment" doc:"What is done about it."`
	Withheld      []enum.RiskPart        `json:"withheld" doc:"What of it is withheld, of this version or of the other one."`
	Mitigations   []MitigationContent    `json:"mitigations" table:"mitigations" doc:"The mitigations, by their numbers."`
}

// MitigationContent is a mitigation as a version has it.
type MitigationContent struct {
	Number           int                  `json:"number" doc:"Its number within the risk, from 1."`
	Title            string               `json:"title,omitempty" doc:"What is done; null if it is withheld."`
	Description      string               `json:"description,omitempty" doc:"How it is done; null if not stated, or withheld."`
	DueAt            *time.Time           `json:"dueAt,omitempty" doc:"When it is due; null if not stated, or withheld."`
	LowersLikelihood int                  `json:"lowersLikelihood" doc:"By how many steps it lowers the likelihood once it is verified, 0 to 3."`
	LowersSeverity   int                  `json:"lowersSeverity" doc:"By how many steps it lowers the severity once it is verified, 0 to 3."`
	State            enum.MitigationState `json:"state" doc:"What had become of it when everybody was consulted first."`
	Withheld         bool                 `json:"withheld" doc:"Whether its words are withheld, of this version or of the other one."`
}

// CallState is the state of a call.
type CallState string

// The states of calls.
const (
	CallOpen      CallState = "OPEN"
	CallClosed    CallState = "CLOSED"
	CallWithdrawn CallState = "WITHDRAWN"
)

// CalledState is what a firm made of a call.
type CalledState string

// What firms make of calls.
const (
	CalledPending       CalledState = "PENDING"
	CalledFiled         CalledState = "FILED"
	CalledLate          CalledState = "LATE"
	CalledSilent        CalledState = "SILENT"
	CalledNotApplicable CalledState = "NOT_APPLICABLE"
)
