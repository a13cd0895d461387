package report

import (
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Assessment is an impact assessment with all that belongs to it, as far as the audience reads it.
type Assessment struct {
	ID                string                     `json:"id" doc:"The assessment's id."`
	Reference         string                     `json:"reference,omitempty" doc:"Its number, such as 2026/A7; null until the first consultation on it."`
	Title             string                     `json:"title" doc:"What is assessed, in one line."`
	Firm              Party                      `json:"firm" doc:"The firm whose practice or proposal it is."`
	Subject           Subject                    `json:"subject" doc:"What is assessed."`
	Phase             enum.AssessmentPhase       `json:"phase,omitempty" doc:"The phase of its subject in which it is made; null if the template does not ask."`
	Template          TemplateRef                `json:"template" doc:"The template that it answers."`
	State             enum.ImpactAssessmentState `json:"state" doc:"Its state."`
	StateReason       string                     `json:"stateReason,omitempty" doc:"Why it is in this state; null if no reason was given."`
	Version           int                        `json:"version" doc:"The number of the version that is reported, from 1."`
	ContentHash       string                     `json:"contentHash,omitempty" doc:"Identifies the version's content, in hexadecimal; null while it is being written."`
	Level             enum.ImpactLevel           `json:"level,omitempty" doc:"The level of impact; null if there is none."`
	CreatedAt         time.Time                  `json:"createdAt" doc:"When it was created."`
	UpdatedAt         time.Time                  `json:"updatedAt" doc:"When it was last changed."`
	ConsultationUntil *time.Time                 `json:"consultationUntil,omitempty" doc:"Until when everybody is consulted; null if the firm may end it at any time, or no consultation was opened."`
	ApprovedAt        *time.Time                 `json:"approvedAt,omitempty" doc:"When it was approved; null until then."`
	PublishedAt       *time.Time                 `json:"publishedAt,omitempty" doc:"When it was published; null until then."`
	NextReviewDueAt   *time.Time                 `json:"nextReviewDueAt,omitempty" doc:"By when it is to be looked at again."`
	Previous          string                     `json:"previous,omitempty" doc:"The id of the assessment that it was made anew from; null if it was not."`
	Next              string                     `json:"next,omitempty" doc:"The id of the assessment that was made anew from it; null if none was."`
	Progress          Progress                   `json:"progress" doc:"How much of what must be answered is."`
	Score             Score                      `json:"score" doc:"What the answers score."`
	Obligations       []Obligation               `json:"obligations" table:"obligations" doc:"What the template obliges a firm to, from a level on."`
	Sections          []Section                  `json:"sections" table:"sections" doc:"The sections of the template, in order, with the answers."`
	Unplaced          []Unplaced                 `json:"unplaced" table:"unplaced" doc:"Imported answers that the template has no place for. They score nothing."`
	Risks             []Risk                     `json:"risks" table:"risks" doc:"The risks that the firm found, by their numbers."`
	Opinions          []Opinion                  `json:"opinions" table:"opinions" doc:"What parties think of its parts, and what the firm replied, oldest first."`
	Signers           []Signer                   `json:"signers" table:"signers" doc:"Who is to sign it, or was."`
	SignOffsNeeded    []NeededSignOff            `json:"signOffsNeeded" table:"sign-offs-needed" doc:"The signatures that its level needs."`
	SignOffs          []SignOff                  `json:"signOffs" table:"sign-offs" doc:"All signatures, oldest first."`
	MissingToPublish  []Missing                  `json:"missingToPublish" table:"missing" doc:"What is missing before it can take its next step to publication."`
	Redactions        []Redaction                `json:"redactions" table:"redactions" doc:"What of it is withheld from most readers, with the reasons."`
	StaleBecause      []StaleCause               `json:"staleBecause" table:"stale-causes" doc:"Why it is or was out of date, oldest first."`
	Versions          []VersionRef               `json:"versions" table:"versions" doc:"The versions on which everybody was consulted, oldest first."`
	Filings           []Filing                   `json:"filings" table:"filings" doc:"The regulators that it was filed with, oldest first."`
	Comments          []Comment                  `json:"comments" table:"comments" doc:"What was said about it, in reading order: each reply after what it answers."`
}

// Subject is what is assessed.
type Subject struct {
	Type    SubjectType `json:"type" doc:"What kind of thing it is."`
	ID      string      `json:"id,omitempty" doc:"Its id; null if the audience may not see it."`
	Title   string      `json:"title,omitempty" doc:"Its title; null if the audience may not see it."`
	Version int         `json:"version" doc:"The number of its version that is assessed."`
}

// Progress is how much of what must be answered is.
type Progress struct {
	Required        int `json:"required" doc:"How many visible questions must be answered."`
	Answered        int `json:"answered" doc:"How many of them are."`
	EvidenceMissing int `json:"evidenceMissing" doc:"How many answers lack the evidence that they need."`
}

// Score is what answers score.
type Score struct {
	Raw                    int              `json:"raw" doc:"The sum of the raw points."`
	RawMax                 int              `json:"rawMax" doc:"The most raw points of all questions, whether they can be visible together or not."`
	Mitigation             int              `json:"mitigation" doc:"The sum of the points of mitigation."`
	MitigationMax          int              `json:"mitigationMax" doc:"The most points of mitigation of all questions, whether they can be visible together or not."`
	Deducted               bool             `json:"deducted" doc:"Whether mitigation is enough for the deduction."`
	Current                int              `json:"current" doc:"The raw points, less the deduction."`
	Level                  enum.ImpactLevel `json:"level,omitempty" doc:"The level of impact; null where there are no raw points."`
	NoLevel                string           `json:"noLevel,omitempty" doc:"Why there is no level; null where there is one."`
	MitigationSharePercent int              `json:"mitigationSharePercent" doc:"From how many percent of the most mitigation on points are deducted."`
	DeductionPercent       int              `json:"deductionPercent" doc:"How many percent of the raw points are then deducted."`
	CutPercents            []int            `json:"cutPercents" doc:"Up to how many percent of the most raw points levels I, II and III reach."`
	Up                     *int             `json:"pointsToHigherLevel,omitempty" doc:"With how many points more the level rises; null if it cannot."`
	Down                   *int             `json:"pointsToLowerLevel,omitempty" doc:"With how many points less the level falls; null if it cannot."`
	Cheapest               *Cheapest        `json:"cheapestMitigation,omitempty" doc:"The fewest answers that would lower the level; null if mitigation cannot."`
	NoCheapest             string           `json:"noCheapestMitigation,omitempty" doc:"Why mitigation cannot lower the level; null where it can."`
	HiddenAnswers          []string         `json:"hiddenAnswers" doc:"The keys of questions that are answered and hidden: they do not score."`
	ByPrinciple            []PrincipleScore `json:"byPrinciple" table:"score-by-principle" doc:"The parts that belong to requirements."`
	ByQuestion             []ScoreLine      `json:"byQuestion" table:"score-lines" doc:"The parts of the questions, in the order of the template."`
}

// Cheapest is the fewest answers that bring a lower level.
type Cheapest struct {
	Current int              `json:"current" doc:"The current score that they lead to."`
	Level   enum.ImpactLevel `json:"level,omitempty" doc:"The level that they lead to."`
	Steps   []MitigationStep `json:"steps" table:"cheapest-mitigation" doc:"The questions to answer otherwise, largest gain first."`
}

// MitigationStep is one of the answers that lower the level.
type MitigationStep struct {
	Question string   `json:"question" doc:"The question's key."`
	Title    Text     `json:"title" doc:"The question."`
	Answer   []string `json:"answer" doc:"The options to choose, or true or false."`
	Gain     int      `json:"gain" doc:"The points of mitigation that this gains."`
}

// PrincipleScore is the part of a score that belongs to a requirement.
type PrincipleScore struct {
	Principle     enum.Requirement `json:"principle" doc:"The requirement."`
	Raw           int              `json:"raw" doc:"Raw points."`
	RawMax        int              `json:"rawMax" doc:"The most raw points that its questions can have."`
	Mitigation    int              `json:"mitigation" doc:"Points of mitigation."`
	MitigationMax int              `json:"mitigationMax" doc:"The most points of mitigation that its questions can have."`
}

// ScoreLine is the part of a score that a question has.
type ScoreLine struct {
	Question string         `json:"question" doc:"The question's key."`
	Answer   []string       `json:"answer" doc:"The options that were chosen, or true or false; empty if it is not answered."`
	Total    enum.ScoreType `json:"total" doc:"The total that it counts in."`
	Points   int            `json:"points" doc:"Its points; 0 while the question is hidden."`
	Max      int            `json:"max" doc:"The most points that it can have."`
	Visible  bool           `json:"visible" doc:"Whether the question is visible."`
}

// Obligation is what a level obliges a firm to.
type Obligation struct {
	Level   enum.ImpactLevel `json:"level" doc:"From this level on."`
	Key     string           `json:"key" doc:"Its key in the template."`
	Text    Text             `json:"text" doc:"What is to be done."`
	Applies bool             `json:"applies" doc:"Whether the assessment has reached that level."`
}

// Section is a section of a form.
type Section struct {
	Key       string         `json:"key" id:"section" doc:"Its key in the template."`
	Title     Text           `json:"title" doc:"Its heading."`
	Intro     *Text          `json:"intro,omitempty" doc:"What to know before answering, may hold markup; null if there is nothing."`
	ScoreType enum.ScoreType `json:"scoreType" doc:"The total that its questions count in, unless they say otherwise."`
	VisibleIf string         `json:"visibleIf,omitempty" doc:"The condition under which its questions are asked; null if always."`
	Visible   bool           `json:"visible" doc:"Whether its condition holds."`
	Questions []Question     `json:"questions" table:"answers" doc:"Its questions, in order, also those that are hidden."`
}

// Question is a question with its answer.
type Question struct {
	Key              string            `json:"key" id:"question" doc:"What answers name it by."`
	Title            Text              `json:"title" doc:"The question."`
	Help             *Text             `json:"help,omitempty" doc:"Help with the answer, may hold markup; null if there is none."`
	Panel            *Text             `json:"panel,omitempty" doc:"The heading of the group that it is in; null if it is in none."`
	Type             enum.QuestionType `json:"type" doc:"What it asks for."`
	VisibleIf        string            `json:"visibleIf,omitempty" doc:"The condition under which it is asked; null if always."`
	Visible          bool              `json:"visible" doc:"Whether it is asked: its own condition holds, and those of its panel and its section."`
	WhyHidden        string            `json:"whyHidden,omitempty" doc:"Which condition hides it; null while it is visible."`
	Required         bool              `json:"required" doc:"Whether it must be answered."`
	EvidenceRequired bool              `json:"evidenceRequired" doc:"Whether its answer needs evidence."`
	ScoreType        enum.ScoreType    `json:"scoreType" doc:"The total that it counts in."`
	Principle        enum.Requirement  `json:"principle,omitempty" doc:"The requirement that it is about; null if about none of them alone."`
	MaxScore         int               `json:"maxScore" doc:"The most points that an answer can be worth."`
	Answer           *Answer           `json:"answer,omitempty" doc:"What was answered; null if nothing was."`
}

// Answer is what was saved as the answer to a question.
type Answer struct {
	Value      *Value            `json:"value,omitempty" doc:"The value; null if it was taken back, or is withheld."`
	Note       string            `json:"note,omitempty" doc:"The reason for the answer; null if none was given, or it is withheld."`
	Withheld   []enum.AnswerPart `json:"withheld" doc:"What of it is withheld from the audience; the redactions say why."`
	Author     string            `json:"author,omitempty" doc:"The id of the member of the firm who gave it; null for everybody outside the firm."`
	Revision   int               `json:"revision" doc:"Counts the saves of this answer, from 1."`
	AnsweredAt time.Time         `json:"answeredAt" doc:"When it was saved."`
	Evidence   []File            `json:"evidence" table:"evidence" doc:"The files that show it, oldest first."`
}

// Unplaced is an imported answer that the template has no place for.
type Unplaced struct {
	Question string `json:"question" doc:"The question as the import named it."`
	Value    *Value `json:"value,omitempty" doc:"The value as it came."`
	Why      string `json:"why" doc:"Why the template has no place for it."`
}

// Risk is something that could go wrong, as a firm says.
type Risk struct {
	ID              string                 `json:"id" doc:"The risk's id."`
	Number          int                    `json:"number" id:"risk" doc:"Its number in the assessment, from 1."`
	Title           string                 `json:"title,omitempty" doc:"What could go wrong, in one line; null if it is withheld."`
	Description     string                 `json:"description,omitempty" doc:"How, and for whom; null if not stated, or withheld."`
	Withheld        []enum.RiskPart        `json:"withheld" doc:"What of it is withheld from the audience; the redactions say why."`
	Inherent        Grade                  `json:"inherent" doc:"How high it is with nothing done about it, as the firm rates it."`
	Residual        Grade                  `json:"residual" doc:"How high it is with what is done about it: only verified mitigations lower it."`
	Reversibility   enum.RiskReversibility `json:"reversibility,omitempty" doc:"Whether what it does can be undone; null if not stated."`
	Scope           enum.RiskScope         `json:"scope,omitempty" doc:"How many it concerns; null if not stated."`
	Treatment       enum.RiskTreatment     `json:"treatment" doc:"What is done about it."`
	AcceptedBy      string                 `json:"acceptedBy,omitempty" doc:"The id of the member who accepted it as it is; null for everybody outside the firm."`
	AcceptedAt      *time.Time             `json:"acceptedAt,omitempty" doc:"When it was accepted; null if it is not."`
	AcceptedUntil   *time.Time             `json:"acceptedUntil,omitempty" doc:"Until when it is accepted; null if it is not."`
	AcceptedBecause string                 `json:"acceptedBecause,omitempty" doc:"Why it was accepted; null if it is not, or this is withheld."`
	State           enum.RiskState         `json:"state" doc:"Whether it is still in the assessment."`
	Ratings         []SideRating           `json:"ratings" table:"ratings" doc:"How each side rates it, the firm first."`
	Mitigations     []Mitigation           `json:"mitigations" table:"mitigations" doc:"What is done about it, by number."`
}

// Grade is how likely and how severe a risk is.
type Grade struct {
	Likelihood int            `json:"likelihood" doc:"1 (remote) to 4 (near certain)."`
	Severity   int            `json:"severity" doc:"1 (negligible) to 4 (maximal)."`
	Score      int            `json:"score" doc:"Likelihood times severity, 1 to 16."`
	Level      enum.RiskLevel `json:"level" doc:"The level of this score."`
}

// SideRating is how a side rates a risk.
type SideRating struct {
	Side                 enum.RatingSide `json:"side" doc:"The side."`
	LikelihoodHundredths int             `json:"likelihoodHundredths" doc:"The mean of the likelihoods in hundredths, rounded."`
	SeverityHundredths   int             `json:"severityHundredths" doc:"The mean of the severities in hundredths, rounded."`
	N                    int             `json:"n" doc:"How many ratings there are."`
}

// Mitigation is what a firm does about a risk.
type Mitigation struct {
	ID               string               `json:"id" doc:"The mitigation's id."`
	Number           int                  `json:"number" id:"mitigation" doc:"Its number within the risk, from 1."`
	Title            string               `json:"title,omitempty" doc:"What is done, in one line; null if it is withheld."`
	Description      string               `json:"description,omitempty" doc:"How it is done; null if not stated, or withheld."`
	Withheld         bool                 `json:"withheld" doc:"Whether its words are withheld from the audience; the redactions say why."`
	Owner            string               `json:"owner,omitempty" doc:"The id of the member who answers for it; null for everybody outside the firm."`
	DueAt            *time.Time           `json:"dueAt,omitempty" doc:"When it is due; null if not stated, or withheld."`
	LowersLikelihood int                  `json:"lowersLikelihood" doc:"By how many steps it lowers the likelihood once it is verified, 0 to 3."`
	LowersSeverity   int                  `json:"lowersSeverity" doc:"By how many steps it lowers the severity once it is verified, 0 to 3."`
	State            enum.MitigationState `json:"state" doc:"What became of it."`
	History          []MitigationRecord   `json:"history" table:"mitigation-history" doc:"What became of it, oldest first."`
}

// MitigationRecord is what became of a mitigation at a time.
type MitigationRecord struct {
	State  enum.MitigationState `json:"state" doc:"What became of it."`
	Note   string               `json:"note,omitempty" doc:"What was done or found; null if not stated, or withheld."`
	By     Party                `json:"by" doc:"The party that recorded or verified it."`
	Member string               `json:"member,omitempty" doc:"The id of the member who did; null for everybody but the member's own party."`
	At     time.Time            `json:"at" doc:"When."`
}

// Signer is who is to sign an assessment.
type Signer struct {
	Capacity    enum.Capacity    `json:"capacity" doc:"The capacity in which they sign."`
	Party       Party            `json:"party" doc:"The party for which they sign."`
	Member      string           `json:"member,omitempty" doc:"The id of the member of the firm who signs; null for everybody outside the firm."`
	State       enum.SignerState `json:"state" doc:"Whether they are to sign."`
	Reason      string           `json:"reason,omitempty" doc:"Why they do not sign; null if no reason was given."`
	AppointedAt time.Time        `json:"appointedAt" doc:"When the firm appointed them."`
	EndedAt     *time.Time       `json:"endedAt,omitempty" doc:"When they were dismissed or declared a conflict; null if neither."`
}

// NeededSignOff is signatures that an assessment needs from a level on.
type NeededSignOff struct {
	Level      enum.ImpactLevel `json:"level" doc:"From this level on."`
	Capacities []enum.Capacity  `json:"capacities" doc:"The capacities that count; any of them."`
	Count      int              `json:"count" doc:"How many persons."`
}

// SignOff is a signature under the content of an assessment.
type SignOff struct {
	Capacity    enum.Capacity `json:"capacity" doc:"The capacity in which it was given."`
	By          Party         `json:"by" doc:"The party for which it was given."`
	Version     int           `json:"version" doc:"The number of the version that was signed."`
	ContentHash string        `json:"contentHash" doc:"The hash of the content that was signed."`
	Current     bool          `json:"current" doc:"Whether that is the content that is reported. A signature under earlier content counts no more."`
	Reason      string        `json:"reason,omitempty" doc:"What the signer says of it; null if nothing."`
	At          time.Time     `json:"at" doc:"When it was given."`
}

// Missing is something that is missing before an assessment can be published.
type Missing struct {
	Code     string `json:"code" doc:"What is missing, as a UserErrorCode of the API."`
	Message  string `json:"message" doc:"That in a sentence."`
	Question string `json:"question,omitempty" doc:"The key of the question to answer; null if it is about no question."`
}

// Redaction is a part of an assessment that is withheld from most readers.
type Redaction struct {
	Path   []string `json:"path" doc:"The part, such as answers, affected, note."`
	Reason string   `json:"reason" doc:"Why it is withheld."`
}

// StaleCause is why an assessment is or was out of date.
type StaleCause struct {
	Cause      enum.StaleCauseKind `json:"cause" doc:"The cause."`
	Because    string              `json:"because" doc:"That in a sentence."`
	Link       string              `json:"link,omitempty" doc:"The id of what caused it; null if nothing did but time, or the audience may not see it."`
	Since      time.Time           `json:"since" doc:"Since when."`
	ResolvedAt *time.Time          `json:"resolvedAt,omitempty" doc:"When a newer assessment took its place; null until then."`
}

// VersionRef names a version of an assessment.
type VersionRef struct {
	ID          string    `json:"id" doc:"The version's id."`
	Number      int       `json:"number" doc:"Its number, from 1."`
	Assessment  string    `json:"assessment" doc:"The id of the assessment."`
	Reference   string    `json:"reference,omitempty" doc:"The number of the assessment."`
	ContentHash string    `json:"contentHash" doc:"Identifies its content, in hexadecimal."`
	CreatedAt   time.Time `json:"createdAt" doc:"When the consultation on it was opened first."`
}

// Filing is an assessment that was filed with a regulator.
type Filing struct {
	ID          string      `json:"id" doc:"The filing's id."`
	Regulator   Party       `json:"regulator" doc:"The regulator that it was filed with."`
	Version     int         `json:"version" doc:"The number of the version that was filed."`
	ContentHash string      `json:"contentHash" doc:"Identifies the content that was filed."`
	State       FilingState `json:"state" doc:"What became of it."`
	FiledAt     time.Time   `json:"filedAt" doc:"When it was filed."`
	AnsweredAt  *time.Time  `json:"answeredAt,omitempty" doc:"When the regulator answered; null until then."`
	Reason      string      `json:"reason,omitempty" doc:"Why it was returned; null if it was not."`
}

// FilingState is what became of a filing.
type FilingState string

// The states of filings.
const (
	FilingFiled        FilingState = "FILED"
	FilingAcknowledged FilingState = "ACKNOWLEDGED"
	FilingReturned     FilingState = "RETURNED"
)

// SubjectType is what something is about.
type SubjectType string

// What things are about, by the names of the API's types.
const (
	SubjectPractice   SubjectType = "Practice"
	SubjectProposal   SubjectType = "Proposal"
	SubjectAssessment SubjectType = "ImpactAssessment"
	SubjectDialogue   SubjectType = "Dialogue"
)
