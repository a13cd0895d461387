package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/file"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
)

// linkTime is how long the address of a file is good without a token.
const linkTime = 5 * time.Minute

// bearer is what an address says of the viewer that it was made for: what the token said, and no more.
type bearer struct {
	Issuer, Subject, Stakeholder, TokenID string
	Roles, Scopes                         []string
	IssuedAt                              time.Time
}

// fileURL is the address of a file for the viewer of a context.
func (a *App) fileURL(ctx context.Context, id uuid.UUID) string { return a.link(ctx, file.Path(id)) }

// link is the address of a path for the viewer of a context. A visitor's needs no seal: it shows what everybody may see.
func (a *App) link(ctx context.Context, path string) string {
	at := a.config.PublicURL + path
	who, ok := identityFrom(ctx)
	if !ok {
		return at
	}
	until := a.config.Clock.Now().Add(linkTime)
	if who.ExpiresAt.Before(until) {
		until = who.ExpiresAt
	}
	text, err := json.Marshal(bearer{who.Issuer, who.Subject, who.Stakeholder, who.TokenID, who.Roles, strings.Fields(policy.ActorFrom(ctx).ScopeText()), who.IssuedAt})
	if err != nil {
		return at
	}
	moment := strconv.FormatInt(until.Unix(), 10)
	ticket := a.ring.Ticket(linkContext(path, moment), text)
	return at + "?" + url.Values{"until": {moment}, "for": {base64.RawURLEncoding.EncodeToString(ticket)}}.Encode()
}

// linkContext binds a ticket to one path and one time.
func linkContext(path, until string) string { return "file " + path + " until " + until }

// linked serves a path for who sends a token, who has an address that was made for somebody, or anybody.
func (a *App) linked(way policy.Way, serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.serveLinked(way, serve, w, r) })
}

func (a *App) serveLinked(way policy.Way, serve http.HandlerFunc, w http.ResponseWriter, r *http.Request) {
	if query := r.URL.Query(); query.Has("for") && r.Header.Get("Authorization") == "" {
		ctx, err := a.byLink(r.Context(), r.URL.Path, query)
		if err != nil {
			a.refuseLink(w, r, err)
			return
		}
		r = r.WithContext(ctx)
	}
	within(way, serve).ServeHTTP(w, r)
}

func (a *App) refuseLink(w http.ResponseWriter, r *http.Request, err error) {
	if !fault.Is(err, fault.Unauthenticated) {
		a.config.Log.ErrorContext(r.Context(), "file_address_not_checked", "error", err)
		post.Unavailable(w, "the address cannot be checked now: retry later")
		return
	}
	post.Forbidden(w, "this address is not good any more: it was for five minutes; ask for the url of the file again")
}

// byLink is the context of the viewer that an address was made for, with the rights that the viewer has now.
func (a *App) byLink(ctx context.Context, path string, query url.Values) (context.Context, error) {
	stale := fault.New(fault.Unauthenticated, "the address of a file is not good any more")
	until, err := strconv.ParseInt(query.Get("until"), 10, 64)
	if err != nil || a.config.Clock.Now().Unix() >= until {
		return nil, stale
	}
	ticket, err := base64.RawURLEncoding.DecodeString(query.Get("for"))
	if err != nil {
		return nil, stale
	}
	text, err := a.ring.OpenTicket(linkContext(path, query.Get("until")), ticket)
	if err != nil {
		return nil, stale
	}
	var b bearer
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, stale
	}
	claims := a.claims(auth.Identity{
		Issuer: b.Issuer, Subject: b.Subject, Stakeholder: b.Stakeholder, TokenID: b.TokenID, Roles: b.Roles, Scopes: b.Scopes, IssuedAt: b.IssuedAt,
	})
	return a.withRights(ctx, claims, stale)
}

// withRights is a context whose viewer has the rights that the claims have now.
func (a *App) withRights(ctx context.Context, claims party.Claims, stale error) (context.Context, error) {
	revoked, err := a.Domains.Parties.Revoked(ctx, claims)
	if err != nil {
		return nil, err
	}
	if revoked {
		return nil, stale
	}
	actor, err := a.Domains.Parties.Provision(ctx, claims)
	if err != nil {
		return nil, err
	}
	return policy.WithActor(ctx, actor), nil
}
