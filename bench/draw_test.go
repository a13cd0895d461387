package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/bench/load"
)

// measuredOf makes a side of one round.
func measuredOf(name string, perSecond int, server, database time.Duration) measured {
	m := measured{name: name}
	n := time.Duration(perSecond)
	one := sample{server: n * server, database: n * database}
	one.Result = load.Result{Latencies: make([]time.Duration, perSecond), Elapsed: time.Second}
	m.series.add(one)
	return m
}

func sections() []section {
	const msec = time.Millisecond
	grown := &growth{}
	for i, comments := range sizes {
		st := &step{comments: comments, server: 60e6, session: 5e6, sessions: 4, disk: int64(comments) * 900}
		for j, pg := range pages {
			cpu := time.Duration(j+1)*2*msec + time.Duration(i)*msec/4
			st.pages = append(st.pages, grownPage{page: pg, sides: []measured{measuredOf(plain, 90, cpu, cpu/4)}})
		}
		grown.steps = append(grown.steps, st)
	}
	nested := &result{scenario: scenarios[0], statements: 4, bytes: 127_000, sides: []measured{
		measuredOf(plain, 252, 3*msec, 2*msec), measuredOf("PostGraphile", 120, 6*msec, 2*msec),
		measuredOf("one SQL statement", 240, msec, 4*msec), measuredOf(byHand, 300, 2*msec, msec),
	}}
	nested.arrivals = []arrivals{{perSecond: 120, sides: nested.sides}}
	public := &result{scenario: scenarios[1], sides: []measured{
		measuredOf(plain, 250, 3*msec, 2*msec), measuredOf(cached, 6100, 0, 0), measuredOf("PostGraphile", 118, 6*msec, 2*msec),
		measuredOf("one SQL statement", 230, msec, 4*msec),
	}}
	proof := &result{scenario: scenario{name: proofScenario, proof: true}, sides: []measured{measuredOf(plain, 900, msec, msec)}}
	return []section{
		{database: "PostgreSQL 15", durability: "fsync on", results: []*result{nested, public, proof}, growth: grown, notes: []string{"A note."}},
		{database: "SQLite 3", durability: "WAL", results: []*result{{scenario: scenarios[0], sides: nested.sides[:1]}}, growth: grown},
	}
}

func TestDraw(t *testing.T) {
	o := options{rounds: 3, chart: filepath.Join(t.TempDir(), "docs", "bench.svg")}
	if err := o.draw(sections()); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(o.chart)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"PostgreSQL 15", "SQLite 3", plain, cached, "PostGraphile", byHand, "6,100", "long thread, near its end", "5,000,000"} {
		if !strings.Contains(string(svg), ">"+text) {
			t.Errorf("the picture does not say %q", text)
		}
	}
}

func TestReport(t *testing.T) {
	var b strings.Builder
	if err := (options{rounds: 3, duration: time.Second}).report(&b, sections()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"| nested page (127 kB) | Plenary | 252 | 1.05 | 0.00 | 0.00 | 3.00 | 2.00 | 5.00 | 4 | 1.00 |\n",
		"|  | PostGraphile | 120 | 0.50 | 0.00 | 0.00 | 6.00 | 2.00 | 8.00 |  | 1.60 |\n",
		"| proofs of an act and of the log | Plenary | 900 | – | 0.00 | 0.00 | 1.00 | 1.00 | 2.00 | – | – |\n",
		"| nested page | 120 | Plenary | 252 | 0.00 | 0.00 | 5.00 |\n",
		"| nested page | 5,000 | Plenary | 0.00 | 2.00 | 0.50 | 2.50 | 1.00 |\n|  | 50,000 | Plenary | 0.00 | 2.25 | 0.56 | 2.81 | 1.12 |\n",
		"| 5,000,000 | 4500 | 60 | 5.0 | 4 |\n",
		"A note.\n",
	} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("the report lacks %q", line)
		}
	}
	if t.Failed() {
		t.Log(b.String())
	}
}
