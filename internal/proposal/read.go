package proposal

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of proposals.
type Page = store.Page[*db.Proposal]

// Edge is an entry of a page of proposals.
type Edge = store.Edge[*db.Proposal]

// VersionPage is a page of versions.
type VersionPage = store.Page[*db.ProposalVersion]

// VersionEdge is an entry of a page of versions.
type VersionEdge = store.Edge[*db.ProposalVersion]

// placed is a proposal in its dialogue, with the actor's part in it.
type placed struct {
	*db.Proposal
	dialogue access.Place
	part     part
	lack     *fault.Fault // the first of what keeps a ballot from being opened on it, where that was asked
}

// nounOf says what the policy needs to know of a proposal in one of these dialogues.
func nounOf(dialogues Dialogues) access.Noun[db.Proposal, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(p placed) access.Place { return p.dialogue })
	}
	return access.Noun[db.Proposal, placed]{
		Resource: policy.Proposal,
		Table:    store.TableOf[db.Proposal](),
		Row:      func(p placed) *db.Proposal { return p.Proposal },
		Around:   func(p placed) access.Place { return p.dialogue },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "author_id"),
			access.Party[placed](policy.Recipient, "firm_id"),
			{Fact: policy.Signed, Holds: func(_ policy.Actor, p placed) bool {
				return p.AcceptedVersion != nil && *p.AcceptedVersion == p.Version
			}},
			{
				Fact: policy.Writer,
				Holds: func(a policy.Actor, p placed) bool {
					return a.Member != uuid.Nil && p.MemberID == a.Member || p.part.writer
				},
			},
			authoring(policy.CoAuthor, enum.AuthorshipStateAccepted),
			authoring(policy.Invitee, enum.AuthorshipStateInvited),
			{Fact: policy.Sponsor, Holds: func(_ policy.Actor, p placed) bool { return p.part.sponsor }},
			{Fact: policy.Complete, Holds: func(_ policy.Actor, p placed) bool { return len(p.part.lacks) == 0 }},
			seeking(dialogues),
			{
				Fact:  policy.Published,
				Holds: func(_ policy.Actor, p placed) bool { return p.Published },
				SQL:   func(_ policy.Actor, t string) store.Cond { return store.Where(t + ".published") },
			},
			around(policy.Convenor).WithSQL(func(a policy.Actor, t string) store.Cond {
				return store.Where("EXISTS (SELECT 1 FROM dialogues c WHERE c.id = "+t+".dialogue_id AND c.convenor_id = ?)", a.Stakeholder)
			}),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond { return dialogues.InVisible(a, t+".dialogue_id") }),
			around(policy.DialogueOpen),
			around(policy.MayPropose),
			around(policy.SponsorsAsked),
			around(policy.MaySponsor),
		},
	}
}

var versions = store.TableOf[db.ProposalVersion]()

// Filter says which proposals to list.
type Filter struct {
	State                           []enum.ProposalState
	Kind                            []enum.ProposalKind
	Chamber                         []enum.StakeholderKind
	Language, Jurisdiction          []string
	Dialogue, Author, Practice      *uuid.UUID
	Firm                            *uuid.UUID
	Text                            string
	PublishedAfter, PublishedBefore *time.Time
	ChangedSince                    *time.Time
	Order                           enum.ProposalOrder
}

var orders = access.Orders[enum.ProposalOrder]{enum.ProposalOrderUpdated: "updated_at", enum.ProposalOrderPublished: "opened_at"}

// about asks, of a proposal t, that it is about a practice.
const about = "EXISTS (SELECT 1 FROM links k WHERE k.subject_id = t.id AND k.object_id = ?)"

// List reads a page of the proposals of all dialogues, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page)
	if err != nil {
		return nil, err
	}
	if f.Order == enum.ProposalOrderMostDiscussed {
		return store.OneRanked(ctx, s.store, l, access.MostDiscussed(), s.clock.Now())
	}
	return store.One(ctx, s.store, l)
}

// Of reads a page of the proposals of each dialogue, newest first. The dialogues are visible already.
func (s *Service) Of(ctx context.Context, dialogues []uuid.UUID, f Filter, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, f, page, policy.InSight)
	if err != nil {
		return nil, err
	}
	l.Parent, l.ActsNameParent = "t.dialogue_id", true
	if f.Order == enum.ProposalOrderMostDiscussed {
		l.ActsNameParent = false // comments move it
		return store.Ranked(ctx, s.store, l, access.MostDiscussed(), s.clock.Now(), dialogues)
	}
	return store.Pages(ctx, s.store, l, dialogues)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs, given ...policy.Fact) (store.List[db.Proposal], error) {
	seen := s.practices.InVisibleID(policy.ActorFrom(ctx), f.Practice)
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).And(store.Any("t.kind", f.Kind)).And(access.OfChamber("t.author_id", f.Chamber)).
			Languages(f.Language, func(tags []string) store.Cond { return s.Store.AnyText("t.language", tags) }).
			Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.Store, "t.author_id", codes) }).
			Is("t.dialogue_id = ?", f.Dialogue).Is("t.author_id = ?", f.Author).Is("t.firm_id = ?", f.Firm).Is(about, f.Practice).And(seen).Text(f.Text, "t.title", "t.summary", "t.reference").
			Between("t.opened_at", f.PublishedAfter, f.PublishedBefore).Since("t.updated_at", f.ChangedSince)
	}, given...)
	access.Sort(&l, orders, f.Order, f.ChangedSince)
	return l, err
}

// VersionsOf reads a page of the versions of each proposal, newest first. The proposals are visible already; what was
// said before one was opened is for those who could read it then: its author, the convenor and auditors.
func (s *Service) VersionsOf(ctx context.Context, proposals []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*VersionPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	return store.Pages(ctx, s.store, store.List[db.ProposalVersion]{
		Table: versions, Parent: "t.proposal_id", ActsNameParent: true, Where: s.versionVisible(actor), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: actor.Key(),
	}, proposals)
}

// Diffs gives what changed in the text of each proposal from one of the versions that the viewer may see to another. The proposals are
// visible already.
func (s *Service) Diffs(ctx context.Context, proposals []uuid.UUID, from, to int) (map[uuid.UUID]textdiff.Result, error) {
	actor, both := policy.ActorFrom(ctx), int32(2)
	slice, err := store.PageArgs{First: &both}.Check()
	if err != nil {
		return nil, err
	}
	pages, err := store.Pages(ctx, s.store, store.List[db.ProposalVersion]{
		Table: versions.Without("title", "summary", "reason"), Parent: "t.proposal_id", ActsNameParent: true, Slice: slice, Viewer: actor.Key(),
		Where: store.And(store.Where("t.number IN (?, ?)", from, to), s.versionVisible(actor)),
	}, proposals)
	found := make(map[uuid.UUID]textdiff.Result, len(pages))
	for id, page := range pages {
		texts := map[int]string{}
		for _, v := range page.Nodes {
			if v.Body != "" { // it was not erased
				texts[v.Number] = string(v.Body)
			}
		}
		found[id] = textdiff.Of(ctx, texts, from, to)
	}
	return found, err
}

// VersionsByID reads versions by their ids, under the same rule and with their proposal visible.
func (s *Service) VersionsByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.ProposalVersion, error) {
	actor := policy.ActorFrom(ctx)
	return store.ByID(ctx, s.store, versions, ids, store.And(s.versionVisible(actor), s.Noun.InVisible(actor, "t.proposal_id")))
}

// NextVersions reads the version that came after each of these, under the same rule.
func (s *Service) NextVersions(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.ProposalVersion, error) {
	actor := policy.ActorFrom(ctx)
	return access.Next(ctx, s.store, versions, "proposal_id", store.And(s.versionVisible(actor), s.Noun.InVisible(actor, "t.proposal_id")), ids)
}

// versionVisible hides the versions from before a proposal was opened from those who could not read them then: the rules
// for a proposal that is submitted say who could. Opening shows the version of that moment and all later ones.
func (s *Service) versionVisible(a policy.Actor) store.Cond {
	could := s.VisibleAs(a, "v", string(enum.ProposalStateSubmitted))
	return store.Where("EXISTS (SELECT 1 FROM proposals v WHERE v.id = t.proposal_id AND (t.number >= v.opened_version OR "+could.SQL+"))",
		could.Args...)
}

// Can tells what the viewer can do with each proposal.
func (s *Service) Can(ctx context.Context, rows []*db.Proposal) ([][]*policy.Decision, error) {
	all, err := s.place(ctx, rows, func(*db.Proposal) bool { return true })
	if err != nil {
		return nil, err
	}
	if err := s.ready(ctx, all); err != nil {
		return nil, err
	}
	return s.Frame.Can(ctx, all), nil
}

// ready notes what keeps a ballot from being opened on proposals, for those that the viewer could else open one on.
func (s *Service) ready(ctx context.Context, all []placed) error {
	actor, at := policy.ActorFrom(ctx), map[uuid.UUID]int{}
	var open []*db.Proposal
	for i, p := range all {
		place := s.placeOf(actor, p)
		if policy.Decide(actor, policy.OpenBallot, policy.Subject{Resource: policy.Ballot, Facts: place.Facts}).Allowed {
			open, at[p.ID] = append(open, p.Proposal), i
		}
	}
	lacks, err := s.unready(ctx, nil, open)
	for id, missing := range lacks {
		if len(missing) > 0 {
			all[at[id]].lack = missing[0]
		}
	}
	return err
}

// place reads the dialogues of proposals, and the actor's part in those in which that matters.
func (s *Service) place(ctx context.Context, rows []*db.Proposal, matters func(*db.Proposal) bool) ([]placed, error) {
	ids, in := make([]uuid.UUID, len(rows)), []*db.Proposal(nil)
	for i, row := range rows {
		if ids[i] = row.DialogueID; matters(row) {
			in = append(in, row)
		}
	}
	places, err := s.dialogues.Places(ctx, ids)
	if err != nil {
		return nil, err
	}
	parts, err := s.parts(ctx, s.store.Query, in, places)
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{Proposal: row, dialogue: places[row.DialogueID], part: parts[row.ID]}
	}
	return all, err
}
