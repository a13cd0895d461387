package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

const exporting = "export of all assessments"

// exports reports whether to measure how long all assessments take to leave.
func (o options) exports() bool { return o.wants(exporting) && o.size.Assessments > 0 }

// exported is how long all assessments took to leave in one way, once for each round.
type exported struct {
	name  string
	took  []time.Duration
	bytes int64
	heap  int64 // the most that the heap grew
}

func (e exported) median() time.Duration {
	sorted := slices.Sorted(slices.Values(e.took))
	return sorted[len(sorted)/2]
}

// export measures pulls of all assessments beside the database's own way to give the same documents, in a database of their own.
func (o options) export(ctx context.Context, sec *section, p *postgres, now time.Time) (err error) {
	in := &instance{postgres: p}
	defer func() { err = errors.Join(err, in.close()) }()
	if err := in.locate(ctx, o.dir, "exports"); err != nil {
		return err
	}
	if err := in.prepare(ctx, o.size, now); err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{
		Database: in.url, Mode: "dev", DevKey: in.devKey, Keys: in.devKey + ".keys", Rates: server.Rates{Off: true}, Clock: clock.System{},
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer a.Close()
	regulator, err := publish(ctx, a, in)
	if err != nil {
		return fmt.Errorf("publish assessments: %w", err)
	}
	token, err := a.Dev.Mint(auth.Identity{Subject: "bench regulator", Roles: []string{"regulator"}, Stakeholder: typeid.New("stakeholder", regulator).String()}, time.Hour)
	if err != nil {
		return err
	}
	s := httptest.NewServer(a.Server.Handler())
	defer s.Close()
	dump := func() (int64, error) { return in.dump(ctx) }
	if in.postgres == nil {
		selecting := httptest.NewServer(selected(a))
		defer selecting.Close()
		dump = func() (int64, error) { return fetchAll(ctx, selecting.URL, "") }
	}
	pull := func(path, token string) func() (int64, error) {
		return func() (int64, error) { return fetchAll(ctx, s.URL+"/exports/assessments."+path, token) }
	}
	ways := []struct {
		name string
		run  func() (int64, error)
	}{
		{"the same documents by " + in.dumping(), dump},
		{"JSON lines, for everybody", pull("jsonl", "")},
		{"JSON lines, for a regulator", pull("jsonl", token)},
		{"CSV, for a regulator", pull("csv", token)},
	}
	sec.exported = make([]exported, len(ways))
	for range o.rounds {
		for i, way := range ways {
			e := &sec.exported[i]
			e.name = way.name
			grown := watchHeap()
			began := time.Now()
			if e.bytes, err = way.run(); err != nil {
				return fmt.Errorf("%s, %s: %w", exporting, way.name, err)
			}
			e.took = append(e.took, time.Since(began))
			e.heap = max(e.heap, grown())
		}
	}
	return nil
}

// publish makes the seeded drafts published assessments, with documents of their answers and notes as they are kept, of a firm in a
// jurisdiction of the regulator that it gives.
func publish(ctx context.Context, a *app.App, in *instance) (regulator uuid.UUID, err error) {
	err = a.Store.Query(ctx, "SELECT id FROM stakeholders WHERE kind = 'REGULATOR' ORDER BY id LIMIT 1", nil, func(r *sql.Rows) error { return r.Scan(&regulator) })
	if err != nil {
		return regulator, err
	}
	err = a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := a.Store.Exec(ctx, tx, `UPDATE stakeholders SET jurisdictions = '["IE"]' WHERE id = ? OR id = ?`, regulator, in.data.Firm)
		return err
	})
	if err != nil {
		return regulator, err
	}
	for part := range slices.Chunk(in.data.Assessments, 100) {
		texts := make([]string, len(part))
		for i, one := range part {
			if texts[i], err = documentOf(ctx, a, one.ID); err != nil {
				return regulator, err
			}
		}
		err = a.Store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			for i, one := range part {
				const insert = `INSERT INTO assessment_versions (id, assessment_id, number, document, consulted, published, content_hash, created_at) VALUES (?, ?, 1, ?, ?, ?, '0', ?)`
				if _, err := a.Store.Exec(ctx, tx, insert, uuid.Must(uuid.NewV7()), one.ID, texts[i], true, texts[i], time.Now()); err != nil {
					return err
				}
				const update = `UPDATE assessments SET state = 'PUBLISHED', content_hash = '0', opened_at = ?, published_at = ? WHERE id = ?`
				if _, err := a.Store.Exec(ctx, tx, update, time.Now(), time.Now(), one.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return regulator, err
		}
	}
	return regulator, in.analyze(ctx, in.size)
}

// documentOf is what an assessment says, in the form in which versions are kept.
func documentOf(ctx context.Context, a *app.App, id uuid.UUID) (string, error) {
	var b strings.Builder
	b.WriteString(`{"answers":[`)
	n := 0
	err := a.Store.Query(ctx, "SELECT question, value, note FROM answers WHERE assessment_id = ? AND latest ORDER BY id", []any{id}, func(r *sql.Rows) error {
		var question, value, note string
		if err := r.Scan(&question, &value, &note); err != nil {
			return err
		}
		if n++; n > 1 {
			b.WriteByte(',')
		}
		salt := uuid.New()
		words, err := json.Marshal(note)
		fmt.Fprintf(&b, `{"note":{"salt":%q,"words":%s},"open":%s,"question":%q}`, hex.EncodeToString(salt[:]), words, value, question)
		return err
	})
	fmt.Fprintf(&b, `],"risks":[],"subject":{"id":%q,"type":"PRACTICE","version":1},"template":"0","title":{"salt":"00","words":"Seeded"},"v":3}`, id)
	return b.String(), err
}

func (in *instance) dumping() string {
	if in.postgres == nil {
		return "one SELECT, sent over HTTP"
	}
	return "COPY"
}

// everyDocument asks for the documents in the order of an export.
const everyDocument = "SELECT published FROM assessment_versions ORDER BY assessment_id"

// selected answers with what SQLite gives: it has no client of its own, as COPY has.
func selected(a *app.App) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := a.Store.Query(r.Context(), everyDocument, nil, func(rows *sql.Rows) error {
			var document sql.RawBytes
			if err := rows.Scan(&document); err != nil {
				return err
			}
			_, err := w.Write(document)
			return err
		})
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte(`{"end":true}`))
	})
}

// dump gives the documents as PostgreSQL itself does, and how many bytes they have.
func (in *instance) dump(ctx context.Context) (n int64, err error) {
	copied := exec.CommandContext(ctx, "psql", "-qAtX", "-c", "COPY ("+everyDocument+") TO STDOUT", in.url)
	out, err := copied.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := copied.Start(); err != nil {
		return 0, err
	}
	n, err = io.Copy(io.Discard, out)
	return n, errors.Join(err, copied.Wait())
}

// fetchAll reads an export to its end, which must be there.
func fetchAll(ctx context.Context, address, token string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var last tail
	n, err := io.Copy(&last, resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || !strings.Contains(string(last), `"end":true`) && !strings.Contains(string(last), `"END"`)) {
		err = fmt.Errorf("status %d, and no last line in %q", resp.StatusCode, last)
	}
	return n, err
}

// tail keeps the end of what is written to it.
type tail []byte

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	const most = 400
	*t = append(*t, b[max(0, len(b)-most):]...)
	*t = (*t)[max(0, len(*t)-most):]
	return len(b), nil
}

// watchHeap gives a function that ends the watch and gives how much the heap has grown at most.
func watchHeap() (grown func() int64) {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	now := func() int64 {
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64())
	}
	before, most, done, ended := now(), int64(0), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				most = max(most, now()-before)
			}
		}
	}()
	return func() int64 {
		close(done)
		<-ended
		return most
	}
}

// exportFigures shows how fast all assessments leave.
func exportFigures(b *strings.Builder, s section, n int) {
	if len(s.exported) == 0 {
		return
	}
	fmt.Fprintf(b, "| export of %s assessments | MB | s | MB/s | of the database's own | heap grew by MB |\n|---|---:|---:|---:|---:|---:|\n", thousands(n))
	base := float64(s.exported[0].bytes) / s.exported[0].median().Seconds()
	for _, e := range s.exported {
		rate := float64(s.exported[0].bytes) / e.median().Seconds() // of the same documents, whatever stands around them
		fmt.Fprintf(b, "| %s | %.0f | %.2f | %.0f | %.2f | %.0f |\n", e.name, megabytes(e.bytes), e.median().Seconds(), rate/1e6, rate/base, megabytes(e.heap))
	}
	b.WriteString("\n")
}
