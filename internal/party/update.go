package party

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Change is what a party says of itself anew; nil keeps what it said.
type Change struct {
	Name, Handle, Description                          *string
	LegalName, SectorCode, SectorLabel, RegistrationNo *string
	Website, LegalBasis, Mission                       *string
	Jurisdictions, FocusAreas, Disciplines             []string
	SizeBand                                           enum.SizeBand
	Mandate                                            enum.Mandate
	EthicsBoard                                        *bool
}

func (c Change) of(r Registration) Registration {
	for _, text := range []struct{ to, from *string }{
		{&r.Name, c.Name},
		{&r.Handle, c.Handle},
		{&r.Description, c.Description},
		{&r.LegalName, c.LegalName},
		{&r.SectorCode, c.SectorCode},
		{&r.SectorLabel, c.SectorLabel},
		{&r.RegistrationNo, c.RegistrationNo},
		{&r.Website, c.Website},
		{&r.LegalBasis, c.LegalBasis},
		{&r.Mission, c.Mission},
	} {
		if text.from != nil {
			*text.to = *text.from
		}
	}
	for _, list := range []struct{ to, from *[]string }{
		{&r.Jurisdictions, &c.Jurisdictions}, {&r.FocusAreas, &c.FocusAreas}, {&r.Disciplines, &c.Disciplines},
	} {
		if *list.from != nil {
			*list.to = *list.from
		}
	}
	if c.SizeBand != "" {
		r.SizeBand = c.SizeBand
	}
	if c.Mandate != "" {
		r.Mandate = c.Mandate
	}
	if c.EthicsBoard != nil {
		r.EthicsBoard = *c.EthicsBoard
	}
	return r
}

// says tells whether two registrations say the same.
func (r Registration) says(other Registration) bool {
	for _, list := range []struct{ a, b *[]string }{
		{&r.Jurisdictions, &other.Jurisdictions}, {&r.FocusAreas, &other.FocusAreas}, {&r.Disciplines, &other.Disciplines},
	} {
		if len(*list.a) == 0 && len(*list.b) == 0 { // none, however it is written
			*list.a, *list.b = nil, nil
		}
	}
	return reflect.DeepEqual(r, other)
}

// Update changes what a party says of itself. A party that was rejected is looked at again.
func (s *Service) Update(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	result, err := s.Change(ctx, policy.UpdateStakeholder, id, expected, "stakeholder.updated", func(ctx context.Context, tx *db.Tx, row *db.Stakeholder) (*db.Stakeholder, error) {
		r, err := s.changed(ctx, tx, row, c)
		if err != nil {
			return nil, err
		}
		if row.Status != enum.StakeholderStatusRejected && r.says(registrationOf(row)) { // one that was rejected asks again by this
			return nil, fault.NothingToDo("the party says this of itself already")
		}
		update := describe(row.Update(), r)
		switch {
		case row.Status == enum.StakeholderStatusRejected:
			update.SetStatus(enum.StakeholderStatusPending).SetStatusReason("").SetNameKey(nameKey(r.Name))
		case r.Name != row.Name:
			update.SetNameKey(nameKey(r.Name)).SetNameSkeleton(nameSkeleton(r.Name))
		}
		return update.AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
	s.cache.clear()
	return result, err
}

// changed checks what a party says anew. What stays as it is was checked when it was said, by the rules of that time.
func (s *Service) changed(ctx context.Context, tx *db.Tx, row *db.Stakeholder, c Change) (Registration, error) {
	before := registrationOf(row)
	r, err := c.of(before).Check()
	kept := map[string]bool{"name": c.Name == nil || *c.Name == row.Name, "handle": c.Handle == nil || *c.Handle == row.Handle}
	var form fault.Form
	for _, f := range fault.All(err) {
		if !kept[f.Field] {
			form.Add(f)
		}
	}
	if kept["name"] {
		r.Name = before.Name
	}
	if kept["handle"] {
		r.Handle = before.Handle
	}
	for _, field := range []string{"name", "handle"} {
		if !kept[field] {
			form.Add(renaming(policy.ActorFrom(ctx), row, field))
		}
	}
	if err := s.free(ctx, tx, row, r, &form); err != nil {
		return r, err
	}
	return r, form.Err()
}

// renaming refuses to let an organisation that was admitted under a name take another by itself.
func renaming(actor policy.Actor, row *db.Stakeholder, field string) error {
	if row.Kind == enum.StakeholderKindCustomer || row.NeverAdmitted || slices.Contains(actor.Roles, policy.Admin) {
		return nil
	}
	f := fault.Coded(fault.Forbidden, enum.UserErrorCodeRole, "the party was admitted under this %s: an admin can change it", field).
		With(fault.Values{Roles: policy.Words([]policy.Role{policy.Admin})})
	f.Field = field
	return f
}

// free notes a new name or handle that another party has, or that nobody may have.
func (s *Service) free(ctx context.Context, tx *db.Tx, row *db.Stakeholder, r Registration, form *fault.Form) error {
	other := func(column, value string) (found bool, err error) {
		err = s.store.QueryTx(ctx, tx, "SELECT 1 FROM stakeholders WHERE "+column+" = ? AND id <> ?", []any{value, row.ID}, func(*sql.Rows) error {
			found = true
			return nil
		})
		return found, err
	}
	if r.Name != row.Name || row.Status == enum.StakeholderStatusRejected {
		same, err := other("name_key", nameKey(r.Name))
		if err != nil {
			return fmt.Errorf("look for the name: %w", err)
		}
		if r.Kind == enum.StakeholderKindCustomer && !same {
			alike, err := other("name_skeleton", nameSkeleton(r.Name))
			if err != nil {
				return fmt.Errorf("look for names that look alike: %w", err)
			}
			if alike {
				form.Add(lookalike())
			}
		}
		if made, ok := handleOf(r.Name); same || ok && slices.Contains(reserved, made) {
			form.Add(taken("name", "another party has this name, or nobody may: choose another"))
		}
	}
	if r.Handle != row.Handle {
		same, err := other("handle", r.Handle)
		if err != nil {
			return fmt.Errorf("look for the handle: %w", err)
		}
		if same {
			form.Add(taken("handle", "this handle is taken: choose another"))
		}
	}
	return nil
}

func registrationOf(row *db.Stakeholder) Registration {
	return Registration{
		Kind: row.Kind, Name: row.Name, Handle: row.Handle, Description: string(row.Description), Jurisdictions: row.Jurisdictions,
		LegalName: string(row.LegalName), SectorCode: string(row.SectorCode), SectorLabel: string(row.SectorLabel), RegistrationNo: string(row.RegistrationNumber),
		SizeBand: row.SizeBand, Mandate: row.Mandate, Website: string(row.Website), LegalBasis: string(row.LegalBasis), Mission: string(row.Mission),
		FocusAreas: row.FocusAreas, Disciplines: row.Disciplines, EthicsBoard: row.EthicsBoard,
	}
}

// describe sets what a party says of itself.
func describe(update *db.StakeholderUpdateOne, r Registration) *db.StakeholderUpdateOne {
	return update.SetName(r.Name).SetHandle(r.Handle).SetDescription(optional.Text(r.Description)).SetJurisdictions(r.Jurisdictions).
		SetLegalName(optional.Text(r.LegalName)).SetSectorCode(optional.Text(r.SectorCode)).SetSectorLabel(optional.Text(r.SectorLabel)).
		SetRegistrationNumber(optional.Text(r.RegistrationNo)).SetSizeBand(r.SizeBand).SetMandate(r.Mandate).SetWebsite(optional.Text(r.Website)).
		SetLegalBasis(optional.Text(r.LegalBasis)).SetMission(optional.Text(r.Mission)).SetFocusAreas(r.FocusAreas).SetDisciplines(r.Disciplines).
		SetEthicsBoard(r.EthicsBoard)
}
