package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/plenary-dialogue/plenary/bench/chart"
)

// draw draws the results into an SVG file.
func (o options) draw(sections []section) error {
	svg, err := o.picture(sections).SVG()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.chart), 0o755); err != nil {
		return err
	}
	return os.WriteFile(o.chart, svg, 0o644)
}

// picture shows the cost of a nested page, how many are answered per second, and how the cost changes as the data grows.
func (o options) picture(sections []section) chart.Chart {
	c := chart.Chart{
		Title: "A page of 10 dialogues with 5 proposals each and 5 comments on each, with authors",
		About: "Bars of the processor time and of the requests per second of Plenary and of the other servers, and lines of how its processor " +
			"time changes with the number of comments. The table that the benchmark prints has the same figures.",
		Foot: fmt.Sprintf("Medians of %d interleaved rounds, on %s.\nServer, database and load share the machine.", o.rounds, machine()),
	}
	cost := chart.Bars{Title: "Processor time of a page", Unit: "milliseconds, less is better", Parts: []string{"server", "database"}}
	speed := chart.Bars{Title: "Pages answered", Unit: "a second, more is better", Parts: []string{""}}
	for _, s := range sections {
		for _, r := range s.results {
			if r.scenario.query != nestedPage {
				continue
			}
			group := s.database
			if r.scenario.public {
				group += ": as anybody, but one in a hundred as a member, while a comment on it changes each second"
			}
			for _, m := range r.sides {
				f := m.series.median()
				bar := chart.Bar{Group: group, Label: m.name, Ours: m.name == plain || m.name == cached}
				bar.Values = []float64{f.perSecond}
				speed.Rows = append(speed.Rows, bar)
				if !r.scenario.public {
					bar.Values = []float64{ms(f.server), ms(f.database)}
					cost.Rows = append(cost.Rows, bar)
				}
			}
		}
	}
	for _, b := range []chart.Bars{cost, speed} {
		if len(b.Rows) > 0 {
			c.Panels = append(c.Panels, b)
		}
	}
	for _, s := range sections {
		if s.growth != nil {
			c.Panels = append(c.Panels, s.lines())
		}
	}
	return c
}

// lines show the processor time of each of our pages over the number of comments.
func (s section) lines() chart.Lines {
	l := chart.Lines{
		Title: "Processor time of Plenary while the data grows, " + s.database, X: "comments in the database", Y: "milliseconds",
	}
	for i, pg := range pages {
		line := chart.Line{Name: pg.name}
		for _, st := range s.growth.steps {
			if f, ok := of(st.pages[i].sides, plain); ok {
				line.Points = append(line.Points, chart.Point{X: float64(st.comments), Y: ms(f.cpu())})
			}
		}
		l.Series = append(l.Series, line)
	}
	return l
}
