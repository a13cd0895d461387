package main

import (
	"context"
	"slices"

	"github.com/Khan/genqlient/graphql"

	"github.com/plenary-dialogue/plenary/examples/mirror/generated"
)

// page is part of a list.
type page struct {
	rows []row
	next string // empty at the end
}

// lists are all lists that the mirror copies. Each returns everything, or what changed since a time.
var lists = []func(ctx context.Context, c graphql.Client, since, after *string) (page, error){
	func(ctx context.Context, c graphql.Client, since, after *string) (page, error) {
		got, err := generated.Parties(ctx, c, after, since)
		if err != nil {
			return page{}, err
		}
		return paged(got.Stakeholders.Nodes, func(n generated.PartiesStakeholdersStakeholderConnectionNodesStakeholder) row {
			return partyRow(n)
		}, got.Stakeholders.PageInfo), nil
	},
	func(ctx context.Context, c graphql.Client, since, after *string) (page, error) {
		got, err := generated.Dialogues(ctx, c, after, since)
		if err != nil {
			return page{}, err
		}
		return paged(got.Dialogues.Nodes, func(n generated.DialoguesDialoguesDialogueConnectionNodesDialogue) row {
			return dialogueRow(n.Dialogue)
		}, got.Dialogues.PageInfo), nil
	},
	func(ctx context.Context, c graphql.Client, since, after *string) (page, error) {
		got, err := generated.Practices(ctx, c, after, since)
		if err != nil {
			return page{}, err
		}
		return paged(got.Practices.Nodes, func(n generated.PracticesPracticesPracticeConnectionNodesPractice) row {
			return practiceRow(n.Practice)
		}, got.Practices.PageInfo), nil
	},
	func(ctx context.Context, c graphql.Client, since, after *string) (page, error) {
		got, err := generated.Assessments(ctx, c, after, since)
		if err != nil {
			return page{}, err
		}
		return paged(got.ImpactAssessments.Nodes, func(n generated.AssessmentsImpactAssessmentsImpactAssessmentConnectionNodesImpactAssessment) row {
			return assessmentRow(n.Assessment)
		}, got.ImpactAssessments.PageInfo), nil
	},
	func(ctx context.Context, c graphql.Client, since, after *string) (page, error) {
		got, err := generated.Proposals(ctx, c, after, since)
		if err != nil {
			return page{}, err
		}
		return paged(got.Proposals.Nodes, func(n generated.ProposalsProposalsProposalConnectionNodesProposal) row {
			return proposalRow(n.Proposal)
		}, got.Proposals.PageInfo), nil
	},
	func(ctx context.Context, c graphql.Client, since, after *string) (page, error) {
		return commentsOf(ctx, c, &generated.CommentFilter{ChangedSince: since}, after)
	},
}

// commentsOf lists the comments that match a filter.
func commentsOf(ctx context.Context, c graphql.Client, f *generated.CommentFilter, after *string) (page, error) {
	got, err := generated.Comments(ctx, c, after, f)
	if err != nil {
		return page{}, err
	}
	return paged(present(got.Comments.Nodes), func(n *generated.CommentsCommentsCommentConnectionNodesComment) row {
		return commentRow(n.Comment)
	}, got.Comments.PageInfo), nil
}

// proposalsOf lists the proposals of a dialogue; none if the viewer may no longer see it.
func proposalsOf(ctx context.Context, c graphql.Client, dialogue string, after *string) (page, error) {
	got, err := generated.ProposalsOf(ctx, c, dialogue, after)
	if isMissing(err) || err == nil && got.Dialogue == nil {
		return page{}, nil
	}
	if err != nil {
		return page{}, err
	}
	return paged(got.Dialogue.Proposals.Nodes, func(n generated.ProposalsOfDialogueProposalsProposalConnectionNodesProposal) row {
		return proposalRow(n.Proposal)
	}, got.Dialogue.Proposals.PageInfo), nil
}

// repliesTo lists the replies to a comment; none if the viewer may no longer see it.
func repliesTo(ctx context.Context, c graphql.Client, comment string, after *string) (page, error) {
	got, err := generated.RepliesTo(ctx, c, comment, after)
	if isMissing(err) || err == nil && got.Comment == nil {
		return page{}, nil
	}
	if err != nil {
		return page{}, err
	}
	return paged(present(got.Comment.Replies.Nodes), func(n *generated.RepliesToCommentRepliesCommentConnectionNodesComment) row {
		return commentRow(n.Comment)
	}, got.Comment.Replies.PageInfo), nil
}

// subjects reads things by their ids and returns the ids of those that are gone.
func subjects(ctx context.Context, c graphql.Client, ids []string) (rows []row, gone []string, err error) {
	got, err := generated.Subjects(ctx, c, ids)
	if err != nil {
		return nil, nil, err
	}
	for i, n := range got.Nodes {
		if n == nil {
			gone = append(gone, ids[i])
			continue
		}
		switch n := (*n).(type) {
		case generated.Party:
			rows = append(rows, partyRow(n))
		case *generated.SubjectsNodesDialogue:
			rows = append(rows, dialogueRow(n.Dialogue))
		case *generated.SubjectsNodesProposal:
			rows = append(rows, proposalRow(n.Proposal))
		case *generated.SubjectsNodesComment:
			rows = append(rows, commentRow(n.Comment))
		case *generated.SubjectsNodesPractice:
			rows = append(rows, practiceRow(n.Practice))
		case *generated.SubjectsNodesImpactAssessment:
			rows = append(rows, assessmentRow(n.Assessment))
		}
	}
	return rows, gone, nil
}

// info is the PageInfo of any list.
type info interface {
	GetHasNextPage() bool
	GetEndCursor() *string
}

func paged[N any, I any, P interface {
	*I
	info
}](nodes []N, of func(N) row, i I) page {
	p := page{rows: make([]row, len(nodes))}
	for k, n := range nodes {
		p.rows[k] = of(n)
	}
	if in := P(&i); in.GetHasNextPage() && in.GetEndCursor() != nil {
		p.next = *in.GetEndCursor()
	}
	return p
}

// present leaves out the places of comments that were taken down.
func present[N any](nodes []*N) []*N {
	return slices.DeleteFunc(nodes, func(n *N) bool { return n == nil })
}

func partyRow(p generated.Party) row {
	return row{parties, []any{
		p.GetId(), string(p.GetPartyKind()), p.GetName(), p.GetHandle(), string(p.GetStatus()), p.GetDescription(), p.GetCreatedAt(), p.GetRevision(),
	}}
}

func dialogueRow(d generated.Dialogue) row {
	return row{dialogues, []any{
		d.Id, d.Convenor.GetId(), d.Title, d.Brief, string(d.Visibility), string(d.DialogueState), d.Round, d.Outcome, d.CreatedAt, d.UpdatedAt, d.Revision,
	}}
}

func proposalRow(p generated.Proposal) row {
	return row{proposals, []any{
		p.Id, p.Dialogue.Id, p.Author.GetId(), string(p.ProposalKind), p.Title, p.Summary, p.Body, p.Language, string(p.ProposalState),
		p.StateReason, p.Version, p.ContentHash, p.CreatedAt, p.UpdatedAt, p.Revision,
	}}
}

func commentRow(c generated.Comment) row {
	var subject, parent any
	if c.Subject != nil {
		if s, ok := (*c.Subject).(interface{ GetId() string }); ok {
			subject = s.GetId()
		}
	}
	if c.Parent != nil {
		parent = c.Parent.Id
	}
	return row{comments, []any{
		c.Id, subject, parent, c.Author.GetId(), c.CommentBody, string(c.Stance), c.Language, string(c.CommentState), c.Tally.Agree, c.Tally.Disagree,
		c.Tally.Pass, c.CreatedAt, c.UpdatedAt, c.Revision,
	}}
}

func practiceRow(p generated.Practice) row {
	return row{practices, []any{
		p.Id, p.Firm.Id, p.Title, p.Description, string(p.PracticeKind), string(p.PracticeState), p.Version, p.CreatedAt, p.UpdatedAt, p.Revision,
	}}
}

func assessmentRow(a generated.Assessment) row {
	var practice *string // an assessment of a proposal has none
	if a.Practice != nil {
		practice = &a.Practice.Id
	}
	return row{assessments, []any{
		a.Id, practice, a.Title, a.Template.Reference, string(a.AssessmentState), a.Version, a.AssessmentHash, a.CreatedAt,
		a.UpdatedAt, a.Revision,
	}}
}
