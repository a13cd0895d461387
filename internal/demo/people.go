// Package demo fills an empty database with the shipped example: two firms, customers, a regulator, an NGO and a
// university that talk about personalised prices, labels and a returns assistant. Everything in it is made up. It calls the
// use cases, as its people would, so it also shows what the product does.
package demo

import (
	"crypto/sha256"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Persona is a person of the example that a dev token can speak for.
type Persona struct {
	Name  string // such as firm, in "--as firm@demo"
	Party string // handle of the stakeholder; empty for none
	Roles []policy.Role
}

// Subject is the sub of the persona's tokens.
func (p Persona) Subject() string { return p.Name + "@demo" }

// Stakeholder is the id of the persona's party; Nil for none.
func (p Persona) Stakeholder() uuid.UUID {
	if p.Party == "" {
		return uuid.Nil
	}
	return id("stakeholder", p.Party)
}

// PartyName is the name of the persona's party; empty for none.
func (p Persona) PartyName() string {
	for _, reg := range parties {
		if reg.Handle == p.Party {
			return reg.Name
		}
	}
	return ""
}

// Personas are all of them; the first of each chamber is shown first.
var Personas = []Persona{
	{"customer", "customer-amber", []policy.Role{policy.Customer}},
	{"firm", "northwind-mobility", []policy.Role{policy.Firm, policy.Author}},
	{"regulator", "consumer-markets-authority", []policy.Role{policy.Regulator}},
	{"ngo", "fair-screens", []policy.Role{policy.NGO}},
	{"academic", "lakeside-university", []policy.Role{policy.Academic, policy.Reviewer, policy.Approver}},
	{"facilitator", "consumer-markets-authority", []policy.Role{policy.Regulator, policy.Facilitator}},
	{"firm2", "harbour-grocers", []policy.Role{policy.Firm, policy.Author}},
	{"customer2", "customer-birch", []policy.Role{policy.Customer}},
	{"customer3", "customer-cedar", []policy.Role{policy.Customer}},
	{"customer4", "customer-dune", []policy.Role{policy.Customer}},
	{"approver", "northwind-mobility", []policy.Role{policy.Firm, policy.Approver}},
	{"admin", "", []policy.Role{policy.Admin}},
	{"auditor", "", []policy.Role{policy.Auditor}},
}

// PersonaOf finds a persona by its name.
func PersonaOf(name string) (Persona, bool) {
	for _, p := range Personas {
		if p.Name == name {
			return p, true
		}
	}
	return Persona{}, false
}

// id makes the same key for the same name every time, so that a token can be made without asking the database. Its time
// is that of the example's writing, 2026-01-01.
func id(noun, name string) uuid.UUID {
	sum := sha256.Sum256([]byte("plenary demo\x00" + noun + "\x00" + name))
	var key uuid.UUID
	copy(key[:], sum[:])
	var millis uint64 = 1767225600000
	for i := range 6 {
		key[i] = byte(millis >> (8 * (5 - i)))
	}
	key[6] = key[6]&0x0F | 0x70
	key[8] = key[8]&0x3F | 0x80
	return key
}

var parties = []party.Registration{
	{
		Kind: "FIRM", Name: "Northwind Mobility", Handle: "northwind-mobility", LegalName: "Northwind Mobility plc", SectorCode: "H49.32",
		SectorLabel: "Taxi operation", SizeBand: "LARGE", Jurisdictions: []string{"IE", "FR"}, Website: "https://northwind.example",
		Description: "Rides by app in nine cities. Prices move with demand.",
	},
	{
		Kind: "FIRM", Name: "Harbour Grocers", Handle: "harbour-grocers", LegalName: "Harbour Grocers Ltd", SectorCode: "G47.11",
		SectorLabel: "Retail sale in non-specialised stores with food", SizeBand: "MEDIUM", Jurisdictions: []string{"IE"},
		Website: "https://harbour.example", Description: "Forty shops and an app with a loyalty card.",
	},
	{Kind: "CUSTOMER", Name: "Amber", Handle: "customer-amber"},
	{Kind: "CUSTOMER", Name: "Birch", Handle: "customer-birch"},
	{Kind: "CUSTOMER", Name: "Cedar", Handle: "customer-cedar"},
	{Kind: "CUSTOMER", Name: "Dune", Handle: "customer-dune"},
	{
		Kind: "REGULATOR", Name: "Consumer Markets Authority", Handle: "consumer-markets-authority", Mandate: "SUPERVISION",
		Jurisdictions: []string{"IE"}, LegalBasis: "Consumer Markets Act, s. 4 (of this example)",
		Description: "Watches over prices, labels and data in consumer markets.",
	},
	{
		Kind: "NGO", Name: "Fair Screens", Handle: "fair-screens", Mission: "Interfaces that tell the truth.", FocusAreas: []string{"CONSUMER", "DESIGN"},
		Jurisdictions: []string{"IE", "FR"}, Description: "Consumer association for digital services.",
	},
	{
		Kind: "ACADEMIC_INSTITUTION", Name: "Lakeside University", Handle: "lakeside-university", Disciplines: []string{"Marketing ethics", "Economics"},
		EthicsBoard: true, Jurisdictions: []string{"IE"}, Description: "The customer experience research group.",
	},
}
