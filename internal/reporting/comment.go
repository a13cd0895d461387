package reporting

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// comments are what was said about a thing, in reading order. The caller has seen to it that the audience could see the thing.
func (p *past) comments(ctx context.Context, of policy.Resource, id uuid.UUID) ([]report.Comment, error) {
	all, err := were[db.Comment](ctx, p, store.Where("t.subject_id = ?", id))
	if err != nil {
		return nil, err
	}
	// A comment that is not shown has a place where a reply to it is shown.
	shown, kept := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	up := map[uuid.UUID]*uuid.UUID{}
	var ids, parties []uuid.UUID
	for _, c := range all {
		shown[c.row.ID], up[c.row.ID] = p.readsComment(c.row), c.row.ParentID
	}
	for _, c := range all {
		if shown[c.row.ID] {
			for at := &c.row.ID; at != nil && !kept[*at]; at = up[*at] {
				kept[*at] = true
			}
			ids, parties = append(ids, c.row.ID), append(parties, c.row.AuthorID)
		}
	}
	all = slices.DeleteFunc(all, func(c was[*db.Comment]) bool { return !kept[c.row.ID] })
	slices.SortFunc(all, func(a, b was[*db.Comment]) int { return strings.Compare(place(a.row), place(b.row)) })
	if err := p.know(ctx, parties...); err != nil {
		return nil, err
	}
	versions, _, err := rows[db.CommentVersion](ctx, p.store, p.store.AnyOf("t.comment_id", ids))
	if err != nil {
		return nil, err
	}
	tallies, _, err := rows[db.ChamberTally](ctx, p.store, p.store.AnyOf("t.id", ids))
	if err != nil {
		return nil, err
	}
	reasons, err := p.stateReasons(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []report.Comment
	for _, c := range all {
		one, err := p.comment(of, c, shown[c.row.ID], versions, tallies)
		if err != nil {
			return nil, err
		}
		if shown[c.row.ID] {
			if one.StateReason = reasons[c.row.ID]; one.StateReason == "" && c.version.Type == "comment.imported" { // it was moderated elsewhere
				one.StateReason = string(c.row.StateReason)
			}
		}
		out = append(out, *one)
	}
	return out, nil
}

// readsComment tells whether the audience could read a comment on a thing that it saw.
func (p *past) readsComment(row *db.Comment) bool {
	s := policy.Subject{Resource: policy.Comment, State: string(row.State), Facts: policy.These(policy.InSight)}
	if p.scope.Audience == report.AudienceParty && row.AuthorID == p.scope.Party {
		s.Facts.Add(policy.Own)
	}
	return policy.Decide(p.reader, policy.ReadComment, s).Allowed
}

// place sorts in reading order: a path has the ids of what is above.
func place(c *db.Comment) string {
	if c.ThreadID != nil {
		return c.ThreadID.String() + c.Path
	}
	return c.ID.String()
}

// firstOf is what a comment said before its first edit; nil if it never was edited.
func firstOf(id uuid.UUID, versions map[uuid.UUID]*db.CommentVersion) *db.CommentVersion {
	for _, v := range versions {
		if v.CommentID == id && v.Number == 1 {
			return v
		}
	}
	return nil
}

func (p *past) comment(of policy.Resource, c was[*db.Comment], shown bool, versions map[uuid.UUID]*db.CommentVersion, tallies map[uuid.UUID]*db.ChamberTally) (*report.Comment, error) {
	row := c.row
	out := &report.Comment{
		ID: row.GlobalID().String(), About: typeid.New(string(of), row.SubjectID).String(), Version: row.Version, Depth: row.Depth, Stance: row.Stance,
		State: row.State, CreatedAt: row.CreatedAt.UTC(),
	}
	if row.ParentID != nil {
		out.Parent = typeid.New(string(policy.Comment), *row.ParentID).String()
	}
	if !shown { // its place, and nothing that was in it
		out.Stance = enum.StanceNeutral
		return out, nil
	}
	author := p.party(row.AuthorID)
	out.Author, out.Language, out.EditedAt = &author, row.Language, utc(row.EditedAt)
	out.Agree, out.Disagree, out.Pass = row.Agrees, row.Disagrees, row.Passes
	said, err := listed(c.version, "comment_versions", versions)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(said, func(a, b *db.CommentVersion) int { return a.Number - b.Number })
	out.Body = string(row.Body)
	if len(said) > 0 {
		out.Body = string(said[len(said)-1].Body)
	} else if first := firstOf(row.ID, versions); first != nil { // it was edited since
		out.Body = string(first.Body)
	}
	if len(said) > 0 {
		for _, v := range said {
			out.Versions = append(out.Versions, report.CommentVersion{
				Number: v.Number, Body: string(v.Body), Stance: v.Stance, Language: v.Language, CreatedAt: v.CreatedAt.UTC(),
			})
		}
	}
	if row.QuoteStart != nil && row.QuoteEnd != nil {
		out.Quote = &report.Quote{Start: *row.QuoteStart, End: *row.QuoteEnd, Unit: enum.TextUnitCodePoint, Version: row.QuoteVersion, Text: string(row.QuoteText)}
	}
	counts, err := listed(c.version, "chamber_tallies", tallies)
	if err != nil {
		return nil, err
	}
	for _, t := range counts {
		if out.ByChamber, err = p.rules.ByChamber(t.Shown); err != nil {
			return nil, err
		}
	}
	return out, nil
}
