package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/bench/load"
)

// report writes the results as Markdown.
func (o options) report(out io.Writer, sections []section) error {
	var b strings.Builder
	for _, s := range sections {
		if len(s.results) > 0 || len(s.scored) > 0 || len(s.exported) > 0 {
			o.table(&b, s)
			arrivalTable(&b, s)
			logFigures(&b, s)
			scoreFigures(&b, s)
			exportFigures(&b, s, o.size.Assessments)
		}
		decisionFigures(&b, s)
		if s.growth != nil {
			growthTable(&b, s)
		}
	}
	for _, s := range sections {
		for _, note := range s.notes {
			if note != "" {
				fmt.Fprintln(&b, note)
			}
		}
	}
	fmt.Fprintf(&b, "Medians of %d interleaved rounds of %v, %d connections, on %s; server, database and load share it.\n"+
		"CPU is the time of the server's process and of all processes of the database; SQLite runs in the server's process.\n"+
		"The hand-written SQL writes ids as UUIDs, and has no GraphQL, limits or viewers; otherwise all give the same response.\n",
		o.rounds, o.duration, o.clients, machine())
	_, err := io.WriteString(out, b.String())
	return err
}

func (o options) table(b *strings.Builder, s section) {
	fmt.Fprintf(b, "### %s, %s (%s)\n\n", s.database, o.size, s.durability)
	b.WriteString("| request | answered by | requests/s | of SQL's | p50 ms | p99 ms | CPU ms: server | database | total | SQL statements | CPU against SQL |\n" +
		"|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	public := false
	for _, r := range s.results {
		public = public || r.scenario.public
		name := r.scenario.name
		if r.bytes > 0 {
			name += fmt.Sprintf(" (%d kB)", (r.bytes+500)/1000)
		}
		base, compared := of(r.sides, r.scenario.peer)
		for _, m := range r.sides {
			f := m.series.median()
			share, against, statements := "–", "–", ""
			if compared {
				share, against = fmt.Sprintf("%.2f", f.perSecond/base.perSecond), fmt.Sprintf("%.2f", ratio(f.cpu(), base.cpu()))
			}
			if m.name == plain {
				if statements = "–"; r.statements > 0 {
					statements = fmt.Sprint(r.statements)
				}
			}
			fmt.Fprintf(b, "| %s | %s | %.0f | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %s | %s |\n", name, m.name, f.perSecond, share, ms(f.p50), ms(f.p99),
				ms(f.server), ms(f.database), ms(f.cpu()), statements, against)
			name = ""
		}
	}
	b.WriteString("\n")
	if public {
		b.WriteString("The public page is requested by GET, but one time in a hundred by a member with a token, and each second a vote changes it;\n" +
			"after each turn all sides must have seen that vote. The vote's own cost is in the database's CPU, and in that of the server that took it.\n\n")
	}
}

// arrivalTable shows the requests at constant rates.
func arrivalTable(b *strings.Builder, s section) {
	if !slices.ContainsFunc(s.results, func(r *result) bool { return len(r.arrivals) > 0 }) {
		return
	}
	b.WriteString("| at a constant rate | requests arrive/s | answered by | answered/s | p50 ms | p99 ms | CPU ms |\n|---|---:|---|---:|---:|---:|---:|\n")
	for _, r := range s.results {
		name := r.scenario.name
		for _, a := range r.arrivals {
			rate := fmt.Sprintf("%g", a.perSecond)
			for _, m := range a.sides {
				f := m.series.median()
				fmt.Fprintf(b, "| %s | %s | %s | %.0f | %.2f | %.2f | %.2f |\n", name, rate, m.name, f.perSecond, ms(f.p50), ms(f.p99), ms(f.cpu()))
				name, rate = "", ""
			}
		}
	}
	fmt.Fprintf(b, "\nThe rates are %s of what the hand-written SQL answered above, over %d connections. A request is measured from when it was\n"+
		"due, so waiting for a connection counts; a side that answers fewer than arrive falls behind, and its times grow with the turn.\n\n",
		percents(shares), arriving)
}

func percents(shares []float64) string {
	texts := make([]string, len(shares))
	for i, s := range shares {
		texts[i] = fmt.Sprintf("%g %%", s*100)
	}
	return strings.Join(texts, ", ")
}

// logFigures shows how fast the log is.
func logFigures(b *strings.Builder, s section) {
	if s.sequenced.acts == 0 {
		return
	}
	fmt.Fprintf(b, "The log sequenced %d acts of a member at %.0f/s, with %.2f ms of CPU each.\n\n",
		s.sequenced.acts, s.sequenced.perSecond(), ms(s.sequenced.cpu)/float64(s.sequenced.acts))
	fmt.Fprintf(b, "| a proof from a log of %d acts, without a server | p50 ms | p99 ms |\n|---|---:|---:|\n", s.proofs.size)
	for _, row := range []struct {
		name string
		of   load.Result
	}{{"that an act is in it", s.proofs.inclusion}, {"that it only grew", s.proofs.consistency}} {
		slices.Sort(row.of.Latencies)
		fmt.Fprintf(b, "| %s | %.3f | %.3f |\n", row.name, ms(row.of.Percentile(50)), ms(row.of.Percentile(99)))
	}
	b.WriteString("\n")
}

func growthTable(b *strings.Builder, s section) {
	fmt.Fprintf(b, "### %s, growing\n\n", s.database)
	least := s.growth.steps[0]
	fmt.Fprintf(b, "| page | comments | answered by | p50 ms | CPU ms: server | database | total | CPU against that at %s |\n"+
		"|---|---:|---|---:|---:|---:|---:|---:|\n", thousands(least.comments))
	for i, pg := range pages {
		name := pg.name
		for _, st := range s.growth.steps {
			comments := thousands(st.comments)
			for _, m := range st.pages[i].sides {
				f := m.series.median()
				first, _ := of(least.pages[i].sides, m.name)
				fmt.Fprintf(b, "| %s | %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f |\n", name, comments, m.name, ms(f.p50), ms(f.server), ms(f.database),
					ms(f.cpu()), ratio(f.cpu(), first.cpu()))
				name, comments = "", ""
			}
		}
	}
	b.WriteString("\n| comments | database on disk MB | server's memory MB | a connection's own memory in PostgreSQL MB | connections |\n|---:|---:|---:|---:|---:|\n")
	for _, st := range s.growth.steps {
		session, sessions := "–", "–"
		if st.sessions > 0 {
			session, sessions = fmt.Sprintf("%.1f", megabytes(st.session)), fmt.Sprint(st.sessions)
		}
		fmt.Fprintf(b, "| %s | %.0f | %.0f | %s | %s |\n", thousands(st.comments), megabytes(st.disk), megabytes(st.server), session, sessions)
	}
	b.WriteString("\nThe server's memory is its resident memory at the end (Rss); a connection's own is what its process shares with no other (RssAnon),\n" +
		"the mean of the server's connections. PostgreSQL's shared buffers are not included; they are the same for all sizes.\n\n")
}

// thousands writes 50000 as 50,000.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }

func ms(d time.Duration) float64 { return d.Seconds() * 1000 }

// ratio is zero if b was too short to be measured.
func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// machine describes the machine of the measurements.
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
