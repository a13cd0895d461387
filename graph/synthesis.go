package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/synthesis"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var synthesisNoun = noun{
	name:   "synthesis",
	types:  []string{"Synthesis"},
	read:   by(func(r *Resolver) many[db.Synthesis] { return r.Syntheses.ByID }),
	tables: []string{"syntheses", "synthesis_sentences", "citations", "synthesis_objections"},
	inside: []policy.Resource{policy.Dialogue},
	edges: edges{
		"Dialogue.syntheses": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*synthesis.Page, error) {
			var phase *int
			if n := a.integer("phase"); n != nil {
				phase = new(int(*n))
			}
			return r.Syntheses.Of(ctx, ids, phase, a.page())
		}),
		"Phase.number":          made(func(p *db.Phase) int32 { return int32(p.Position) + 1 }, "position"),
		"Synthesis.dialogue":    to("dialogue_id", dialoguesByID),
		"Synthesis.phase":       to("phase_id", func(r *Resolver) many[db.Phase] { return r.Dialogues.PhasesByID }),
		"Synthesis.publishedBy": toParty("convenor_id"),
		"Synthesis.sentences": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*db.SynthesisSentence, error) {
			return r.Syntheses.SentencesOf(ctx, ids)
		}),
		"Synthesis.coverage": forAll(func(ctx context.Context, r *Resolver, rows []*db.Synthesis) ([]*synthesis.Coverage, error) {
			return r.Syntheses.Coverages(ctx, rows)
		}, "id"),
		"Synthesis.objections": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*synthesis.ObjectionPage, error) {
			return r.Syntheses.ObjectionsTo(ctx, ids, a.page())
		}),
		"SynthesisSentence.citations": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*synthesis.CitationPage, error) {
			return r.Syntheses.CitationsOf(ctx, ids, a.page())
		}),
		"Citation.comment": to("comment_id", commentsByID),
		"Citation.commentId": made(func(c *db.Citation) string {
			return typeid.New(string(policy.Comment), c.CommentID).String()
		}, "comment_id"),
		"SynthesisObjection.party": toParty("party_id"),
		"SynthesisObjection.overdue": passing(forAll(func(ctx context.Context, r *Resolver, rows []*db.SynthesisObjection) ([]bool, error) {
			return r.Syntheses.Overdue(ctx, rows)
		}, "synthesis_id", "answered_at")),
		"Synthesis.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Synthesis) ([][]*policy.Decision, error) {
			return r.Syntheses.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Synthesis, error) { return r.Syntheses.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Synthesis) ([][]*policy.Decision, error) {
			return r.Syntheses.Can(ctx, rows)
		}),
	mutations: mutations{
		"publishSynthesis": with(func(ctx context.Context, r *Resolver, in model.PublishSynthesisInput) (*act.Result, error) {
			p := synthesis.Plan{Dialogue: key("dialogue", in.Dialogue), Phase: int(in.Phase)}
			for _, one := range in.Sentences {
				p.Sentences = append(p.Sentences, synthesis.Sentence{Text: one.Text, Citations: keys("comment", one.Citations)})
			}
			return r.Syntheses.Publish(ctx, p)
		}),
		"objectNotHeard": with(func(ctx context.Context, r *Resolver, in model.ObjectNotHeardInput) (*act.Result, error) {
			return r.Syntheses.Object(ctx, key("synthesis", in.ID), in.Text, in.ExpectedRevision)
		}),
		"answerNotHeard": with(func(ctx context.Context, r *Resolver, in model.AnswerNotHeardInput) (*act.Result, error) {
			return r.Syntheses.Answer(ctx, key("synthesis", in.ID), key("stakeholder", in.Party), in.Text, in.ExpectedRevision)
		}),
	},
	does: map[string]policy.Action{"objectNotHeard": policy.ObjectNotHeard, "answerNotHeard": policy.AnswerNotHeard},
}
