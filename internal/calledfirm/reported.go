package calledfirm

import (
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// StatusAt is how a called firm stood at a time; active says whether its party could act.
func StatusAt(c *db.Call, f *db.CalledFirm, active bool, at time.Time) enum.CalledFirmStatus {
	return Stand{
		State: f.State, Late: f.AnsweredAt != nil && f.AnsweredAt.After(f.DueAt), Over: !at.Before(f.DueAt), Ended: c.EndedAt != nil && c.EndedAt.Before(f.DueAt), Active: active,
	}.Status()
}
