package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/surveyjs"
)

const scoring = "scoring of all assessments"

// scores reports whether to measure how long all assessments take to score.
func (o options) scores() bool { return o.wants(scoring) && o.size.Assessments > 0 }

// findSurvey reads the template of the assessments. Without it there are none.
func (o *options) findSurvey(name string) error {
	if o.size.Assessments > 0 && o.size.Assessments < mostClients {
		return fmt.Errorf("assessments are measured from %d on", mostClients)
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		o.size.Assessments, o.surveyNote = 0, "Assessments were left out: their questionnaire is not at "+name+"."
		return nil
	}
	if err != nil {
		return err
	}
	about := surveyjs.About{Key: "aia", Title: "Algorithmic Impact Assessment", Jurisdiction: "CA"}
	if o.size.Template, _, err = surveyjs.Read(text, about); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// scored is how long all assessments took in one way, once for each round.
type scored struct {
	name  string
	took  []time.Duration
	rows  int
	bytes int // of the answers in short, where they were read
}

func (s scored) median() time.Duration {
	sorted := slices.Sorted(slices.Values(s.took))
	return sorted[len(sorted)/2]
}

// scoreAll scores all assessments in each way in turn, in this process.
func (in *instance) scoreAll(ctx context.Context, a *app.App) error {
	if in.scorings == 0 {
		return nil
	}
	sets, template, err := in.sets(ctx, a)
	if err != nil {
		return err
	}
	var levels, stored [5]int
	ways := []struct {
		name string
		run  func() (rows, bytes int, err error)
	}{
		{"in memory, on one thread", func() (int, int, error) {
			levels = [5]int{}
			for _, s := range sets {
				levels[template.Totals(s).Level]++
			}
			return len(sets), 0, nil
		}},
		{"from stored rows", func() (rows, _ int, err error) {
			stored = [5]int{}
			err = a.Domains.Assessments.Totals(ctx, func(_ uuid.UUID, t questionnaire.Totals) {
				stored[t.Level]++
				rows++
			})
			return rows, 0, err
		}},
		{"the same rows read by SQL, not scored", func() (rows, bytes int, err error) {
			err = in.readGiven(ctx, a, func(given []byte) error {
				rows, bytes = rows+1, bytes+len(given)
				return nil
			})
			return rows, bytes, err
		}},
	}
	in.scored = make([]scored, len(ways))
	for range in.scorings {
		for i, way := range ways {
			began := time.Now()
			rows, bytes, err := way.run()
			if err != nil {
				return fmt.Errorf("%s, %s: %w", scoring, way.name, err)
			}
			s := &in.scored[i]
			s.name, s.took, s.rows, s.bytes = way.name, append(s.took, time.Since(began)), rows, bytes
			if rows != len(in.data.Assessments) {
				return fmt.Errorf("%s, %s: %d of %d", scoring, way.name, rows, len(in.data.Assessments))
			}
		}
		if levels != stored {
			return fmt.Errorf("%s: levels in memory %v, and from stored rows %v", scoring, levels, stored)
		}
	}
	return nil
}

// sets compiles the answers of all assessments.
func (in *instance) sets(ctx context.Context, a *app.App) (sets []*questionnaire.Set, t *questionnaire.Template, err error) {
	t = in.template
	err = in.readGiven(ctx, a, func(given []byte) error {
		set, err := t.ReadSet(given)
		sets = append(sets, set)
		return err
	})
	return sets, t, err
}

func (in *instance) readGiven(ctx context.Context, a *app.App, each func(given []byte) error) error {
	return a.Store.Query(ctx, "SELECT id, template_id, given FROM assessments", nil, func(r *sql.Rows) error {
		var id, template, given sql.RawBytes
		if err := r.Scan(&id, &template, &given); err != nil {
			return err
		}
		return each(given)
	})
}

// scoreFigures shows how fast all assessments are scored.
func scoreFigures(b *strings.Builder, s section) {
	if len(s.scored) == 0 {
		return
	}
	fmt.Fprintf(b, "| scoring of %s assessments | ms | each µs |\n|---|---:|---:|\n", thousands(s.scored[0].rows))
	for _, way := range s.scored {
		name := way.name
		if way.bytes > 0 {
			name += fmt.Sprintf(" (%.0f MB)", megabytes(int64(way.bytes)))
		}
		took := way.median()
		fmt.Fprintf(b, "| %s | %.1f | %.2f |\n", name, ms(took), 1000*ms(took)/float64(way.rows))
	}
	b.WriteString("\n")
}
