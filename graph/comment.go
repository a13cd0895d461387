package graph

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var commentNoun = noun{
	name:   "comment",
	types:  []string{"Comment"},
	read:   commentReader,
	tables: []string{"comments", "comment_versions", "comment_groups", "comment_bands", "votes", "discussions", "dispositions", "comment_translations", "hidings", "content_reports", "files"},
	place:  by(func(r *Resolver) many[db.Comment] { return r.Comments.InPlace }),
	inside: []policy.Resource{policy.Dialogue, policy.Proposal, policy.Practice, policy.Assessment, policy.Framework, policy.Principle, policy.Touchpoint},
	edges: edges{
		"Query.comments": top(func(ctx context.Context, r *Resolver, a args) (*comment.Page, error) {
			f, err := commentFilter(a)
			if err != nil {
				return nil, err
			}
			return r.Comments.List(ctx, f, a.page())
		}),
		"Query.moderationQueue": paged(func(ctx context.Context, r *Resolver, in model.ModerationQueueFilter, a args) (*comment.Page, error) {
			return r.Comments.Queue(ctx, comment.Filter{Dialogue: optionalKey("dialogue", in.Dialogue)}, r.ContentReports.Open(ctx, "t.id"), a.page())
		}),
		"Comment.subject":           commentSubject,
		"Comment.phase":             to("phase_id", func(r *Resolver) many[db.Phase] { return r.Dialogues.PhasesByID }),
		"Comment.late":              made(func(c *db.Comment) bool { return c.Late != 0 }, "late"),
		"Comment.awaitsDisposition": made(comment.Awaits, "owed", "state", "outcome"),
		"Comment.disposition": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.Disposition, error) {
			return r.Comments.DispositionsOf(ctx, ids)
		}),
		"Comment.dispositions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.DispositionPage, error) {
			return r.Comments.AllDispositionsOf(ctx, ids, a.page())
		}),
		"Comment.translations": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.TranslationPage, error) {
			return r.Comments.TranslationsOf(ctx, ids, or(a.text("language"), ""), a.page())
		}),
		"CommentTranslation.by": toParty("party_id"),
		"Disposition.version":   to("version_id", func(r *Resolver) many[db.ProposalVersion] { return r.Proposals.VersionsByID }),
		"Disposition.by":        toParty("party_id"),
		"Dialogue.responseRate": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*comment.ResponseRate, error) {
			return r.Comments.ResponseRates(ctx, ids)
		}),
		"CommentsPayload.comments": payloadAll(commentsByID),
		"CommentsPayload.acts":     payloadActs,
		"Comment.parent":           to("parent_id", commentsByID),
		"Comment.author":           toParty("author_id"),
		"Comment.versions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.VersionPage, error) {
			return r.Comments.VersionsOf(ctx, ids, a.page())
		}),
		"Comment.group": to("group_id", groupsByID),
		"Comment.quote": made(comment.QuoteOf, "quote_start", "quote_end", "quote_version", "quote_text"),
		"Comment.tally": forAll(func(_ context.Context, _ *Resolver, cs []*db.Comment) ([]*comment.Tally, error) {
			return comment.TalliesOf(cs), nil // at once, so that what is below them is read at once
		}, "id", "agrees", "disagrees", "passes"),
		"Tally.byChamber": forAll(func(ctx context.Context, r *Resolver, ts []*comment.Tally) ([][]*comment.ChamberTally, error) {
			return r.Comments.ByChamber(ctx, ts)
		}),
		"Comment.viewerVote": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*enum.VoteChoice, error) {
			return r.Comments.VotesOf(ctx, ids)
		}),
		"Comment.replies": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.Page, error) {
			return r.Comments.RepliesTo(ctx, ids, a.page())
		}),
		"Comment.thread": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.Thread, error) {
			return r.Comments.Threads(ctx, ids, a.page())
		}),
		"CommentEdge.thread": one(func(ctx context.Context, r *Resolver, places []*comment.Edge, a args) ([]*comment.Thread, error) {
			ids := make([]uuid.UUID, len(places))
			for i, p := range places {
				ids[i] = p.Place().ID
			}
			found, err := r.Comments.Threads(ctx, ids, a.page())
			threads := make([]*comment.Thread, len(ids))
			for i, id := range ids {
				threads[i] = found[id]
			}
			return threads, err
		}),
		"Comment.viewerCan": can(func(ctx context.Context, r *Resolver, cs []*db.Comment) ([][]*policy.Decision, error) {
			return r.Comments.Can(ctx, cs)
		}),
	},
	does: map[string]policy.Action{
		"disposeComments": policy.DisposeComment, "disposeCommentGroup": policy.DisposeComment, "hideComments": policy.HideComment, "restoreComments": policy.RestoreComment,
		"dismissReports": policy.DismissReports,
	},
	mutations: mutations{
		"postComment": with(post),
		"voteOnComment": with(func(ctx context.Context, r *Resolver, in model.VoteOnCommentInput) (*act.Result, error) {
			id := key("comment", in.ID)
			return r.Comments.Vote(ctx, id, in.Choice, in.ExpectedRevision)
		}),
		"retractCommentVote": on(func(r *Resolver) moving { return r.Comments.Retract }),
		"editComment": with(func(ctx context.Context, r *Resolver, in model.EditCommentInput) (*act.Result, error) {
			id := key("comment", in.ID)
			return r.Comments.Edit(ctx, id, comment.Change{Body: in.Body, Stance: or(in.Stance, ""), Language: in.Language}, &in.ExpectedRevision)
		}),
		"withdrawComment":   on(func(r *Resolver) moving { return r.Comments.Withdraw }),
		"leaveCommentGroup": on(func(r *Resolver) moving { return r.Comments.LeaveGroup }),
		"translateComment": with(func(ctx context.Context, r *Resolver, in model.TranslateCommentInput) (*act.Result, error) {
			return r.Comments.Translate(ctx, key("comment", in.ID), comment.Translation{Language: in.Language, Body: in.Body}, in.ExpectedRevision)
		}),
		"disposeComments": with(func(ctx context.Context, r *Resolver, in model.DisposeCommentsInput) (*act.Result, error) {
			return r.Comments.Dispose(ctx, keys("comment", in.Comments), comment.Decision{
				Outcome: in.Outcome, Reason: in.Reason, Version: optionalKey("proposalversion", in.Version),
			})
		}),
		"disposeCommentGroup": with(func(ctx context.Context, r *Resolver, in model.DisposeCommentGroupInput) (*act.Result, error) {
			return r.Comments.DisposeGroup(ctx, key("commentgroup", in.ID), comment.Decision{
				Outcome: in.Outcome, Reason: in.Reason, Version: optionalKey("proposalversion", in.Version),
			})
		}),
		"hideComment":    because("Reason", func(r *Resolver) reasoned { return r.Comments.Hide }),
		"restoreComment": because("Reason", func(r *Resolver) reasoned { return r.Comments.Restore }),
		"hideComments": with(func(ctx context.Context, r *Resolver, in model.HideCommentsInput) (*act.Result, error) {
			return r.Comments.HideAll(ctx, keys("comment", in.Comments), in.Reason)
		}),
		"restoreComments": with(func(ctx context.Context, r *Resolver, in model.RestoreCommentsInput) (*act.Result, error) {
			return r.Comments.RestoreAll(ctx, keys("comment", in.Comments), in.Reason)
		}),
		"dismissReports": because("Reason", func(r *Resolver) reasoned { return r.Comments.DismissReports }),
	},
}

// commentReader makes entries that come after the others when they are late.
var commentReader = func() *reader {
	r := by(commentsByID)
	r.edge = entryAmong(r.rows, func(c *db.Comment) int64 { return int64(c.Late) })
	return r
}()

func commentsByID(r *Resolver) many[db.Comment] { return r.Comments.ByID }

// commentsOn reads the top-level comments on things of any kind.
func commentsOn(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.Page, error) {
	f, err := commentFilter(a)
	if err != nil {
		return nil, err
	}
	return r.Comments.Of(ctx, ids, f, cmp.Or(word[enum.CommentOrder](a, "order"), enum.CommentOrderOldest), a.page())
}

func commentFilter(a args) (comment.Filter, error) {
	in, err := filter[model.CommentFilter](a)
	if err != nil {
		return comment.Filter{}, err
	}
	f := comment.Filter{
		State: in.State, Stance: in.Stance, Chamber: in.Chamber, Language: in.Language, Text: or(in.Text, ""),
		PublishedAfter: in.PublishedAfter, PublishedBefore: in.PublishedBefore, ChangedSince: in.ChangedSince,
	}
	f.Author = optionalKey("stakeholder", in.Author)
	f.Dialogue = optionalKey("dialogue", in.Dialogue)
	f.Late, f.AwaitsDisposition = in.Late, in.AwaitsDisposition
	if in.Round != nil {
		f.Round = new(int(*in.Round))
	}
	return f, nil
}

// commentSubject reads what comments are about.
var commentSubject = func() edge {
	e := one(func(ctx context.Context, r *Resolver, cs []*db.Comment, _ args) ([]view.Node, error) {
		ids := make([]typeid.ID, len(cs))
		for i, c := range cs {
			ids[i] = typeid.New(string(policy.ResourceOf(c.SubjectType)), c.SubjectID)
		}
		return r.nodes(ctx, ids)
	})
	e.needs, e.public = []string{"subject_type", "subject_id"}, true
	return e
}()

func post(ctx context.Context, r *Resolver, in model.PostCommentInput) (*act.Result, error) {
	var about *comment.Subject
	if in.Subject != nil {
		id := anyID(*in.Subject)
		about = &comment.Subject{Type: policy.Resource(id.Noun), ID: id.UUID}
	}
	d := comment.Draft{Body: in.Body, Stance: or(in.Stance, ""), Language: or(in.Language, "")}
	if q := in.Quote; q != nil {
		d.Quote = &comment.QuoteAt{Start: int(q.Start), End: int(q.End), Unit: or(q.Unit, ""), Text: q.Text}
		if q.Version != nil {
			version := int(*q.Version)
			d.Quote.Version = &version
		}
	}
	return r.Comments.Post(ctx, about, optionalKey("comment", in.Parent), d, keys("file", in.Files))
}
