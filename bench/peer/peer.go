// Package peer is the server that Plenary is compared with. It answers each page with one hand-written SQL statement that
// builds the JSON in the database, or with rows that it converts to JSON itself. It has no GraphQL, no limits and no viewers
// except the visitor.
package peer

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	_ "github.com/lib/pq"  // the driver that the server's store uses
	_ "modernc.org/sqlite" // likewise
)

// The paths: two pages, and in plain SQL the vote, the answer to a question of an assessment, and the secret paper.
const (
	Nested = "/nested"
	List   = "/list"
	Vote   = "/vote"
	Answer = "/answer"
	Paper  = "/paper"
)

//go:embed postgres sqlite
var texts embed.FS

type peer struct {
	dialect     string
	read, write *sql.DB
	pages       map[string]*sql.Stmt
	rows        *rows // nil on SQLite
	vote        *vote
	saving      *saving
	casting     *casting
}

// Serve serves until the context ends. It prints its address to out.
func Serve(ctx context.Context, databaseURL, listen string, out io.Writer) error {
	p, err := open(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer p.close()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	for path, stmt := range p.pages {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { page(w, r, stmt) })
	}
	if p.rows != nil {
		mux.HandleFunc(Rows, p.byRows)
	}
	mux.HandleFunc(Vote, p.cast)
	mux.HandleFunc(Answer, p.answer)
	mux.HandleFunc(Paper, p.put)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	fmt.Fprintf(out, "serving http://%s/\n", l.Addr())
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// open opens the database with the same settings as the server's store.
func open(ctx context.Context, databaseURL string) (*peer, error) {
	p := &peer{dialect: "postgres", pages: map[string]*sql.Stmt{}}
	var err error
	if path, ok := strings.CutPrefix(databaseURL, "sqlite://"); ok {
		p.dialect = "sqlite"
		p.read, p.write, err = openSQLite(path)
	} else if p.read, err = sql.Open("postgres", databaseURL); err == nil {
		p.read.SetMaxIdleConns(16)
		p.write = p.read
	}
	if err != nil {
		return nil, err
	}
	for path, name := range map[string]string{Nested: "nested.sql", List: "list.sql"} {
		text, err := texts.ReadFile(p.dialect + "/" + name)
		if err != nil {
			return nil, err
		}
		if p.pages[path], err = p.read.PrepareContext(ctx, string(text)); err != nil {
			return nil, fmt.Errorf("prepare %s for %s: %w", name, p.dialect, err)
		}
	}
	if p.dialect == "postgres" {
		if p.rows, err = prepareRows(ctx, p.read); err != nil {
			return nil, err
		}
	}
	if p.vote, err = prepareVote(ctx, p.dialect, p.write); err != nil {
		return nil, err
	}
	if p.saving, err = prepareSaving(ctx, p.dialect, p.write); err != nil {
		return nil, err
	}
	p.casting, err = prepareCasting(ctx, p.dialect, p.write)
	return p, err
}

func openSQLite(path string) (read, write *sql.DB, err error) {
	dsn := func(extra ...string) string {
		q := url.Values{"_pragma": append([]string{
			"busy_timeout(60000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
			"cache_size(-16000)", "temp_store(MEMORY)",
		}, extra...)}
		q.Set("_txlock", "immediate")
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	}
	if read, err = sql.Open("sqlite", dsn("query_only(1)")); err != nil {
		return nil, nil, err
	}
	read.SetMaxOpenConns(16)
	read.SetMaxIdleConns(16)
	if write, err = sql.Open("sqlite", dsn()); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	return read, write, nil
}

func (p *peer) close() {
	_ = p.read.Close()
	_ = p.write.Close()
}

func page(w http.ResponseWriter, r *http.Request, stmt *sql.Stmt) {
	_, _ = io.Copy(io.Discard, r.Body)
	var data []byte
	if err := stmt.QueryRowContext(r.Context()).Scan(&data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	respond(w, data)
}

func respond(w http.ResponseWriter, data []byte) {
	body := make([]byte, 0, len(data)+16)
	body = append(append(append(body, `{"data":`...), data...), '}')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}
