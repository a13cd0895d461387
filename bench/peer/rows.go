package peer

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/lib/pq"
)

// Rows is the path of the nested page from plain rows, with JSON written by hand: on PostgreSQL only.
const Rows = "/rows"

//go:embed postgres/rows.sql
var rowsText string

// rows answers the nested page with one statement per level, and writes the JSON directly. No server that interprets a query
// can be faster with these statements and this driver.
type rows struct{ dialogues, proposals, comments *sql.Stmt }

// prepareRows reads the three statements of rows.sql, which are separated by empty lines.
func prepareRows(ctx context.Context, conn *sql.DB) (*rows, error) {
	texts := strings.Split(strings.TrimSpace(rowsText), "\n\n")
	r := &rows{}
	for i, to := range []**sql.Stmt{&r.dialogues, &r.proposals, &r.comments} {
		var err error
		if *to, err = conn.PrepareContext(ctx, texts[i]); err != nil {
			return nil, fmt.Errorf("prepare statement %d of rows.sql: %w", i+1, err)
		}
	}
	return r, nil
}

func (p *peer) byRows(w http.ResponseWriter, r *http.Request) {
	data, err := p.rows.page(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	respond(w, data)
}

// entry is a row with children: its own members as JSON, and the index of its parent in the level above.
type entry struct {
	id     string
	parent int
	json   []byte
	nodes  []byte // its children, separated by commas
}

func (r *rows) page(ctx context.Context) ([]byte, error) {
	dialogues, err := level(ctx, r.dialogues, nil, func(row *sql.Rows, e *entry) error {
		var title, state sql.RawBytes
		if err := row.Scan(&e.id, &title, &state); err != nil {
			return err
		}
		e.json = appendMember(appendMember(appendMember(nil, `{"id":`, e.id), `,"title":`, title), `,"state":`, state)
		return nil
	})
	if err != nil {
		return nil, err
	}
	proposals, err := level(ctx, r.proposals, dialogues, func(row *sql.Rows, e *entry) error {
		var title, summary, state sql.RawBytes
		var created time.Time
		if err := row.Scan(&e.parent, &e.id, &title, &summary, &state, &created); err != nil {
			return err
		}
		b := appendMember(appendMember(make([]byte, 0, 512), `{"id":`, e.id), `,"title":`, title)
		b = appendMember(appendMember(b, `,"summary":`, summary), `,"state":`, state)
		e.json = appendTime(b, created)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := r.addComments(ctx, proposals); err != nil {
		return nil, err
	}
	size := 64
	for _, p := range proposals {
		size += len(p.json) + len(p.nodes) + 64
	}
	for i := range proposals {
		p := &proposals[i]
		d := &dialogues[p.parent]
		if d.nodes == nil {
			d.nodes = make([]byte, 0, size/len(dialogues))
		}
		d.nodes = appendNode(d.nodes, p, `,"comments":{"nodes":[`)
	}
	nodes := make([]byte, 0, size)
	nodes = append(nodes, `{"dialogues":{"nodes":[`...)
	start := len(nodes)
	for i := range dialogues {
		if len(nodes) > start {
			nodes = append(nodes, ',')
		}
		nodes = appendEntry(nodes, &dialogues[i], `,"proposals":{"nodes":[`)
	}
	return append(nodes, `]}}`...), nil
}

// addComments adds the comments to the proposals.
func (r *rows) addComments(ctx context.Context, proposals []entry) error {
	found, err := r.comments.QueryContext(ctx, ids(proposals))
	if err != nil {
		return err
	}
	defer found.Close()
	var parent, agrees, disagrees int
	var id, body, stance, author, name, kind sql.RawBytes
	var created time.Time
	for found.Next() {
		if err := found.Scan(&parent, &id, &body, &stance, &created, &agrees, &disagrees, &author, &name, &kind); err != nil {
			return err
		}
		p := &proposals[parent]
		b := p.nodes
		if b == nil {
			b = make([]byte, 0, 4096)
		} else {
			b = append(b, ',')
		}
		b = appendMember(appendMember(appendMember(b, `{"id":`, id), `,"body":`, body), `,"stance":`, stance)
		b = fmt.Appendf(appendTime(b, created), `,"tally":{"agree":%d,"disagree":%d}`, agrees, disagrees)
		b = appendMember(appendMember(appendMember(b, `,"author":{"id":`, author), `,"name":`, name), `,"kind":`, kind)
		p.nodes = append(b, `}}`...)
	}
	return found.Err()
}

// level reads the rows of some parents, or those of the top level.
func level(ctx context.Context, stmt *sql.Stmt, parents []entry, scan func(*sql.Rows, *entry) error) ([]entry, error) {
	var args []any
	if parents != nil {
		args = append(args, ids(parents))
	}
	found, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	entries := make([]entry, 0, 64)
	for found.Next() {
		var e entry
		if err := scan(found, &e); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, found.Err()
}

func ids(entries []entry) pq.StringArray {
	list := make(pq.StringArray, len(entries))
	for i, e := range entries {
		list[i] = e.id
	}
	return list
}

func appendNode(b []byte, e *entry, name string) []byte {
	if len(b) > 0 {
		b = append(b, ',')
	}
	return appendEntry(b, e, name)
}

func appendEntry(b []byte, e *entry, name string) []byte {
	b = append(append(append(b, e.json...), name...), e.nodes...)
	return append(b, `]}}`...)
}

func appendTime(b []byte, t time.Time) []byte {
	b = append(b, `,"createdAt":"`...)
	return append(t.UTC().AppendFormat(b, time.RFC3339Nano), '"')
}

// appendMember appends name, the beginning of a member up to its colon, and a text as JSON.
func appendMember[T ~string | ~[]byte](b []byte, name string, text T) []byte {
	b = append(append(b, name...), '"')
	plain := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[plain:i]...)
		plain = i + 1
		if c < ' ' {
			b = fmt.Appendf(b, `\u%04x`, c)
		} else {
			b = append(b, '\\', c)
		}
	}
	return append(append(b, text[plain:]...), '"')
}
