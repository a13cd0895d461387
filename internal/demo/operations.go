package demo

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// Operation is a request that runs on the example as it is.
type Operation struct {
	Name      string            `json:"name"` // also of its file
	As        string            `json:"as"`   // the subject who sends it; empty for a visitor
	Query     string            `json:"query"`
	Variables map[string]string `json:"variables"`
}

//go:embed operations/*.graphql
var texts embed.FS

// Has reports whether the database holds the example.
func Has(ctx context.Context, s *store.Store) (bool, error) {
	return s.Client().Stakeholder.Query().Where(stakeholder.ID(id("stakeholder", parties[0].Handle))).Exist(ctx)
}

// Operations are requests to try, with the ids of the example. Head is a cursor at the present end of the log. Those that need a
// proposal under discussion are left out when there is none any more.
func Operations(ctx context.Context, s *store.Store, head string, now time.Time) ([]Operation, error) {
	firm := id("stakeholder", parties[0].Handle)
	all := []Operation{
		{Name: "WaitingForMe", As: "facilitator@demo", Variables: map[string]string{}},
		{Name: "FirmChanges", As: "firm@demo", Variables: map[string]string{"firm": public("stakeholder", firm), "since": now.AddDate(0, 0, -30).Format(time.RFC3339)}},
	}
	on, err := discussed(ctx, s, now)
	if err != nil {
		return nil, fmt.Errorf("find a proposal under discussion: %w", err)
	}
	if on != nil {
		proposal := public("proposal", on.proposal)
		all = append([]Operation{
			{Name: "ReadDialogue", Variables: map[string]string{"dialogue": public("dialogue", on.dialogue)}},
			{Name: "CommentAsCustomer", As: "customer@demo", Variables: map[string]string{"proposal": proposal}},
			{Name: "Vote", As: "customer@demo", Variables: map[string]string{"comment": public("comment", on.comment)}},
			{Name: "FollowProposal", Variables: map[string]string{"proposal": proposal, "after": head}},
		}, all...)
	}
	for i := range all {
		text, err := texts.ReadFile("operations/" + all[i].Name + ".graphql")
		if err != nil {
			return nil, err
		}
		all[i].Query = string(text)
	}
	return all, nil
}

// public is the id of a thing as clients see it.
func public(noun string, key uuid.UUID) string { return typeid.New(noun, key).String() }

// discussion is a proposal on which everybody may comment now, and a comment on it by another than the first customer.
type discussion struct{ dialogue, proposal, comment uuid.UUID }

func discussed(ctx context.Context, s *store.Store, now time.Time) (found *discussion, err error) {
	const text = `SELECT d.id, p.id, c.id FROM dialogues d JOIN phases ph ON ph.dialogue_id = d.id
		JOIN proposals p ON p.dialogue_id = d.id JOIN comments c ON c.subject_id = p.id
		WHERE d.state = 'OPEN' AND d.visibility = 'PUBLIC' AND ph.may_comment AND ph.may_vote AND ph.opens_at <= ? AND (ph.closes_at IS NULL OR ph.closes_at > ?)
		AND p.state = 'OPEN' AND c.depth = 0 AND c.state = 'VISIBLE' AND c.author_id <> ?
		ORDER BY d.id, p.id, c.id LIMIT 1`
	err = s.Query(ctx, text, []any{now, now, Personas[0].Stakeholder()}, func(r *sql.Rows) error {
		found = &discussion{}
		return r.Scan(&found.dialogue, &found.proposal, &found.comment)
	})
	return found, err
}
