package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var proposalNoun = noun{
	name:     "proposal",
	types:    []string{"Proposal"},
	read:     by(proposalsByID),
	referred: byReference(func(r *Resolver) func(context.Context, string) (*db.Proposal, error) { return r.Proposals.ByReference }),
	place:    by(func(r *Resolver) many[db.Proposal] { return r.Proposals.InPlace }),
	tables:   []string{"proposals", "proposal_versions", "links", "sponsors", "hidings", "content_reports", "files"},
	sweeping: []string{"proposal.hidden", "proposal.restored"}, // all that is below it
	edges: edges{
		"Query.proposals": top(func(ctx context.Context, r *Resolver, a args) (*proposal.Page, error) {
			f, err := proposalFilter(a)
			if err != nil {
				return nil, err
			}
			return r.Proposals.List(ctx, f, a.page())
		}),
		"Proposal.dialogue":   to("dialogue_id", dialoguesByID),
		"Proposal.author":     toParty("author_id"),
		"Proposal.firm":       toParty("firm_id"),
		"Proposal.supersedes": to("supersedes_id", proposalsByID),
		"Proposal.supersededBy": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.Proposal, error) {
			return r.Proposals.Successors(ctx, ids)
		}),
		"Proposal.versions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*proposal.VersionPage, error) {
			return r.Proposals.VersionsOf(ctx, ids, a.page())
		}),
		"Proposal.diff": diffs(func(r *Resolver) differing { return r.Proposals.Diffs }),
		"Proposal.sponsors": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*proposal.SponsorPage, error) {
			return r.Proposals.SponsorsOf(ctx, ids, a.page())
		}),
		"Sponsor.party": toParty("party_id"),
		"Sponsor.current": forAll(func(ctx context.Context, r *Resolver, rows []*db.Sponsor) ([]bool, error) {
			return r.Proposals.Current(ctx, rows)
		}, "proposal_id", "version"),
		"Proposal.sponsorship": forAll(func(ctx context.Context, r *Resolver, rows []*db.Proposal) ([]*sponsorship.Standing, error) {
			return r.Proposals.Standings(ctx, rows)
		}, "id"),
		"Proposal.missingToOpen":       lacking(func(r *Resolver) missing { return r.Proposals.Missing }),
		"Proposal.missingToOpenBallot": lacking(func(r *Resolver) missing { return r.Proposals.MissingToOpenBallot }),
		"Proposal.practices":           under(linked),
		"Proposal.comments":            under(commentsOn),
		"ProposalsPayload.proposals":   payloadAll(proposalsByID),
		"ProposalsPayload.acts":        payloadActs,
		"Proposal.hiding":              hidingOf,
		"Proposal.reports":             reportsOf,
		"Query.reportedProposals": paged(func(ctx context.Context, r *Resolver, in model.ModerationQueueFilter, a args) (*proposal.Page, error) {
			return r.Proposals.Reported(ctx, optionalKey("dialogue", in.Dialogue), r.ContentReports.Open(ctx, "t.id"), a.page())
		}),
		"Proposal.viewerCan": can(func(ctx context.Context, r *Resolver, ps []*db.Proposal) ([][]*policy.Decision, error) {
			return r.Proposals.Can(ctx, ps)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Proposal, error) { return r.Proposals.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Proposal) ([][]*policy.Decision, error) {
			return r.Proposals.Can(ctx, rows)
		}),
	mutations: mutations{
		"draftProposal": with(func(ctx context.Context, r *Resolver, in model.DraftProposalInput) (*act.Result, error) {
			id := key("dialogue", in.Dialogue)
			practices := keys("practice", in.Practices)
			return r.Proposals.Draft(ctx, id, proposal.Words{
				Kind: in.Kind, Language: or(in.Language, ""), Title: in.Title, Summary: or(in.Summary, ""), Body: in.Body,
			}, proposal.Bond{Firm: optionalKey("stakeholder", in.Firm), Supersedes: optionalKey("proposal", in.Supersedes)}, practices, keys("file", in.Files))
		}),
		"editProposal": with(func(ctx context.Context, r *Resolver, in model.EditProposalInput) (*act.Result, error) {
			id := key("proposal", in.ID)
			change := proposal.Change{Title: in.Title, Summary: in.Summary, Body: in.Body, Kind: in.Kind, Language: in.Language}
			change.Firm = optionalKey("stakeholder", in.Firm)
			if in.Practices != nil {
				change.Practices = keys("practice", in.Practices)
			}
			if in.Files != nil {
				change.Files = keys("file", in.Files)
			}
			return r.Proposals.Edit(ctx, id, change, or(in.Reason, ""), &in.ExpectedRevision)
		}),
		"sponsorProposal": with(func(ctx context.Context, r *Resolver, in model.SponsorProposalInput) (*act.Result, error) {
			return r.Proposals.Sponsor(ctx, key("proposal", in.ID), int(in.Version), in.ExpectedRevision)
		}),
		"acceptCommitment": with(func(ctx context.Context, r *Resolver, in model.AcceptCommitmentInput) (*act.Result, error) {
			return r.Proposals.Accept(ctx, key("proposal", in.ID), int(in.Version), in.ExpectedRevision)
		}),
		"withdrawSponsorship": on(func(r *Resolver) moving { return r.Proposals.WithdrawSponsorship }),
		"submitProposal":      on(func(r *Resolver) moving { return r.Proposals.Submit }),
		"takeUpProposal":      on(func(r *Resolver) moving { return r.Proposals.TakeUp }),
		"returnProposal":      because("Reason", func(r *Resolver) reasoned { return r.Proposals.Return }),
		"openProposal":        on(func(r *Resolver) moving { return r.Proposals.Open }),
		"hideProposals": with(func(ctx context.Context, r *Resolver, in model.HideProposalsInput) (*act.Result, error) {
			return r.Proposals.HideAll(ctx, keys("proposal", in.Proposals), in.Reason)
		}),
		"restoreProposals": with(func(ctx context.Context, r *Resolver, in model.RestoreProposalsInput) (*act.Result, error) {
			return r.Proposals.RestoreAll(ctx, keys("proposal", in.Proposals), in.Reason)
		}),
		"hideProposal":           because("Reason", func(r *Resolver) reasoned { return r.Proposals.Hide }),
		"restoreProposal":        because("Reason", func(r *Resolver) reasoned { return r.Proposals.Restore }),
		"dismissProposalReports": because("Reason", func(r *Resolver) reasoned { return r.Proposals.DismissReports }),
		"withdrawProposal":       because("Reason", func(r *Resolver) reasoned { return r.Proposals.Withdraw }),
	},
	does: map[string]policy.Action{
		"withdrawSponsorship": policy.WithdrawSponsorship, "acceptCommitment": policy.AcceptCommitment,
		"hideProposals": policy.HideProposal, "restoreProposals": policy.RestoreProposal,
	},
	follows: follows{"proposalUpdated": around},
}

var versionNoun = noun{
	name:  "proposalversion",
	types: []string{"ProposalVersion"},
	read:  by(func(r *Resolver) many[db.ProposalVersion] { return r.Proposals.VersionsByID }),
	edges: edges{
		"ProposalVersion.editor": toParty("editor_id"),
		"ProposalVersion.next": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.ProposalVersion, error) {
			return r.Proposals.NextVersions(ctx, ids)
		}),
	},
}

// missing says of each proposal what it lacks.
type missing func(ctx context.Context, rows []*db.Proposal) ([][]*fault.Fault, error)

func lacking(of func(r *Resolver) missing) edge {
	return forAll(func(ctx context.Context, r *Resolver, rows []*db.Proposal) ([][]*view.UserError, error) {
		all, err := of(r)(ctx, rows)
		return userErrorsOf(all), err
	}, "id", "state")
}

// userErrorsOf are what things lack, as clients read it.
func userErrorsOf(all [][]*fault.Fault) [][]*view.UserError {
	out := make([][]*view.UserError, len(all))
	for i, lacks := range all {
		out[i] = view.UserErrorsOf(lacks)
	}
	return out
}

func proposalsByID(r *Resolver) many[db.Proposal] { return r.Proposals.ByID }

func proposalFilter(a args) (proposal.Filter, error) {
	in, err := filter[model.ProposalFilter](a)
	if err != nil {
		return proposal.Filter{}, err
	}
	f := proposal.Filter{
		State: in.State, Kind: in.Kind, Chamber: in.Chamber, Language: in.Language, Jurisdiction: in.Jurisdiction, Text: or(in.Text, ""),
		PublishedAfter: in.PublishedAfter, PublishedBefore: in.PublishedBefore, ChangedSince: in.ChangedSince, Order: word[enum.ProposalOrder](a, "order"),
	}
	f.Dialogue = optionalKey("dialogue", in.Dialogue)
	f.Firm = optionalKey("stakeholder", in.Firm)
	f.Author = optionalKey("stakeholder", in.Author)
	f.Practice = optionalKey("practice", in.Practice)
	return f, nil
}
