package app

import (
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
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
	origins := r.Header["Origin"]
	return isOnThisMachine(r) && len(origins) == 1 && origins[0] == "http://"+r.Host
}

// isOnThisMachine reports whether a request comes from this machine, for a name of this machine, and not from a page of another site.
func isOnThisMachine(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if len(r.Header[name]) > 0 {
			return false
		}
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	u, err := url.Parse("http://" + r.Host) // what a name resolves to may change, but not this machine's own
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

const (
	peoplePath = "/dev/people"
	signInPath = "/dev/sign-in"
)

// somebody is one of the people of the example, whom the console can be used as.
type somebody struct {
	Key   string                `json:"key"`
	Name  string                `json:"name"`
	Party string                `json:"party"`
	Kind  *enum.StakeholderKind `json:"kind"`
	Roles []policy.Role         `json:"roles"`
}

// listPeople lists the people of the example for the console, without their tokens; nobody where the database does not hold it.
func (a *App) listPeople(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		post.NotAllowed(w, "GET, HEAD", "this is read with GET")
		return
	case !isOnThisMachine(r):
		post.Forbidden(w, "the people of the example are for pages on this machine")
		return
	}
	filled, err := a.hasExample(r)
	if err != nil {
		a.noExample(w, r, err)
		return
	}
	list := []somebody{}
	for _, p := range demo.Personas {
		if filled {
			list = append(list, somebody{p.Subject(), p.Name, p.PartyName(), kindOf(p), p.Roles})
		}
	}
	post.Answer(w, http.StatusOK, list)
}

// kindOf is the chamber in which a person acts; nil for none.
func kindOf(p demo.Persona) *enum.StakeholderKind {
	for _, kind := range AllKinds {
		if role, _ := policy.ChamberRole(string(kind)); p.Party != "" && len(p.Roles) > 0 && p.Roles[0] == role {
			return &kind
		}
	}
	return nil
}

// signInAs gives the console's own page a token of one of the people of the example, valid for an hour.
func (a *App) signInAs(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method != http.MethodPost:
		post.NotAllowed(w, http.MethodPost, "this is asked for with POST")
		return
	case !isOwnPage(r):
		post.Forbidden(w, "only the console's own page, opened on this machine, is given tokens: others make theirs with plenary token")
		return
	case err != nil || media != "application/json":
		post.Tell(w, http.StatusUnsupportedMediaType, post.New(string(enum.ErrorCodeBadUserInput), "", "the body must be application/json"))
		return
	}
	var body struct {
		Person string `json:"person"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<10)).Decode(&body); err != nil {
		post.Tell(w, http.StatusBadRequest, post.New(string(enum.ErrorCodeBadUserInput), "", `the body must be {"person": KEY}`))
		return
	}
	filled, err := a.hasExample(r)
	if err != nil {
		a.noExample(w, r, err)
		return
	}
	who, known := demo.PersonaOf(strings.TrimSuffix(body.Person, "@demo"))
	if !filled || !known {
		post.Missing(w)
		return
	}
	token, err := a.Dev.Mint(IdentityOf(who), time.Hour)
	if err != nil {
		a.noExample(w, r, err)
		return
	}
	post.Answer(w, http.StatusOK, map[string]any{"token": token})
}

// hasExample tells whether the database holds the example: a token of its admin would be good for any other database, too.
func (a *App) hasExample(r *http.Request) (bool, error) {
	return demo.Has(policy.WithActor(r.Context(), policy.Anonymous), a.Store)
}

func (a *App) noExample(w http.ResponseWriter, r *http.Request, err error) {
	a.config.Log.ErrorContext(r.Context(), "no_people_for_the_console", "error", err)
	post.Unavailable(w, "the example cannot be read now: retry later")
}

var devPeopleOperations = []openapi.Operation{{
	Method: http.MethodGet, Path: peoplePath, ID: "listPeopleToSignInAs", Tag: server.TagPages, Summary: "People of the example, for the console",
	Description: "In dev mode only, and on this machine only.", Head: true,
	Responses: []openapi.Response{
		{Status: http.StatusOK, Description: "The people; none where the database does not hold the example.", Content: openapi.Content{
			"application/json": openapi.List("", openapi.Object("", openapi.Fields{
				"key": openapi.Text("By which to sign in."), "name": openapi.Text(""), "party": openapi.Text("Empty for none."),
				"kind":  openapi.Null(openapi.Word("", AllKinds...)),
				"roles": openapi.List("", openapi.Word("", policy.Roles...)),
			})),
		}},
		openapi.Refusal(http.StatusForbidden, "Another site's page asks, or another machine."),
	},
}}

var devSignInOperations = []openapi.Operation{{
	Method: http.MethodPost, Path: signInPath, ID: "signInAsPerson", Tag: server.TagPages, Summary: "A token of one of the people of the example",
	Description: "In dev mode only, and for the console's own page only.",
	Body: &openapi.Body{Description: "Whose token.", Content: openapi.Content{
		"application/json": openapi.Object("", openapi.Fields{"person": openapi.Text("The key of one of the people.")}),
	}},
	Responses: []openapi.Response{
		{Status: http.StatusOK, Description: "The token.", Content: openapi.Content{"application/json": openapi.Object("", openapi.Fields{
			"token": openapi.Text("Valid for an hour."),
		})}},
		openapi.Refusal(http.StatusBadRequest, "The body cannot be read."),
		openapi.Refusal(http.StatusForbidden, "Another page asks, or another machine."),
		openapi.Refusal(http.StatusNotFound, "There is nobody of this key, or the database does not hold the example."),
		openapi.Refusal(http.StatusUnsupportedMediaType, "The body is of another type."),
	},
}}
