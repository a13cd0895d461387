package ballot

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbballot "github.com/plenary-dialogue/plenary/ent/db/ballot"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TakeBack takes back the result of a ballot whose count a restore has lost. The file of the result was verified with a key of the log. It
// does in one transaction what the count did; did is false where the ballot has this result already.
func (s *Service) TakeBack(ctx context.Context, r *recount.Report) (did bool, err error) {
	id, err := typeid.Parse(string(policy.Ballot), r.Ballot)
	if err != nil {
		return false, fmt.Errorf("the file is not about a ballot, but about %s", r.Ballot)
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("ballots"))
	err = s.Store.InTx(act.Collecting(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		did, err = s.takeBack(ctx, tx, id, r)
		return err
	})
	if err != nil || !did {
		return false, err
	}
	if err := s.shred(ctx); err != nil {
		return true, fmt.Errorf("the result is back; the server tries again what failed: %w", err)
	}
	return true, nil
}

func (s *Service) takeBack(ctx context.Context, tx *db.Tx, id uuid.UUID, r *recount.Report) (bool, error) {
	row, err := tx.Ballot.Query().Where(dbballot.ID(id), s.Store.ForUpdate).Only(ctx)
	switch {
	case db.IsNotFound(err):
		return false, fmt.Errorf("this database has no %s", r.Ballot)
	case err != nil:
		return false, fmt.Errorf("load the ballot: %w", err)
	case opened(row) != r.Opened:
		return false, fmt.Errorf("%s was opened here on another text, rule, roll or close than in the file", r.Ballot)
	}
	rule, err := ruleOf(row)
	if err != nil {
		return false, err
	}
	roll, err := s.rollOf(ctx, s.within(tx), row, rule)
	if err != nil {
		return false, err
	}
	papers, err := s.keptPapers(ctx, s.within(tx), row)
	if err != nil {
		return false, err
	}
	if row.State == enum.BallotStateCounted {
		return false, sameResult(row, roll, papers, r)
	}
	proposal, err := s.proposals.Lock(ctx, tx, row.ProposalID)
	if err != nil {
		return false, err
	}
	if err := same(row, proposal, roll); err != nil {
		return false, fmt.Errorf("this cannot be taken back any more: %w", err)
	}
	if err := s.mayTakeBack(ctx, tx, row, proposal); err != nil {
		return false, err
	}
	if err := s.lost(ctx, id, r); err != nil {
		return false, err
	}
	if err := s.catchUp(ctx, tx, row, roll, papers, r); err != nil {
		return false, err
	}
	return true, s.conclude(ctx, tx, row, proposal, conclusion{
		result: r.Result, counted: r.Counted, papers: r.Papers, at: r.CountedAt.At,
		reason: fmt.Sprintf("A restore had lost this count, which was act %d of %s. It was taken back from its file.", r.CountedAt.Seq, r.Origin),
	})
}

// sameResult refuses a file that says something else than what was counted here.
func sameResult(b *db.Ballot, roll []recount.Seat, papers []recount.Paper, r *recount.Report) error {
	seats, err := recount.Root(roll)
	if err != nil {
		return err
	}
	kept, err := recount.Root(papers)
	if err != nil {
		return err
	}
	text, err := recount.Canonical(r.Result)
	if err != nil {
		return err
	}
	if string(b.Result) != string(text) || seats != r.Counted.SeatsRoot || kept != r.Counted.PapersRoot {
		return fmt.Errorf("%s was counted here with another result: %s", r.Ballot, b.Outcome)
	}
	return nil
}

// mayTakeBack refuses a ballot that cannot have been counted, and one on whose proposal something was done since the restore. A ballot that
// the server itself has voided because of the restore goes on where it was.
func (s *Service) mayTakeBack(ctx context.Context, tx *db.Tx, b *db.Ballot, p *db.Proposal) error {
	now, err := s.Store.Now(ctx, tx)
	if err != nil {
		return err
	}
	actor, name, stands := policy.ActorFrom(ctx), b.GlobalID(), enum.ProposalStateBallot
	if err := policy.Check(ctx, policy.CountBallot, s.Subject(actor, placed{Ballot: b, now: now})); err != nil {
		return err
	}
	if b.State == enum.BallotStateVoid {
		if b.StateReason != restored {
			return fmt.Errorf("%s was voided here by a person: %s", name, b.StateReason)
		}
		stands = enum.ProposalStateOpen
		lacks, err := s.proposals.Ready(ctx, tx, p)
		if err != nil {
			return err
		}
		if len(lacks) > 0 {
			return fmt.Errorf("what %s needed is not there any more: %s", name, lacks[0].Message)
		}
	}
	switch {
	case now.Before(b.ClosesAt):
		return fmt.Errorf("%s is open until %s: it cannot have been counted", name, b.ClosesAt.UTC().Format("2006-01-02 15:04 UTC"))
	case p.State != stands:
		return fmt.Errorf("the proposal of %s has moved on since the restore: it is %s", name, p.State)
	}
	return nil
}

// lost refuses a file whose acts the log of this database does not lead to, or has not lost.
func (s *Service) lost(ctx context.Context, ballot uuid.UUID, r *recount.Report) error {
	last, from, err := s.log.Ended(ctx, r.Origin)
	if err != nil {
		return err
	}
	acts, err := s.log.OpenedOf(ctx, ballot, recount.ActOpened)
	if err != nil {
		return fmt.Errorf("read the act that opened the ballot: %w", err)
	}
	switch {
	case len(acts) != 1 || acts[0].Entry != r.OpenedAt.Entry:
		return fmt.Errorf("the act that opened the ballot is not the one in the log of this database")
	case from == 0:
		return fmt.Errorf("the log of this database has not lost the acts of the file: no restore has ended the log %s here", r.Origin)
	case r.CountedAt.Seq < from:
		return fmt.Errorf("the file is of another branch of the log: act %d was lost here, and those after it", from)
	case last.Origin == r.Origin && (r.Tree.N > last.N || r.Tree.N == last.N && r.Tree.Hash != last.Hash):
		return fmt.Errorf("the file does not agree with the last checkpoint that was known of %s, of size %d", last.Origin, last.N)
	}
	return nil
}

// catchUp gives the seats, and in an open ballot the papers, what was done from them after the copy that was restored. What is known here
// and the file lacks is of another branch.
func (s *Service) catchUp(ctx context.Context, tx *db.Tx, b *db.Ballot, roll []recount.Seat, papers []recount.Paper, r *recount.Report) error {
	open := map[string]recount.Paper{}
	for _, p := range papers {
		open[p.Seat] = p
	}
	given := map[string]recount.Paper{}
	for _, p := range r.Papers {
		given[p.Seat] = p
	}
	for i, was := range roll {
		is := r.Seats[i]
		paper, there := open[is.ID]
		if was.Revision > is.Revision || was.Revision == is.Revision && was.Proxy != is.Proxy || was.Recused && !is.Recused ||
			there && was.Revision == is.Revision && paper != given[is.ID] {
			return fmt.Errorf("%s has done more here, or otherwise, than in the file", is.ID)
		}
		if err := s.catchUpSeat(ctx, tx, b, was, is); err != nil {
			return err
		}
		if given, cast := given[is.ID]; cast && (!there || was != is) {
			if err := s.catchUpPaper(ctx, tx, b, is, given); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) catchUpSeat(ctx context.Context, tx *db.Tx, b *db.Ballot, was, is recount.Seat) error {
	if was == is {
		return nil
	}
	id, party, err := namesOf(is)
	if err != nil {
		return err
	}
	if is.Recused && !was.Recused {
		return s.recuse(ctx, tx, b.ID, id, party, "")
	}
	var proxy *uuid.UUID
	if is.Proxy != "" {
		caster, err := typeid.Parse("stakeholder", is.Proxy)
		if err != nil {
			return err
		}
		proxy = &caster
	}
	if _, err := s.Store.Exec(ctx, tx, "UPDATE ballot_seats SET revision = ?, proxy_id = ? WHERE id = ?", is.Revision, proxy, id); err != nil {
		return fmt.Errorf("mark the seat: %w", err)
	}
	return nil
}

// catchUpPaper keeps a paper of an open ballot whose words of reason are lost.
func (s *Service) catchUpPaper(ctx context.Context, tx *db.Tx, b *db.Ballot, of recount.Seat, p recount.Paper) error {
	id, party, err := namesOf(of)
	if err != nil {
		return err
	}
	return s.keepPaper(ctx, tx, id, b.ID, party, p.Leaf, p.Choice, "", p.Reasoned)
}

func namesOf(of recount.Seat) (seat, party uuid.UUID, err error) {
	if seat, err = typeid.Parse("seat", of.ID); err != nil {
		return seat, party, err
	}
	party, err = typeid.Parse("stakeholder", of.Party)
	return seat, party, err
}
