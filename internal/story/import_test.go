package story_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/auth"
)

// smallTemplate is a template with one question; %s is its key, and then its jurisdiction.
const smallTemplate = `{"format": "plenary-assessment-template/1", "key": %q, "languages": ["en"], "title": {"en": "Fees"}, "jurisdiction": %q,
	"sections": [{"key": "s", "title": {"en": "S"}, "scoreType": "NONE", "questions": [{"key": "a", "type": "TEXT", "title": {"en": "A"}}]}]}`

// imports sends a file to be imported.
func (w *world) imports(token, kind string, options url.Values, content []byte) answer {
	w.t.Helper()
	req := must(http.NewRequestWithContext(context.Background(), http.MethodPost, w.url+"/imports/"+kind+"?"+options.Encode(), bytes.NewReader(content)))
	sum := sha256.Sum256(content)
	req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	return w.posted(req, token)
}

// posted sends a request, and reads the JSON of its answer.
func (w *world) posted(req *http.Request, token string) answer {
	w.t.Helper()
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(must(io.ReadAll(resp.Body)))}
	d := json.NewDecoder(strings.NewReader(a.text))
	d.UseNumber()
	if err := d.Decode(&a.data.v); err != nil {
		w.t.Fatalf("%s answered %d %s", req.URL.Path, a.status, a.text)
	}
	return a
}

// checks has a file checked that somebody sends to be imported.
func (w *world) checks(who auth.Identity, kind string, options url.Values, content string) answer {
	w.t.Helper()
	return w.imports(w.token(who), kind, options, []byte(content))
}

// working does what the server does by itself, of one kind.
func (w *world) working(what string) {
	w.t.Helper()
	switch what {
	case "phases":
		must(w.Domains.Dialogues.Turn(context.Background(), "this server"))
	case "ballots":
		must(w.Domains.Ballots.Turn(context.Background(), "this server"))
	case "dates":
		must(w.Domains.OfficialResponses.Turn(context.Background(), "this server"))
		must(w.Domains.Commitments.Turn(context.Background(), "this server"))
		must(w.Domains.Guidelines.Turn(context.Background(), "this server"))
	default:
		w.work()
	}
}

// work runs the imports that were started, and makes the reports that were asked for.
func (w *world) work() {
	w.t.Helper()
	w.reporting()
	for must(w.Domains.Imports.Turn(context.Background(), "this server")) {
		continue
	}
}

// forget deletes the imports that were sent, but not those that a test has written.
func (w *world) forget() {
	w.t.Helper()
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := w.Store.Exec(ctx, tx, "DELETE FROM import_chunks")
		if err == nil {
			_, err = w.Store.Exec(ctx, tx, "DELETE FROM imports WHERE sha256 <> '0'")
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// change runs a statement.
func (w *world) change(text string, args ...any) {
	w.t.Helper()
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		_, err := w.Store.Exec(ctx, tx, text, args...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
