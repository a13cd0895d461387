package export

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/csvtext"
	"github.com/plenary-dialogue/plenary/internal/download"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/hiding"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Moderation exports the log of moderation.
type Moderation struct {
	store   *store.Store
	log     *actlog.Log
	hidings *hiding.Service
	sender  *download.Sender
}

// NewModeration makes the service.
func NewModeration(s *store.Store, l *actlog.Log, h *hiding.Service) *Moderation {
	return &Moderation{s, l, h, download.New("export")}
}

// noted is a line of the log of moderation: what was hidden, by its id, and what came of it. It has no words of it, and nobody who reported.
type noted struct {
	ID              string           `json:"id"`
	Subject         string           `json:"subject"`
	Dialogue        *string          `json:"dialogue"`
	By              *string          `json:"by"`
	Reason          string           `json:"reason"`
	State           enum.HidingState `json:"state"`
	HiddenAt        time.Time        `json:"hiddenAt"`
	AppealedAt      *time.Time       `json:"appealedAt"`
	DueAt           *time.Time       `json:"dueAt"`
	OverdueAt       *time.Time       `json:"overdueAt"`
	Decision        *string          `json:"decision"`
	DecidedBy       *string          `json:"decidedBy"`
	DecidedAt       *time.Time       `json:"decidedAt"`
	RestoredBecause *string          `json:"restoredBecause"`
	RestoredAt      *time.Time       `json:"restoredAt"`
}

func notedOf(h *db.Hiding) noted {
	named := func(r policy.Resource, id *uuid.UUID) *string {
		if id == nil {
			return nil
		}
		return new(typeid.New(string(r), *id).String())
	}
	return noted{
		ID: h.GlobalID().String(), Subject: typeid.New(string(policy.ResourceOf(h.HiddenType)), h.HiddenID).String(), Dialogue: named(policy.Dialogue, h.DialogueID),
		By: named(policy.Stakeholder, h.PartyID), Reason: string(h.Reason), State: h.State, HiddenAt: h.CreatedAt.UTC(), AppealedAt: utc(h.AppealedAt),
		DueAt: utc(h.DueAt), OverdueAt: utc(h.OverdueAt), Decision: h.Decision.Pointer(), DecidedBy: named(policy.Stakeholder, h.DecidedBy),
		DecidedAt: utc(h.DecidedAt), RestoredBecause: h.RestoredBecause.Pointer(), RestoredAt: utc(h.RestoredAt),
	}
}

// written is a format of the log of moderation.
type written struct {
	name, media string
	head        func(b []byte) []byte
	line        func(b []byte, n noted) ([]byte, error)
	end         func(b []byte, count int) ([]byte, error)
}

var (
	moderationJSONL = written{
		jsonl.name, jsonl.media, func(b []byte) []byte { return b },
		func(b []byte, n noted) ([]byte, error) { return appendJSON(b, n) },
		func(b []byte, count int) ([]byte, error) {
			return appendJSON(b, struct {
				End   bool `json:"end"`
				Count int  `json:"count"`
			}{true, count})
		},
	}
	moderationCSV = written{table.name, table.media, moderationHead, moderationRow, moderationEnd}
)

var moderationColumns = []string{
	"record", "id", "subject", "dialogue", "by", "reason", "state", "hidden_at", "appealed_at", "due_at", "overdue_at", "decision", "decided_by", "decided_at",
	"restored_because", "restored_at", "count",
}

func moderationHead(b []byte) []byte {
	r := csvtext.On(b)
	for _, c := range moderationColumns {
		r.Text(c)
	}
	return r.End()
}

func moderationRow(b []byte, n noted) ([]byte, error) {
	some := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	return csvtext.On(b).Text("HIDING").Text(n.ID).Text(n.Subject).Some(some(n.Dialogue)).Some(some(n.By)).Text(n.Reason).Text(string(n.State)).
		Time(&n.HiddenAt).Time(n.AppealedAt).Time(n.DueAt).Time(n.OverdueAt).Some(some(n.Decision)).Some(some(n.DecidedBy)).Time(n.DecidedAt).
		Some(some(n.RestoredBecause)).Time(n.RestoredAt).Null().End(), nil
}

func moderationEnd(b []byte, count int) ([]byte, error) {
	r := csvtext.On(b).Text(rowEnd)
	for range len(moderationColumns) - 2 {
		r.Null()
	}
	return r.Int(int64(count)).End(), nil
}

// Routes are the exports by their paths.
func (m *Moderation) Routes() map[string]openapi.Route {
	all := map[string]openapi.Route{}
	for _, f := range []written{moderationJSONL, moderationCSV} {
		o := moderationOperation(f)
		all[o.Path] = openapi.Route{
			Handler:    http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.serve(w, r, f) }),
			Operations: []openapi.Operation{o},
		}
	}
	return all
}

func (m *Moderation) serve(w http.ResponseWriter, r *http.Request, f written) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Authorization, Accept-Encoding")
	if !m.sender.Reads(w, r) {
		return
	}
	err := policy.Enter(r.Context(), policy.Exports)
	var filter hiding.Filter
	if err == nil {
		filter, err = moderationFilter(r.URL.Query())
	}
	var tag string
	if err == nil {
		tag, err = m.tag(r.Context(), r.URL.Query(), f)
	}
	if err != nil {
		m.sender.Refuse(w, r, err)
		return
	}
	m.sender.Send(w, r, download.Download{Media: f.media, Tag: tag, Next: m.batches(filter, f)})
}

func moderationFilter(query url.Values) (f hiding.Filter, err error) {
	for name, values := range query {
		if name != "dialogue" || len(values) != 1 {
			return f, fault.InvalidField(name, "", "give one dialogue, or nothing: there is no other parameter")
		}
		found, err := ids(name, string(policy.Dialogue), values)
		if err != nil {
			return f, err
		}
		f.Dialogue = &found[0]
	}
	return f, nil
}

// tag names an answer: it is another one for another viewer or dialogue, and after every act.
func (m *Moderation) tag(ctx context.Context, query url.Values, f written) (string, error) {
	end, err := m.log.Place(ctx)
	if err != nil {
		return "", err
	}
	actor := policy.ActorFrom(ctx)
	of := strings.Join([]string{"moderation", actor.Key(), actor.Stakeholder.String(), fmt.Sprint(actor.Roles), query.Encode(), string(end.Bytes()), f.name}, "|")
	return download.Tag(m.store.Secret("export tag", []byte(of))), nil
}

// atOnce is how many lines are read for one batch.
const atOnce = 100

// batches reads the log of moderation in the order in which things were hidden.
func (m *Moderation) batches(filter hiding.Filter, f written) download.Batches {
	var after uuid.UUID
	count, begun := 0, false
	return func(ctx context.Context, text []byte) ([]byte, bool, error) {
		if !begun {
			text, begun = f.head(text), true
		}
		var rows []*db.Hiding
		err := download.Patiently(ctx, func() (err error) {
			rows, err = m.hidings.After(ctx, filter, after, atOnce)
			return err
		})
		if err != nil {
			return nil, false, err
		}
		for _, row := range rows {
			if text, err = f.line(text, notedOf(row)); err != nil {
				return nil, false, err
			}
			count, after = count+1, row.ID
		}
		if len(rows) == atOnce {
			return text, true, nil
		}
		text, err = f.end(text, count)
		return text, false, err
	}
}

func moderationOperation(f written) openapi.Operation {
	media, _, _ := strings.Cut(f.media, ";")
	content := openapi.Content{media: openapi.Bytes(media)}
	if f.name == jsonl.name {
		content[media] = openapi.Lines("A line for each hiding, and one at the end. A file without its last line is not whole.", exportedHiding, lastHiding)
	}
	return openapi.Operation{
		Method: http.MethodGet, Path: Path + "moderation." + f.name, ID: "exportModeration" + strings.ToUpper(f.name[:1]) + f.name[1:], Tag: Tag, Token: openapi.MayToken,
		Summary: "The log of moderation as " + strings.ToUpper(f.name),
		Description: "What was hidden, restored, appealed and decided, with the published reasons, where the viewer may see the place, in the order of hiding. " +
			"It has no words of what was hidden, and nobody who reported it. A token with scopes needs `reports:read`.",
		Parameters: []openapi.Parameter{{In: openapi.Query, Name: "dialogue", Description: "Only in this dialogue.", Schema: openapi.ID(string(policy.Dialogue), "")}},
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "The export.", Content: content},
			openapi.Refusal(http.StatusBadRequest, "A parameter that there is not, or a wrong value: `path` names the parameter."),
			openapi.Refusal(http.StatusForbidden, "`SCOPE`: the token has scopes that do not include `reports:read`.",
				openapi.Field{Name: "WWW-Authenticate", Description: "The scope that is missing (RFC 6750).", Sometimes: true, Schema: openapi.Text("")}),
		},
		Head: true, Tagged: true,
	}
}

var exportedHiding = openapi.Component{Name: "ExportedHiding", Of: openapi.Object("A hiding as it is now.", openapi.Fields{
	"id": openapi.ID(string(policy.Hiding), "Its id."), "subject": openapi.Text("The id of what was hidden."),
	"dialogue": openapi.Null(openapi.ID(string(policy.Dialogue), "In which that was said.")), "by": openapi.Null(openapi.ID(string(policy.Stakeholder), "The party that hid it.")),
	"reason": openapi.Text("Why."), "state": openapi.Word("How it stands.", enum.HidingStateHidden, enum.HidingStateAppealed, enum.HidingStateUpheld,
		enum.HidingStateOverturned, enum.HidingStateRestored),
	"hiddenAt": openapi.Time(""), "appealedAt": openapi.Null(openapi.Time("")), "dueAt": openapi.Null(openapi.Time("When the appeal is to be decided.")),
	"overdueAt": openapi.Null(openapi.Time("When it was noted that it was not.")), "decision": openapi.Null(openapi.Text("Why the appeal was decided so.")),
	"decidedBy": openapi.Null(openapi.ID(string(policy.Stakeholder), "The party that decided it.")), "decidedAt": openapi.Null(openapi.Time("")),
	"restoredBecause": openapi.Null(openapi.Text("Why a moderator restored it.")), "restoredAt": openapi.Null(openapi.Time("")),
})}

var lastHiding = openapi.Component{Name: "ModerationEnd", Of: openapi.Object("The last line.", openapi.Fields{
	"end": openapi.Inline{"const": true}, "count": openapi.Number("How many lines there were before it."),
})}
