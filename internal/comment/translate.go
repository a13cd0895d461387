package comment

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Translation is a comment in another language.
type Translation struct{ Language, Body string }

// Check gives the translation normalised, or says which fields are wrong with it as one from a language.
func (t Translation) Check(from string) (Translation, error) {
	var f fault.Form
	t.Body = f.Text("body", t.Body, 10_000)
	if t.Language = f.Language("language", t.Language); t.Language == from {
		f.Refuse("language", enum.UserErrorCodeExclusive, "the comment is in this language itself")
	}
	return t, f.Err()
}

// Translate keeps what the actor's party makes of a comment in another language. Done again, it replaces what that was.
func (s *Service) Translate(ctx context.Context, id uuid.UUID, t Translation, expected *int32) (*act.Result, error) {
	frame := s.Frame
	frame.Entry = func(typ string, c placed) act.Entry { return of(typ, c, map[string]any{"language": t.Language}) }
	return frame.Change(ctx, policy.TranslateComment, id, expected, "comment.translated", func(ctx context.Context, tx *db.Tx, c placed) (*db.Comment, error) {
		if c.Body == "" {
			return nil, fault.NothingToDo("the words of the comment are erased")
		}
		var err error
		if t, err = t.Check(c.Language); err != nil {
			return nil, err
		}
		actor := policy.ActorFrom(ctx)
		const save = `INSERT INTO comment_translations (id, comment_id, language, party_id, member_id, body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (comment_id, language, party_id) DO UPDATE SET body = excluded.body, member_id = excluded.member_id, created_at = excluded.created_at
			WHERE comment_translations.body <> excluded.body`
		n, err := s.store.Exec(ctx, tx, save, uuid.Must(uuid.NewV7()), id, t.Language, actor.Stakeholder, actor.Member, t.Body, s.clock.Now())
		if err != nil {
			return nil, fmt.Errorf("keep the translation: %w", err)
		}
		if n == 0 {
			return nil, fault.NothingToDo("your party's translation says this already")
		}
		return c.Comment, nil
	})
}

// TranslationPage is a page of translations.
type TranslationPage = store.Page[*db.CommentTranslation]

// TranslationEdge is an entry of a page of translations.
type TranslationEdge = store.Edge[*db.CommentTranslation]

// TranslationsOf reads a page of the translations of each comment, oldest first. The comments are visible already. A language keeps those
// into one; empty for all.
func (s *Service) TranslationsOf(ctx context.Context, comments []uuid.UUID, language string, page store.PageArgs) (map[uuid.UUID]*TranslationPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	where := store.Always()
	if language != "" {
		where = store.Where("t.language = ?", language)
	}
	return store.Pages(ctx, s.store, store.List[db.CommentTranslation]{
		Table: store.TableOf[db.CommentTranslation](), Parent: "t.comment_id", ActsNameParent: true, Where: where, Slice: slice, Viewer: policy.ActorFrom(ctx).Key(),
	}, comments)
}
