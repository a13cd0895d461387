package assessment

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Files keep the evidence of answers.
type Files interface {
	// Attach gives a file of the actor's party to a part of a thing, inside a use case. It can be attached once.
	Attach(ctx context.Context, tx *db.Tx, id uuid.UUID, to policy.Resource, subject uuid.UUID, part string, version int) (*db.File, error)
	// Remove takes a file from a thing, inside a use case.
	Remove(ctx context.Context, tx *db.Tx, id, subject uuid.UUID, version int) (*db.File, error)
	// Restore gives a thing the files back that a version of it had, and takes those away that came later, inside a use case.
	Restore(ctx context.Context, tx *db.Tx, subject uuid.UUID, version int) error
	// Copy gives a thing the files that another has in some parts, inside a use case.
	Copy(ctx context.Context, tx *db.Tx, from, to uuid.UUID, parts []string) error
	// Withhold withholds the files of some parts of a thing, and of no others, inside a use case.
	Withhold(ctx context.Context, tx *db.Tx, subject uuid.UUID, parts []string) error
	// In reads the files that a thing has, inside a use case.
	In(ctx context.Context, tx *db.Tx, subject uuid.UUID) ([]*db.File, error)
	// Of reads those of many things that the actor sees.
	Of(ctx context.Context, subjects []uuid.UUID) (map[uuid.UUID][]*db.File, error)
}

// Attach attaches a file to an answer of a draft.
func (s *Service) Attach(ctx context.Context, id uuid.UUID, question string, file uuid.UUID, expected *int32) (*act.Result, error) {
	return s.evidence(ctx, policy.AttachEvidence, id, expected, "file.attached", func(ctx context.Context, tx *db.Tx, p placed, version int) (*db.File, error) {
		if p.template.Question(question) == nil {
			return nil, fault.InvalidField("question", enum.UserErrorCodeUnknownQuestion, "the template has no such question")
		}
		saved, err := s.answersIn(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(saved, func(a *Answer) bool { return a.Question == question }) {
			return nil, fault.InvalidField("question", enum.UserErrorCodeRequired, "answer the question first: evidence belongs to an answer")
		}
		return s.files.Attach(ctx, tx, file, policy.Assessment, id, question, version)
	})
}

// Remove removes a file from an answer of a draft.
func (s *Service) Remove(ctx context.Context, id, file uuid.UUID, expected *int32) (*act.Result, error) {
	return s.evidence(ctx, policy.RemoveEvidence, id, expected, "file.removed", func(ctx context.Context, tx *db.Tx, _ placed, version int) (*db.File, error) {
		return s.files.Remove(ctx, tx, file, id, version)
	})
}

// evidence is a use case on a file of an assessment. Its act does not say which file: that may be withheld. The file's hash is in the
// version's content.
func (s *Service) evidence(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string,
	do func(ctx context.Context, tx *db.Tx, p placed, version int) (*db.File, error),
) (*act.Result, error) {
	frame, file := s.Frame, new(db.File)
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Payload = map[string]any{"state": p.State, "version": p.Version, "question": file.Part}
		return e
	}
	return frame.Change(ctx, action, id, expected, typ, func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		version := p.Version
		if p.ContentHash != nil {
			version++ // the first change after it was handed in begins the next version
		}
		var err error
		if file, err = do(ctx, tx, p, version); err != nil {
			return nil, err
		}
		redactions, err := redactionsOf(p.Assessment)
		if err != nil {
			return nil, err
		}
		if err := s.files.Withhold(ctx, tx, id, evidenceWithheld(redactions)); err != nil {
			return nil, err
		}
		present, err := s.files.In(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := s.author(ctx, tx, id); err != nil {
			return nil, err
		}
		return s.rewritten(p, p.Update().SetEvidenced(evidencedBy(present))).Save(ctx)
	})
}

// evidencedBy are the questions that files belong to, each once.
func evidencedBy(files []*db.File) []string {
	keys := []string{}
	for _, f := range files {
		keys = append(keys, f.Part)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// EvidenceOf reads the files of answers. One read for all.
func (s *Service) EvidenceOf(ctx context.Context, answers []*Answer) ([][]*db.File, error) {
	var ids []uuid.UUID
	for _, a := range answers {
		if !slices.Contains(ids, a.assessment) {
			ids = append(ids, a.assessment)
		}
	}
	found, err := s.files.Of(ctx, ids)
	if err != nil {
		return nil, err
	}
	type place struct {
		assessment uuid.UUID
		question   string
	}
	of := map[place][]*db.File{}
	for id, files := range found {
		for _, f := range files {
			of[place{id, f.Part}] = append(of[place{id, f.Part}], f)
		}
	}
	out := make([][]*db.File, len(answers))
	for i, a := range answers {
		out[i] = []*db.File{}
		if !slices.Contains(a.Withheld, enum.AnswerPartEvidence) {
			out[i] = append(out[i], of[place{a.assessment, a.Question}]...)
		}
	}
	return out, nil
}
