package party

import (
	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Stakeholder is a party of any kind.
type Stakeholder interface {
	GlobalID() typeid.ID
	Row() *db.Stakeholder
}

// The five kinds are one row seen as what it is.
type (
	// Firm designs customer experiences.
	Firm db.Stakeholder
	// Customer is a person by pseudonym.
	Customer db.Stakeholder
	// Regulator watches or makes policy.
	Regulator db.Stakeholder
	// NGO is a non-governmental organisation.
	NGO db.Stakeholder
	// AcademicInstitution is a university or institute.
	AcademicInstitution db.Stakeholder
)

// Page is a page of parties.
type Page = store.Page[Stakeholder]

// Edge is an entry of a page of parties.
type Edge = store.Edge[Stakeholder]

// Of sees a row as the kind it is.
func Of(row *db.Stakeholder) Stakeholder {
	switch row.Kind {
	case enum.StakeholderKindFirm:
		return (*Firm)(row)
	case enum.StakeholderKindRegulator:
		return (*Regulator)(row)
	case enum.StakeholderKindNgo:
		return (*NGO)(row)
	case enum.StakeholderKindAcademicInstitution:
		return (*AcademicInstitution)(row)
	}
	return (*Customer)(row)
}

// GlobalID is the id clients see.
func (p *Firm) GlobalID() typeid.ID { return p.Row().GlobalID() }

// GlobalID is the id clients see.
func (p *Customer) GlobalID() typeid.ID { return p.Row().GlobalID() }

// GlobalID is the id clients see.
func (p *Regulator) GlobalID() typeid.ID { return p.Row().GlobalID() }

// GlobalID is the id clients see.
func (p *NGO) GlobalID() typeid.ID { return p.Row().GlobalID() }

// GlobalID is the id clients see.
func (p *AcademicInstitution) GlobalID() typeid.ID { return p.Row().GlobalID() }

// Row is what is stored.
func (p *Firm) Row() *db.Stakeholder { return (*db.Stakeholder)(p) }

// Row is what is stored.
func (p *Customer) Row() *db.Stakeholder { return (*db.Stakeholder)(p) }

// Row is what is stored.
func (p *Regulator) Row() *db.Stakeholder { return (*db.Stakeholder)(p) }

// Row is what is stored.
func (p *NGO) Row() *db.Stakeholder { return (*db.Stakeholder)(p) }

// Row is what is stored.
func (p *AcademicInstitution) Row() *db.Stakeholder { return (*db.Stakeholder)(p) }
