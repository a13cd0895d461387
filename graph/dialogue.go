package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/reading"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var dialogueNoun = noun{
	name:     "dialogue",
	types:    []string{"Dialogue"},
	read:     by(dialoguesByID),
	referred: byReference(func(r *Resolver) func(context.Context, string) (*db.Dialogue, error) { return r.Dialogues.ByReference }),
	tables:   []string{"dialogues", "phases", "invitations", "links", "outcomes", "files"},
	sweeping: []string{"dialogue.imported"}, // parties and comments, too
	posted:   []policy.Action{policy.ImportDialogue},
	edges: edges{
		"Query.dialogues": paged(func(ctx context.Context, r *Resolver, in model.DialogueFilter, a args) (*dialogue.Page, error) {
			f := dialogue.Filter{
				State: in.State, Phase: in.Phase, Chamber: in.Chamber, Language: in.Language, Jurisdiction: in.Jurisdiction, Text: or(in.Text, ""),
				PublishedAfter: in.PublishedAfter, PublishedBefore: in.PublishedBefore, ChangedSince: in.ChangedSince, Order: word[enum.DialogueOrder](a, "order"),
			}
			f.Convenor = optionalKey("stakeholder", in.Convenor)
			f.Practice = optionalKey("practice", in.Practice)
			return r.Dialogues.List(ctx, f, a.page())
		}),
		"Dialogue.convenor": toParty("convenor_id"),
		"Dialogue.phases": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*db.Phase, error) {
			return r.Dialogues.PhasesOf(ctx, ids)
		}),
		"Dialogue.phase": presentPhase,
		"Dialogue.outcomes": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*dialogue.OutcomePage, error) {
			return r.Dialogues.OutcomesOf(ctx, ids, a.page())
		}),
		"Dialogue.sponsorRule": made(func(row *db.Dialogue) *sponsorship.Rule {
			rule := dialogue.SponsorsOf(row)
			if !rule.Asks() {
				return nil
			}
			rule.Chambers = append([]enum.StakeholderKind{}, rule.Chambers...)
			return &rule
		}, "sponsors", "sponsor_chambers"),
		"Dialogue.invited": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*party.Page, error) {
			return r.Parties.InvitedTo(ctx, ids, a.page())
		}).reading("stakeholders"),
		"Dialogue.practices": under(linked),
		"Dialogue.proposals": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*proposal.Page, error) {
			f, err := proposalFilter(a)
			if err != nil {
				return nil, err
			}
			return r.Proposals.Of(ctx, ids, f, a.page())
		}),
		"Dialogue.missingToClose": forAll(func(ctx context.Context, r *Resolver, rows []*db.Dialogue) ([][]*view.UserError, error) {
			missing, err := r.Dialogues.MissingToClose(ctx, rows)
			out := make([][]*view.UserError, len(missing))
			for i, faults := range missing {
				out[i] = view.UserErrorsOf(faults)
			}
			return out, err
		}, "id", "state"),
		"Dialogue.comments": under(commentsOn),
		"Dialogue.unread": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*reading.Unread, error) {
			return r.Readings.Of(ctx, ids)
		}),
		"Dialogue.viewerCan": can(func(ctx context.Context, r *Resolver, ds []*db.Dialogue) ([][]*policy.Decision, error) {
			return r.Dialogues.Can(ctx, ds)
		}, "id"),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Dialogue, error) { return r.Dialogues.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Dialogue) ([][]*policy.Decision, error) {
			return r.Dialogues.Can(ctx, rows)
		}),
	mutations: mutations{
		"conveneDialogue": with(convene),
		"inviteToDialogue": with(func(ctx context.Context, r *Resolver, in model.InviteToDialogueInput) (*act.Result, error) {
			id := key("dialogue", in.ID)
			parties := keys("stakeholder", in.Stakeholders)
			return r.Dialogues.Invite(ctx, id, parties, in.ExpectedRevision)
		}),
		"uninviteFromDialogue": with(func(ctx context.Context, r *Resolver, in model.UninviteFromDialogueInput) (*act.Result, error) {
			return r.Dialogues.Uninvite(ctx, key("dialogue", in.ID), keys("stakeholder", in.Stakeholders), in.ExpectedRevision)
		}),
		"updateDialogue": with(func(ctx context.Context, r *Resolver, in model.UpdateDialogueInput) (*act.Result, error) {
			change := dialogue.Change{Title: in.Title, Brief: in.Brief, Phases: phasePlans(in.Phases), Languages: in.Languages}
			change.Assessed = in.RequiresAssessment
			if in.SponsorRule != nil {
				change.Sponsors = new(sponsorRule(in.SponsorRule))
			}
			if in.Practices != nil {
				change.Practices = keys("practice", in.Practices)
			}
			if in.Files != nil {
				change.Files = keys("file", in.Files)
			}
			return r.Dialogues.Update(ctx, key("dialogue", in.ID), change, in.Reason, &in.ExpectedRevision)
		}),
		"markDialogueRead": with(func(ctx context.Context, r *Resolver, in model.MarkDialogueReadInput) (*act.Result, error) {
			return r.Readings.Mark(ctx, key("dialogue", in.ID), func(ctx context.Context) (int64, error) {
				return r.feed.PlaceOf(ctx, "cursor", in.Cursor)
			})
		}),
		"openDialogue":  on(func(r *Resolver) moving { return r.Dialogues.Open }),
		"closeDialogue": because("Outcome", func(r *Resolver) reasoned { return r.Dialogues.Close }),
		"reopenDialogue": with(func(ctx context.Context, r *Resolver, in model.ReopenDialogueInput) (*act.Result, error) {
			return r.Dialogues.Reopen(ctx, key("dialogue", in.ID), phasePlans(in.Phases), in.Reason, &in.ExpectedRevision)
		}),
	},
	follows: follows{
		"dialogueActivity": func(ctx context.Context, r *Resolver, n noun, args map[string]any) (feed.Filter, error) {
			k, _, err := r.followed(ctx, n, args)
			return feed.Filter{Dialogue: &k}, err
		},
	},
}

func dialoguesByID(r *Resolver) many[db.Dialogue] { return r.Dialogues.ByID }

// presentPhase reads the phase that holds in each dialogue, and changes with the time.
var presentPhase = func() edge {
	e := one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, _ args) ([]*db.Phase, error) {
		ids := make([]uuid.UUID, len(ds))
		for i, d := range ds {
			ids[i] = d.ID
		}
		phases, err := r.Dialogues.PhasesOf(ctx, ids)
		out := make([]*db.Phase, len(ds))
		for i, d := range ds {
			if d.State == enum.DialogueStateOpen {
				out[i] = r.Dialogues.Now(phases[d.ID], d.Round)
			}
		}
		return out, err
	})
	e.needs, e.passing = []string{"id", "state", "round"}, true
	return e
}()

func convene(ctx context.Context, r *Resolver, in model.ConveneDialogueInput) (*act.Result, error) {
	practices := keys("practice", in.Practices)
	invite := keys("stakeholder", in.Invite)
	plan := dialogue.Plan{
		Title: in.Title, Brief: or(in.Brief, ""), Visibility: or(in.Visibility, ""), Languages: in.Languages, TimeZone: or(in.TimeZone, ""),
		Phases: phasePlans(in.Phases), Sponsors: sponsorRule(in.SponsorRule), Assessed: or(in.RequiresAssessment, false),
	}
	return r.Dialogues.Convene(ctx, plan, practices, invite, keys("file", in.Files))
}

func sponsorRule(in *model.SponsorRuleInput) sponsorship.Rule {
	if in == nil {
		return sponsorship.Rule{}
	}
	return sponsorship.Rule{Sponsors: int(in.Sponsors), Chambers: in.Chambers}
}

func phasePlans(in []*model.PhaseInput) []dialogue.PhasePlan {
	if in == nil {
		return nil
	}
	plans := make([]dialogue.PhasePlan, 0, len(in))
	for _, p := range in {
		plans = append(plans, dialogue.PhasePlan{
			Kind: p.Kind, OpensAt: p.OpensAt, ClosesAt: p.ClosesAt, MayComment: or(p.MayComment, false), MayVote: or(p.MayVote, false),
			MayPropose: or(p.MayPropose, false), MayAmend: or(p.MayAmend, false), MayBallot: or(p.MayBallot, false),
			TakesLate: or(p.TakesLateComments, false),
		})
	}
	return plans
}
