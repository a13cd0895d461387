package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// report writes what was measured as Markdown.
func (o options) report(out io.Writer, sections []section) error {
	var b strings.Builder
	for _, s := range sections {
		o.table(&b, s)
		o.growthTable(&b, s)
		fmt.Fprintf(&b, "%d acts of a member came to their places in the log at %.0f/s, with %.2f ms of CPU each.\n\n",
			s.sequenced.acts, s.sequenced.perSecond(), ms(s.sequenced.cpu)/float64(max(1, s.sequenced.acts)))
	}
	fmt.Fprintf(&b, "Medians of %d interleaved rounds of %v, %d connections, on %s; server, database and load share it.\n"+
		"CPU is that of the server's process and of all processes of the database; SQLite is in the server's.\n"+
		"The SQL side spells ids as UUIDs, and has no GraphQL, limits or viewers; otherwise both give the same answer.\n",
		o.rounds, o.duration, o.clients, machine())
	_, err := io.WriteString(out, b.String())
	return err
}

func (o options) table(b *strings.Builder, s section) {
	fmt.Fprintf(b, "### %s, %s (%s)\n\n", s.database, o.size, s.durability)
	b.WriteString("| request | answered by | requests/s | of SQL's | p50 ms | p99 ms | CPU ms: server | database | total | SQL statements | CPU against SQL |\n" +
		"|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range s.results {
		ours, theirs := r.small.ours.median(), r.small.theirs.median()
		name := r.scenario.name
		if r.bytes > 0 {
			name += fmt.Sprintf(" (%d kB)", (r.bytes+500)/1000)
		}
		statements := "–"
		if r.statements > 0 {
			statements = fmt.Sprint(r.statements)
		}
		o.row(b, name, "Plenary", ours, fmt.Sprintf("%.2f", ours.perSecond/theirs.perSecond), statements, fmt.Sprintf("%.2f", ratio(ours.cpu(), theirs.cpu())))
		o.row(b, "", r.scenario.peer, theirs, "1", "", "1")
	}
	b.WriteString("\n")
}

func (o options) row(b *strings.Builder, name, by string, s figures, share, statements, against string) {
	fmt.Fprintf(b, "| %s | %s | %.0f | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %s | %s |\n", name, by, s.perSecond, share, ms(s.p50), ms(s.p99),
		ms(s.server), ms(s.database), ms(s.cpu()), statements, against)
}

func (o options) growthTable(b *strings.Builder, s section) {
	fmt.Fprintf(b, "| with %d times the data (%s) | answered by | p50 ms | times | CPU ms | times |\n|---|---|---:|---:|---:|---:|\n",
		o.growth, o.size.Times(o.growth))
	for _, r := range s.results {
		if !r.scenario.grows {
			continue
		}
		grown(b, r.scenario.name, "Plenary", r.small.ours.median(), r.large.ours.median())
		grown(b, "", r.scenario.peer, r.small.theirs.median(), r.large.theirs.median())
	}
	b.WriteString("\n")
}

func grown(b *strings.Builder, name, by string, small, large figures) {
	fmt.Fprintf(b, "| %s | %s | %.2f | %.2f | %.2f | %.2f |\n", name, by, ms(large.p50), ratio(large.p50, small.p50), ms(large.cpu()),
		ratio(large.cpu(), small.cpu()))
}

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// ratio is zero of what was too short to be measured.
func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// machine says what the figures were taken on.
func machine() string {
	model := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores of %s, %s", runtime.NumCPU(), model, runtime.Version())
}
