package app

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// IdentityOf is what a dev token says of a person of the example.
func IdentityOf(p demo.Persona) auth.Identity {
	who := auth.Identity{Subject: p.Subject()}
	for _, r := range p.Roles {
		who.Roles = append(who.Roles, string(r))
	}
	if p.Party != "" {
		who.Stakeholder = typeid.New("stakeholder", p.Stakeholder()).String()
	}
	return who
}

// person is somebody of the example, with a token that is valid for an hour.
type person struct {
	Name  string        `json:"name"`
	Party string        `json:"party"`
	Roles []policy.Role `json:"roles"`
	Token string        `json:"token"`
}

// offer is what the explorer offers in dev mode.
type offer struct {
	People     []person         `json:"people"`
	Operations []demo.Operation `json:"operations"`
}

// people gives the explorer the people of the example and operations to try: in dev mode only, to the explorer's own page only,
// and only while the database holds the example, because an admin's token would be good for any other database, too.
func (a *App) people(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case a.Dev == nil:
		post.Missing(w)
	case r.Method != http.MethodPost:
		post.NotAllowed(w, http.MethodPost, "this is asked for with POST")
	case !isOwnPage(r):
		post.Forbidden(w, "only the explorer's own page, opened on this machine, is given tokens: others make theirs with plenary token")
	default:
		o, err := a.offer(r)
		if err != nil {
			a.config.Log.ErrorContext(r.Context(), "no_people_for_the_explorer", "error", err)
			post.Unavailable(w, "the example cannot be read now: retry later")
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(o)
	}
}

// isOwnPage reports whether a request comes from a page that this server served to a browser on this machine. A browser sends
// Origin with every POST, and no page can change it, Host or Sec-Fetch-Site. A service that fetches addresses for others does not
// send it. Other pages of this machine, and those of Config.Origins, may call the API but are given no tokens. A proxy would pass
// tokens on to other machines. A program on this machine can send all of this: it, too, gets only people of the example.
func isOwnPage(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if len(r.Header[name]) > 0 {
			return false
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	origins := r.Header["Origin"]
	if len(origins) != 1 || origins[0] != "http://"+r.Host {
		return false
	}
	u, err := url.Parse(origins[0])
	return err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

func (a *App) offer(r *http.Request) (offer, error) {
	none := offer{People: []person{}, Operations: []demo.Operation{}}
	ctx := policy.WithActor(r.Context(), policy.Anonymous)
	if filled, err := demo.Has(ctx, a.Store); err != nil || !filled {
		return none, err
	}
	head, err := a.Resolver.Feed().Head(ctx) // a visitor's cursor is good for everyone
	if err != nil {
		return none, err
	}
	o := offer{}
	if o.Operations, err = demo.Operations(ctx, a.Store, head, a.config.Clock.Now()); err != nil {
		return none, err
	}
	for _, p := range demo.Personas {
		token, err := a.Dev.Mint(IdentityOf(p), time.Hour)
		if err != nil {
			return none, err
		}
		o.People = append(o.People, person{p.Subject(), p.PartyName(), p.Roles, token})
	}
	return o, nil
}
