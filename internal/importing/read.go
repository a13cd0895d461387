package importing

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of imports.
type Page = store.Page[*db.Imported]

// Edge is an entry of a page of imports.
type Edge = store.Edge[*db.Imported]

// noun says what the policy needs to know of an import. Whoever has sent one sees it as long as they act for the same party, or for none.
var noun = access.Noun[db.Imported, *db.Imported]{
	Resource: policy.Import,
	Table:    store.TableOf[db.Imported](),
	Facts: []access.Fact[*db.Imported]{
		access.Party[*db.Imported](policy.Own, "party_id"),
		{
			Fact: policy.Writer,
			Holds: func(a policy.Actor, row *db.Imported) bool {
				return a.Member != uuid.Nil && row.MemberID == a.Member && partyOf(row) == a.Stakeholder
			},
			SQL: func(a policy.Actor, t string) store.Cond {
				if a.Stakeholder == uuid.Nil {
					return store.Where("("+t+".member_id = ? AND "+t+".party_id IS NULL)", a.Member)
				}
				return store.Where("("+t+".member_id = ? AND "+t+".party_id = ?)", a.Member, a.Stakeholder)
			},
		},
	},
}

func partyOf(row *db.Imported) uuid.UUID {
	if row.PartyID == nil {
		return uuid.Nil
	}
	return *row.PartyID
}

// Filter says which imports to list.
type Filter struct {
	State        []enum.ImportState
	Kind         []string
	ChangedSince *time.Time
}

// List reads a page of imports, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).Since("t.updated_at", f.ChangedSince)
		if len(f.Kind) > 0 {
			n.And(s.Store.AnyText("t.kind", f.Kind))
		}
	})
	if err != nil {
		return nil, err
	}
	access.Sort(&l, access.Orders[string](nil), "", f.ChangedSince)
	return store.One(ctx, s.Store, l)
}

// Fault is a mistake in a file.
type Fault struct {
	Line    int    `json:"line,omitempty"` // 0 where it is the whole file's
	Path    string `json:"path"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Place is the line, nil for none.
func (f *Fault) Place() *int {
	if f.Line == 0 {
		return nil
	}
	return &f.Line
}

func faultsOf(found *source.Faults) []Fault {
	all := make([]Fault, len(found.Listed))
	for i, f := range found.Listed {
		all[i] = Fault{Line: f.Line, Path: clean(f.Path), Code: string(f.Code), Message: clean(f.Message)}
	}
	return all
}

// clean is a text that both databases can keep inside JSON.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "\uFFFD") }

// FaultsOf are some of the mistakes of an import, after those that are passed over.
func FaultsOf(row *db.Imported, most, skip int) ([]*Fault, error) {
	if skip < 0 {
		return nil, fault.InvalidField("skip", enum.UserErrorCodeOutOfRange, "this cannot be less than 0")
	}
	all, err := listOf[*Fault](row.Faults)
	if err != nil {
		return nil, err
	}
	return all[min(skip, len(all)):min(skip+most, len(all))], nil
}

// CountsOf says what an import brings.
func CountsOf(row *db.Imported) ([]*intake.Count, error) { return listOf[*intake.Count](row.Counts) }

// NotesOf says what of its file an import does not take over as it is.
func NotesOf(row *db.Imported) ([]string, error) { return listOf[string](row.Notes) }

// ResultsOf says what an import has made.
func ResultsOf(row *db.Imported) ([]string, error) { return listOf[string](row.Results) }

// ExpiresAt is when an import is deleted; nil once it was started.
func ExpiresAt(row *db.Imported) *time.Time {
	if row.State != enum.ImportStateChecked && row.State != enum.ImportStateRefused {
		return nil
	}
	at := row.CreatedAt.Add(keptFor)
	return &at
}

func listOf[T any](text json.RawMessage) ([]T, error) {
	var all []T
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read a list of an import: %w", err)
	}
	return all, nil
}

// Progress is how far an import has come.
type Progress struct {
	Stage string `json:"stage"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
}

// Come says how far an import has come that runs: exactly on the server that runs it, and within seconds on the others.
func (s *Service) Come(row *db.Imported) (*Progress, error) {
	if row.State != enum.ImportStateRunning {
		return nil, nil
	}
	if p, ok := s.running.Load(row.ID); ok {
		if at := p.(*tracker).at.Load(); at != nil {
			return at, nil
		}
	}
	p := &Progress{Stage: intake.BeingRead}
	if len(row.Progress) == 0 {
		return p, nil
	}
	if err := json.Unmarshal(row.Progress, p); err != nil {
		return nil, fmt.Errorf("read the progress of an import: %w", err)
	}
	return p, nil
}
