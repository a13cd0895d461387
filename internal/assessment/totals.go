package assessment

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"sync"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
)

// atOnce is how many rows the reader of many assessments hands to a scorer at once.
const atOnce = 64

// batch are rows on their way from the reader to a scorer, with their answers one after the other in one slice.
type batch struct {
	ids, templates []uuid.UUID
	ends           []int
	given          []byte
}

func (b *batch) add(id, template uuid.UUID, given []byte) {
	b.ids, b.templates = append(b.ids, id), append(b.templates, template)
	b.given = append(b.given, given...)
	b.ends = append(b.ends, len(b.given))
}

// Totals scores every assessment, whoever may see it: for the operator's own work. It reads nothing of a row but its template and its
// answers in short, and scores on all cores while it reads; visit is called by one goroutine at a time, in no order.
func (s *Service) Totals(ctx context.Context, visit func(id uuid.UUID, totals questionnaire.Totals)) error {
	templates, err := s.everyTemplate(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	batches := make(chan *batch, 2*runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	var scorers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		scorers.Go(func() {
			for b := range batches {
				totals, err := b.score(templates)
				if err != nil {
					cancel(err)
					continue
				}
				mu.Lock()
				for i, t := range totals {
					visit(b.ids[i], t)
				}
				mu.Unlock()
			}
		})
	}
	err = s.readBatches(ctx, batches)
	close(batches)
	scorers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (s *Service) readBatches(ctx context.Context, batches chan<- *batch) error {
	b := &batch{}
	err := s.store.Query(ctx, "SELECT id, template_id, given FROM assessments", nil, func(r *sql.Rows) error {
		var id, template uuid.UUID
		var given sql.RawBytes
		if err := r.Scan(&id, &template, &given); err != nil {
			return err
		}
		if b.add(id, template, given); len(b.ids) == atOnce {
			batches <- b
			b = &batch{}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the answers of all assessments: %w", err)
	}
	batches <- b
	return nil
}

func (b *batch) score(templates map[uuid.UUID]*questionnaire.Template) ([]questionnaire.Totals, error) {
	totals := make([]questionnaire.Totals, len(b.ids))
	begin := 0
	for i, end := range b.ends {
		t := templates[b.templates[i]]
		if t == nil {
			return nil, fmt.Errorf("assessment %s answers a template that is not there", b.ids[i])
		}
		set, err := t.ReadSet(b.given[begin:end])
		if err != nil {
			return nil, fmt.Errorf("assessment %s: %w", b.ids[i], err)
		}
		totals[i], begin = t.Totals(set), end
	}
	return totals, nil
}

// everyTemplate reads the templates that have assessments.
func (s *Service) everyTemplate(ctx context.Context) (map[uuid.UUID]*questionnaire.Template, error) {
	var ids []uuid.UUID
	text := "SELECT id FROM templates t WHERE EXISTS (SELECT 1 FROM assessments a WHERE a.template_id = t.id)"
	err := s.store.Query(ctx, text, nil, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read which templates are answered: %w", err)
	}
	return s.templates.Questionnaires(ctx, ids)
}
