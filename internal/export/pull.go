package export

import (
	"bytes"
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/download"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

const (
	// mostMoves is how many acts are looked at for one batch.
	mostMoves = 200
	// mostOfActs is how many assessments of acts are read in one batch.
	mostOfActs = 20
)

// concerning are the nouns whose acts change an assessment, or who sees it: its risks and what is done about them, the thing that it is
// about, the dialogue that this is in, its firm, whose jurisdictions decide which regulator it is of, and its filings with others.
var concerning = []policy.Resource{policy.Assessment, policy.Risk, policy.Mitigation, policy.Stakeholder, policy.Practice, policy.Proposal, policy.Dialogue, policy.Filing}

// record is a line: an assessment, or that one is gone.
type record struct {
	row    *assessment.Exported // nil for a tombstone
	id     uuid.UUID
	cursor string
}

// pull is one way through what a viewer may take away.
type pull struct {
	service *Service
	viewer  viewer
	filter  assessment.Filter
	at      cursor
	until   actlog.Position // the end of the log when it began

	passed            int64  // the acts that were looked at, in mode within and done
	steps             []step // that are to be read, of the acts up to passed
	count, tombstones int
}

// step is an assessment that an act may have changed.
type step struct {
	at actlog.Position
	assessment.Step
}

// begin begins a pull, after a cursor or from the beginning. What changes while it reads, and after, comes after the cursor that it ends
// with: the end of the log is taken first.
func (s *Service) begin(ctx context.Context, v viewer, f assessment.Filter, since string) (*pull, error) {
	p := &pull{service: s, viewer: v, filter: f}
	var err error
	if p.until, err = s.log.Place(ctx); err != nil {
		return nil, err
	}
	p.at = cursor{mode: whole, at: p.until}
	if since == "" {
		return p, nil
	}
	if p.at, err = s.unseal(ctx, v, since); err != nil {
		return nil, err
	}
	if p.passed = p.at.at.Seq; p.at.mode == within {
		p.passed--
	}
	return p, nil
}

// next reads the next batch, and tells whether there is more. A batch may be empty.
func (p *pull) next(ctx context.Context) (batch []record, more bool, err error) {
	err = download.Patiently(ctx, func() error {
		if p.at.mode == whole {
			batch, more, err = p.nextOfAll(ctx)
		} else {
			batch, more, err = p.nextOfActs(ctx)
		}
		return err
	})
	return batch, more, err
}

func (p *pull) nextOfAll(ctx context.Context) ([]record, bool, error) {
	rows, err := p.service.assessments.ExportAfter(ctx, p.filter, p.at.id)
	if err != nil {
		return nil, false, err
	}
	batch := make([]record, len(rows))
	for i, row := range rows {
		p.at.id = row.ID
		batch[i] = p.record(row, row.ID)
	}
	return batch, len(rows) > 0, nil
}

// record is a line at the present place.
func (p *pull) record(row *assessment.Exported, id uuid.UUID) record {
	if row == nil {
		p.tombstones++
	} else {
		p.count++
	}
	return record{row, id, p.service.seal(p.viewer, p.at)}
}

// nextOfActs goes on through the log.
func (p *pull) nextOfActs(ctx context.Context) ([]record, bool, error) {
	if len(p.steps) == 0 {
		if p.passed >= p.until.Seq {
			return nil, false, nil
		}
		if err := p.look(ctx); err != nil {
			return nil, false, err
		}
	}
	steps := p.steps[:min(mostOfActs, len(p.steps))]
	all := make([]assessment.Step, len(steps))
	for i, s := range steps {
		all[i] = s.Step
	}
	there, gone, err := p.service.assessments.ExportThese(ctx, p.filter, all)
	if err != nil {
		return nil, false, err
	}
	p.steps = p.steps[len(steps):]
	var batch []record
	for _, s := range steps {
		p.at = cursor{within, s.at, s.ID}
		if row := there[s.ID]; row != nil || gone[s.ID] {
			batch = append(batch, p.record(row, s.ID))
		}
	}
	return batch, true, nil
}

// look finds which assessments the next acts may have changed: each once, with the first of these acts, since it is read as it is now. What
// happens to it after the end of the log that the pull goes to comes with the next pull.
func (p *pull) look(ctx context.Context) error {
	moves, through, err := p.service.log.Moves(ctx, p.passed, p.until.Seq, concerning, mostMoves)
	if err != nil {
		return err
	}
	things := make([]uuid.UUID, len(moves))
	for i, m := range moves {
		things[i] = m.Subject
	}
	moved, err := p.service.assessments.Moved(ctx, things)
	if err != nil {
		return err
	}
	found := map[uuid.UUID]bool{}
	for _, m := range moves {
		for _, id := range moved[m.Subject] {
			if !found[id] && !p.had(m.Position, id) {
				found[id] = true
				p.steps = append(p.steps, step{m.Position, assessment.Step{ID: id, Seq: m.Seq, Type: m.Type}})
			}
		}
	}
	p.passed = through
	return nil
}

// had tells whether the cursor that the pull began with is after an assessment of an act.
func (p *pull) had(at actlog.Position, id uuid.UUID) bool {
	return p.at.mode == within && at == p.at.at && bytes.Compare(id[:], p.at.id[:]) <= 0
}

// end is the cursor after the last line.
func (p *pull) end() string {
	at := cursor{mode: done, at: p.until}
	if p.at.mode == whole {
		at.at = p.at.at
	}
	return p.service.seal(p.viewer, at)
}
