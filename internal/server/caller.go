package server

import (
	"fmt"
	"net/netip"

	"github.com/plenary-dialogue/plenary/internal/fair"
)

// account is somebody with an allowance of points and a share of the places for running operations.
type account struct {
	key       string    // begins with the kind, so that a subject and an address of the same name share nothing
	kind      string    // as the RateLimit header names it
	allowance Allowance // zero for none of its own
	share     int       // percent; 0 for the usual
}

func (a account) party() fair.Party { return fair.Party{Key: a.key, Share: a.share} }

// caller is who sent a request: a member, an address or a named client. A member may share the allowance of an organisation,
// and whoever comes through a named client shares that client's.
type caller struct {
	own, shared account // shared has no key if there is none
	client      *client // nil for callers that no setting names
}

// organisationShare is how many percent of the places the members of one organisation may hold together.
const organisationShare = 75

// fair is the caller as the gate knows it.
func (c caller) fair() fair.Caller { return fair.Caller{Party: c.own.party(), Group: c.shared.party()} }

// seats is for whom sockets and streams are counted, and how many it may hold; usual is how many others may.
func (c caller) seats(usual int) (key string, most int) {
	if c.client != nil && c.client.Connections > 0 {
		return c.client.account.key, c.client.Connections
	}
	return c.own.key, usual
}

// callerOf tells who sent a request.
func (s *Server) callerOf(session Session, from peer) caller {
	switch named := s.clients.of(session); {
	case named != nil && from.client == named && !from.own: // a gateway that asks for somebody else
		return caller{own: s.visitor(from), shared: named.account, client: named}
	case named != nil:
		return caller{own: account{key: "subject:" + session.Subject, kind: "subject"}, shared: named.account, client: named}
	case session.Subject != "":
		return s.member(session)
	case from.client != nil && from.own:
		return caller{own: from.client.account, client: from.client}
	case from.client != nil:
		return caller{own: s.visitor(from), shared: from.client.account, client: from.client}
	default:
		return caller{own: s.visitor(from)}
	}
}

func (s *Server) visitor(from peer) account {
	return account{key: "address:" + from.address, kind: "address", allowance: s.cfg.Rates.Anonymous}
}

func (s *Server) member(session Session) caller {
	c := caller{own: account{key: "subject:" + session.Subject, kind: "subject", allowance: s.cfg.Rates.Subject}}
	if session.Organisation != "" {
		c.shared = account{
			key: "organisation:" + session.Organisation, kind: "organisation", allowance: s.cfg.Rates.Organisation, share: organisationShare,
		}
	}
	return c
}

// client is a named client with its account.
type client struct {
	Client
	account account
}

// clients are the named clients.
type clients []*client

// CheckClients refuses what New would refuse.
func CheckClients(list []Client) error {
	_, err := newClients(list)
	return err
}

func newClients(list []Client) (clients, error) {
	var all clients
	for _, c := range list {
		switch {
		case c.Name == "":
			return nil, fmt.Errorf("a client has no name")
		case c.ID == "" && len(c.Networks) == 0:
			return nil, fmt.Errorf("client %s: nothing tells which requests are its own: give its client id or its networks", c.Name)
		case (c.ID == "") != (c.Issuer == ""):
			return nil, fmt.Errorf("client %s: a client id and the issuer of its tokens belong together", c.Name)
		case c.Allowance.PerMinute <= 0 || c.Allowance.Burst <= 0:
			return nil, fmt.Errorf("client %s: its allowance is not positive", c.Name)
		case c.Share < 0 || c.Share > 100:
			return nil, fmt.Errorf("client %s: a share is 1 to 100 percent", c.Name)
		case c.Connections < 0:
			return nil, fmt.Errorf("client %s: the number of its connections is negative", c.Name)
		case all.named(c.Name):
			return nil, fmt.Errorf("client %s is there twice", c.Name)
		}
		all = append(all, &client{c, account{key: "client:" + c.Name, kind: "client", allowance: c.Allowance, share: c.Share}})
	}
	return all, nil
}

func (all clients) named(name string) bool {
	for _, c := range all {
		if c.Name == name {
			return true
		}
	}
	return false
}

// of gives the client that a token names, or nil.
func (all clients) of(s Session) *client {
	if s.Client == "" {
		return nil
	}
	for _, c := range all {
		if c.ID == s.Client && c.Issuer == s.Issuer {
			return c
		}
	}
	return nil
}

// at gives the client at an address, or nil.
func (all clients) at(a netip.Addr) *client {
	for _, c := range all {
		if isIn(a, c.Networks) {
			return c
		}
	}
	return nil
}
