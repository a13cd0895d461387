package report

import (
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Commitment is what a firm has accepted to do, and a ballot has adopted.
type Commitment struct {
	ID           string                `json:"id" doc:"The commitment's id."`
	Firm         Party                 `json:"firm" doc:"The firm that has committed itself."`
	Proposal     string                `json:"proposal" doc:"The id of the proposal that was adopted."`
	Reference    string                `json:"reference,omitempty" doc:"The proposal's number; null if it has none."`
	Title        string                `json:"title" doc:"What the firm does, in one line."`
	Language     string                `json:"language" doc:"The language of the title: a tag of BCP 47."`
	Status       enum.CommitmentStatus `json:"status" doc:"How it stands, as the firm says."`
	StatusReason string                `json:"statusReason,omitempty" doc:"Why it stands so; null if no reason was given."`
	Late         bool                  `json:"late" doc:"Whether an act has said that a milestone is late, and the firm has neither reached nor moved it since."`
	AdoptedAt    time.Time             `json:"adoptedAt" doc:"When it was adopted."`
	Milestones   []Milestone           `json:"milestones" table:"milestones" doc:"Its steps, by their dates."`
}

// Milestone is a step of a commitment.
type Milestone struct {
	ID        string              `json:"id" doc:"The milestone's id."`
	Title     string              `json:"title" doc:"What is to be reached, in one line."`
	State     enum.MilestoneState `json:"state" doc:"Whether it has been reached."`
	Progress  int                 `json:"progress" doc:"How much of it is done, in percent."`
	DueAt     time.Time           `json:"dueAt" doc:"By when the firm wants to have reached it."`
	ReachedAt *time.Time          `json:"reachedAt,omitempty" doc:"When it was reached; null if it was not."`
	Late      bool                `json:"late" doc:"Whether it was reached after it was due, or is due and was not reached."`
}

// OfficialResponse is what a firm or a regulator was asked to answer to a proposal.
type OfficialResponse struct {
	ID          string                     `json:"id" doc:"The official response's id."`
	Addressee   Party                      `json:"addressee" doc:"Who was asked."`
	Proposal    string                     `json:"proposal" doc:"The id of the proposal."`
	Reference   string                     `json:"reference,omitempty" doc:"The proposal's number; null if it has none."`
	Title       string                     `json:"title" doc:"What the proposal proposes, in one line."`
	Language    string                     `json:"language" doc:"The language of the title: a tag of BCP 47."`
	State       enum.OfficialResponseState `json:"state" doc:"Whether it was given."`
	RequestedAt time.Time                  `json:"requestedAt" doc:"When it was asked for."`
	DueAt       time.Time                  `json:"dueAt" doc:"By when it was asked for."`
	AnsweredAt  *time.Time                 `json:"answeredAt,omitempty" doc:"When it was given; null if it was not."`
	Late        bool                       `json:"late" doc:"Whether it was given after it was due, or is due and was not given."`
	Version     *int                       `json:"version,omitempty" doc:"The version of the proposal that it answers to; null if it was not given."`
	Text        string                     `json:"text,omitempty" doc:"The response, in Markdown; null if it was not given."`
}
