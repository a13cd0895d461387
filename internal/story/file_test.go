package story_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/file"
)

// upload is a file to send. What is empty follows from the rest.
type upload struct {
	name, kind, digest string
	content            []byte
	header             http.Header
}

// upload sends a file.
func (w *world) upload(token string, u upload) answer {
	w.t.Helper()
	req := must(http.NewRequestWithContext(context.Background(), http.MethodPost, w.url+"/files", bytes.NewReader(u.content)))
	sum := sha256.Sum256(u.content)
	if u.digest == "" {
		u.digest = "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
	}
	req.Header.Set("Content-Type", u.kind)
	req.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": u.name}))
	req.Header.Set("Content-Digest", u.digest)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for name, values := range u.header {
		req.Header[name] = values
	}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(must(io.ReadAll(resp.Body)))}
	d := json.NewDecoder(strings.NewReader(a.text))
	d.UseNumber()
	if err := d.Decode(&a.data.v); err != nil {
		w.t.Fatalf("POST /files answered %d %s", a.status, a.text)
	}
	return a
}

// sends sends a text, and gives the id of the file.
func (w *world) sends(who auth.Identity, name, text string) string {
	w.t.Helper()
	a := w.upload(w.token(who), upload{name: name, kind: "text/plain", content: []byte(text)})
	id := a.data.at("file", "id").text()
	if id == "" {
		w.t.Fatalf("the file was not taken: %d %s", a.status, a.text)
	}
	return id
}

// fetch reads a file by its path.
func (w *world) fetch(path, token string) (status int, header http.Header, text string) {
	w.t.Helper()
	req := must(http.NewRequestWithContext(context.Background(), http.MethodGet, w.url+path, nil))
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header, string(must(io.ReadAll(resp.Body)))
}

// drafted begins an assessment of the firm with an answer to the question purpose, and gives its id.
func (w *world) drafted() string {
	w.t.Helper()
	practice := w.ask(visitor, `{practices(filter: {text: "refunds"}){nodes{id}}}`).at("practices", "nodes", 0, "id").text()
	id := w.ask(persona("firm"), `mutation($s: ID!, $t: ID!){draftAssessment(input: {subject: $s, template: $t, title: "Draft"}){impactAssessment{id}}}`, "s", practice, "t", w.template("short-form@1")).
		at("draftAssessment", "impactAssessment", "id").text()
	w.ask(persona("firm"), `mutation($id: ID!, $q: String!){answerQuestions(input: {id: $id, answers: [{question: $q, value: {text: "Speed."}, expectedRevision: 0}]}){userErrors{code}}}`, "id", id, "q", "purpose")
	return id
}

func (w *world) attach(assessment, file string) answer {
	w.t.Helper()
	return w.send(persona("firm"), `mutation($id: ID!, $f: ID!){attachEvidence(input: {id: $id, question: "purpose", file: $f}){userErrors{code field message values{limit actual}} impactAssessment{id}}}`, "id", assessment, "f", file)
}

func TestFilesThatAreNotTaken(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		firm, before := w.token(persona("firm")), len(w.acts(0))
		text := []byte("What we measured.")
		for _, c := range []struct {
			rule   string
			u      upload
			status int
			code   string
			path   string
		}{
			{"a digest is given", upload{name: "a.txt", kind: "text/plain", content: text, digest: "md5=:AAAA:"}, 400, "FILE_DIGEST", "digest"},
			{"the digest is that of the bytes", upload{name: "a.txt", kind: "text/plain", content: text, digest: "sha-256=:" + base64.StdEncoding.EncodeToString(make([]byte, 32)) + ":"}, 400, "FILE_DIGEST", "digest"},
			{"a type is given", upload{name: "a.txt", kind: "", content: text}, 415, "FILE_TYPE", "mediaType"},
			{"the type is one of ten", upload{name: "a.zip", kind: "application/zip", content: text}, 415, "FILE_TYPE", "mediaType"},
			{"texts are UTF-8", upload{name: "a.txt", kind: "text/plain; charset=utf-16", content: text}, 415, "FILE_TYPE", "mediaType"},
			{"the name fits the type", upload{name: "a.exe", kind: "text/plain", content: text}, 415, "FILE_TYPE", "name"},
			{"a name is given", upload{kind: "text/plain", content: text}, 400, "FILE_NAME", "name"},
			{"the name is no path", upload{name: "../a.txt", kind: "text/plain", content: text}, 400, "FILE_NAME", "name"},
			{"the name shows what it says", upload{name: "a\u202etxt.exe.txt", kind: "text/plain", content: text}, 400, "FILE_NAME", "name"},
			{"the bytes are of the type", upload{name: "a.png", kind: "image/png", content: text}, 415, "FILE_TYPE", "body"},
			{"the file is whole", upload{name: "a.pdf", kind: "application/pdf", content: []byte("%PDF-1.7\n1 0 obj")}, 422, "FILE_CUT_OFF", "body"},
			{"nothing runs", upload{name: "a.csv", kind: "text/csv", content: []byte("a\n=1+1\n")}, 422, "FILE_UNSAFE", "body"},
			{"the bytes come as they are", upload{name: "a.txt", kind: "text/plain", content: text, header: http.Header{"Content-Encoding": {"gzip"}}}, 415, "FILE_TYPE", "mediaType"},
			{"it is not too large", upload{name: "a.txt", kind: "text/plain", content: bytes.Repeat([]byte("a"), file.MostBytes+1)}, 413, "BAD_USER_INPUT", ""},
		} {
			a := w.upload(firm, c.u)
			path := a.data.at("errors", 0, "path", 0).text()
			if code := a.data.at("errors", 0, "extensions", "code").text(); a.status != c.status || code != c.code || path != c.path || a.data.at("errors", 0, "message").text() == "" {
				t.Errorf("%s: answered %d %s, want %d with %s at %q", c.rule, a.status, a.text, c.status, c.code, c.path)
			}
		}
		w.settle()
		if n := w.counted("SELECT COUNT(*) FROM files") + w.counted("SELECT COUNT(*) FROM file_chunks"); n > 0 || len(w.acts(0)) != before {
			t.Errorf("%d rows were written of files that are not taken", n)
		}
	})
}

// counted runs a query that counts.
func (w *world) counted(text string) (n int) {
	w.t.Helper()
	if err := w.Store.Query(context.Background(), text, nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// A file of several pieces comes back byte for byte, from the database and from a folder, also after the setting has changed.
func TestFilesComeBackAsTheyWere(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		folder := t.TempDir()
		in := open(t, databaseURL, func(c *app.Config) { c.Files.Folder = folder })
		var big strings.Builder
		for i := range 60_000 {
			fmt.Fprintf(&big, "line %d\n", i)
		}
		firm := persona("firm")
		lying := in.sends(firm, "big.txt", big.String())
		if found := traces(t, "line 59999", folder); len(found) != 1 || in.counted("SELECT COUNT(*) FROM file_chunks") != 1 {
			t.Errorf("the folder holds %v", found)
		}
		in.end()
		w := open(t, databaseURL, func(c *app.Config) { c.Files.Folder = "" })
		stored := w.sends(firm, "other.txt", big.String()+"end\n")
		if n := w.counted("SELECT COUNT(*) FROM file_chunks"); n < 3 {
			t.Errorf("a large file has %d pieces in the database", n)
		}
		w.end()
		again := open(t, databaseURL, func(c *app.Config) { c.Files.Folder = folder })
		for id, want := range map[string]string{lying: big.String(), stored: big.String() + "end\n"} {
			status, header, got := again.fetch("/files/"+id, again.token(firm))
			if status != http.StatusOK || got != want {
				t.Errorf("GET answered %d with %d bytes, want %d", status, len(got), len(want))
			}
			for name, value := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store", "Content-Length": fmt.Sprint(len(want)), "Accept-Ranges": "none",
			} {
				if header.Get(name) != value {
					t.Errorf("%s: %q, want %q", name, header.Get(name), value)
				}
			}
			if kind, params, err := mime.ParseMediaType(header.Get("Content-Disposition")); err != nil || kind != "attachment" || params["filename"] == "" {
				t.Errorf("Content-Disposition: %s", header.Get("Content-Disposition"))
			}
			if !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("Content-Security-Policy: %s", header.Get("Content-Security-Policy"))
			}
		}
	})
}

// An address is good for one file, for five minutes, with the rights that its viewer has then.
func TestAddressesOfFiles(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		firm := persona("firm")
		one, other := w.sends(firm, "one.txt", "One."), w.sends(firm, "other.txt", "Other.")
		at := w.ask(firm, `query($id: ID!){node(id: $id){... on File{url}}}`, "id", one).at("node", "url").text()
		path, query, _ := strings.Cut(at, "?")
		if strings.Contains(query, "demo") || path != "/files/"+one {
			t.Errorf("the address %s says who asked", at)
		}
		for name, address := range map[string]string{
			"of another file": "/files/" + other + "?" + query, "for longer": path + "?" + strings.Replace(query, "until=1", "until=2", 1), "without a seal": path + "?for=&until=9999999999",
			"with another seal": path + "?" + strings.Replace(query, "for=", "for=A", 1),
		} {
			if status, _, text := w.fetch(address, ""); status != http.StatusForbidden {
				t.Errorf("an address %s answered %d %s", name, status, text)
			}
		}
		if status, _, text := w.fetch(at, ""); status != http.StatusOK || text != "One." {
			t.Errorf("the address answered %d %s", status, text)
		}
		if status, _, _ := w.fetch(path, ""); status != http.StatusNotFound {
			t.Errorf("without a seal a visitor reads the file of a firm: %d", status)
		}
		w.clock.Advance(4*time.Minute + 59*time.Second)
		if status, _, _ := w.fetch(at, ""); status != http.StatusOK {
			t.Errorf("after less than five minutes the address answered %d", status)
		}
		w.clock.Advance(time.Second)
		if status, _, _ := w.fetch(at, ""); status != http.StatusForbidden {
			t.Errorf("after five minutes the address answered %d", status)
		}
		at = w.ask(firm, `query($id: ID!){node(id: $id){... on File{url}}}`, "id", one).at("node", "url").text()
		w.ask(persona("admin"), `mutation($i: String!, $s: String!){revokeAccess(input: {issuer: $i, subject: $s, reason: "lost"}){userErrors{code}}}`, "i", auth.DevURL, "s", firm.Subject)
		w.clock.Advance(6 * time.Second) // replicas look every five
		if status, _, _ := w.fetch(at, ""); status != http.StatusForbidden {
			t.Errorf("after the token was revoked the address answered %d", status)
		}
	})
}

func TestFilesThatNobodyAttachesGoAfterADay(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		folder := t.TempDir()
		w := open(t, databaseURL, func(c *app.Config) { c.Files.Folder = folder })
		firm, ctx := persona("firm"), context.Background()
		a := w.drafted()
		kept, left := w.sends(firm, "kept.txt", "The same words."), w.sends(firm, "left.txt", "The same words.")
		alone := w.sends(firm, "alone.txt", "Other words.")
		if got := w.attach(a, kept); got.code() != "" {
			t.Fatalf("attach: %s", got.text)
		}
		w.clock.Advance(24 * time.Hour)
		if n, err := w.Domains.Files.Sweep(ctx, "first"); n != 0 || err != nil {
			t.Errorf("after a day Sweep = %d, %v", n, err)
		}
		w.clock.Advance(time.Second)
		if n, err := w.Domains.Files.Sweep(ctx, "second"); n != 0 || err != nil {
			t.Errorf("Sweep of a server without the lease = %d, %v", n, err)
		}
		if n, err := w.Domains.Files.Sweep(ctx, "first"); n != 2 || err != nil {
			t.Errorf("after more than a day Sweep = %d, %v, want 2", n, err)
		}
		token := w.token(firm)
		for id, want := range map[string]int{kept: 200, left: 404, alone: 404} {
			if status, _, _ := w.fetch("/files/"+id, token); status != want {
				t.Errorf("after the sweep GET answered %d, want %d", status, want)
			}
		}
		if found := traces(t, "words.", folder); len(found) != 1 {
			t.Errorf("after the sweep the folder holds %v: what another file holds stays, the rest goes", found)
		}
	})
}

// A thing has files up to a limit, a party sends no more than that before it attaches some, and an answer has twenty.
func TestFilesHaveLimits(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.Files.PerSubject = 100 })
		firm, a := persona("firm"), w.drafted()
		forty := func(n int) string { return fmt.Sprintf("%040d", n) }
		one, two := w.sends(firm, "1.txt", forty(1)), w.sends(firm, "2.txt", forty(2))
		got := w.upload(w.token(firm), upload{name: "3.txt", kind: "text/plain", content: []byte(forty(3))})
		if got.status != http.StatusConflict || got.data.at("errors", 0, "extensions", "code").text() != "LIMIT_REACHED" {
			t.Errorf("past what a party may send: %d %s", got.status, got.text)
		}
		w.attach(a, one)
		w.attach(a, two)
		three := w.sends(firm, "3.txt", forty(3))
		if refused := w.attach(a, three); refused.code() != "LIMIT_REACHED" || refused.data.at("attachEvidence", "userErrors", 0, "values", "limit").number() != 100 {
			t.Errorf("past what a thing may have: %s", refused.text)
		}
		b := w.drafted()
		w.attach(b, three)
		for i := range 19 {
			if more := w.attach(b, w.sends(firm, fmt.Sprintf("%d.txt", i), fmt.Sprint(i))); more.code() != "" {
				t.Fatalf("file %d of an answer: %s", i+2, more.text)
			}
		}
		if refused := w.attach(b, w.sends(firm, "more.txt", "x")); refused.code() != "TOO_LONG" && refused.code() != "TOO_MANY" {
			t.Errorf("the twenty-first file of an answer: %s", refused.text)
		}
	})
}

// Many send and delete the same bytes at once: every file that is there has them.
func TestTheSameBytesAtOnce(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		ids := make([]string, 8)
		tokens := []string{w.token(persona("firm")), w.token(persona("firm2"))}
		for i := range ids {
			all.Go(func() {
				a := w.upload(tokens[i%2], upload{name: fmt.Sprintf("%d.txt", i), kind: "text/plain", content: []byte("The same.")})
				ids[i] = a.data.at("file", "id").text()
			})
		}
		all.Wait()
		for i, id := range ids {
			if status, _, text := w.fetch("/files/"+id, tokens[i%2]); status != http.StatusOK || text != "The same." {
				t.Errorf("file %d of 8 answered %d %s", i, status, text)
			}
		}
		if n := w.counted("SELECT COUNT(*) FROM file_chunks"); n != 1 {
			t.Errorf("the same bytes are there %d times", n)
		}
	})
}

// A customer's files go with the customer, from the rows and from the disk; until then they are in the customer's copy.
func TestFilesOfAnErasedCustomer(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		folder := t.TempDir()
		w := open(t, databaseURL, func(c *app.Config) { c.Files.Folder = folder })
		c := w.leaver()
		w.sends(c.Identity, c.word+".txt", "Words of "+c.word)
		status, _, data := w.fetch("/me/data.zip", w.token(c.Identity))
		if status != http.StatusOK || !strings.Contains(data, "files.csv") {
			t.Errorf("the copy of the data answered %d, with files.csv: %v", status, strings.Contains(data, "files.csv"))
		}
		w.ask(c.Identity, `mutation($id: ID!){eraseMember(input: {id: $id, confirm: "ERASE"}){userErrors{code message}}}`, "id", c.member)
		if found := w.rows(c.word); len(found) > 0 {
			t.Errorf("words of the file stay in %v", found)
		}
		if found := traces(t, c.word, folder); len(found) > 0 || countFiles(t, folder) > 0 {
			t.Errorf("the file stays in the folder: %v", found)
		}
	})
}

func countFiles(t *testing.T, folder string) (n int) {
	t.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
