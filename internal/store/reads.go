package store

import (
	"context"
	"strings"
	"sync"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
)

// Reads records what a piece of work has read from the database, so that a cache knows when the result becomes stale. It
// records a whole table unless the table was read only by ids or under parents.
type Reads struct {
	mu     sync.Mutex
	tables map[string]bool
	ids    map[uuid.UUID]bool
	passes bool
}

type readsKey struct{}

// NoteReads gives a context in which every read is recorded.
func NoteReads(ctx context.Context) (context.Context, *Reads) {
	r := &Reads{tables: map[string]bool{}, ids: map[uuid.UUID]bool{}}
	return context.WithValue(ctx, readsKey{}, r), r
}

func readsOf(ctx context.Context) *Reads {
	r, _ := ctx.Value(readsKey{}).(*Reads)
	return r
}

// Tables gives the tables of which any row may matter.
func (r *Reads) Tables() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]string, 0, len(r.tables))
	for t := range r.tables {
		all = append(all, t)
	}
	return all
}

// IDs gives the rows of the other tables that matter, and the parents whose children matter.
func (r *Reads) IDs() []uuid.UUID {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]uuid.UUID, 0, len(r.ids))
	for id := range r.ids {
		all = append(all, id)
	}
	return all
}

// Pass says that the result changes with time alone, so that no cache may keep it.
func (r *Reads) Pass() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.passes = true
}

// KeepNothing says that what this context reads is not to be kept.
func KeepNothing(ctx context.Context) {
	if r := readsOf(ctx); r != nil {
		r.Pass()
	}
}

// Passes tells whether the result changes with time alone.
func (r *Reads) Passes() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.passes
}

// Note records the tables that a text names, and rows.
func (r *Reads) Note(text string, ids []uuid.UUID) {
	r.text(text)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		r.ids[id] = true
	}
}

// text records the tables that a text names.
func (r *Reads) text(text string) {
	names := tablesIn(text)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range names {
		r.tables[n] = true
	}
}

// rows records rows that are read by their ids, or parents whose children are read, and the tables that the conditions name.
// The context that it gives does not record the read again.
func (r *Reads) rows(ctx context.Context, ids []uuid.UUID, conditions ...string) context.Context {
	for _, c := range conditions {
		r.text(c)
	}
	r.Note("", ids)
	return context.WithValue(ctx, readsKey{}, (*Reads)(nil))
}

// texts caches tablesIn: the statements come from a small set.
var texts = func() *lru.Cache[string, []string] {
	c, err := lru.New[string, []string](2000)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return c
}()

// tablesIn gives the tables that a text reads from: the names after FROM and JOIN.
func tablesIn(text string) []string {
	if names, ok := texts.Get(text); ok {
		return names
	}
	var names []string
	for rest := text; ; {
		word, after, ok := nextWord(rest)
		if !ok {
			break
		}
		rest = after
		if !strings.EqualFold(word, "FROM") && !strings.EqualFold(word, "JOIN") {
			continue
		}
		for again := true; again; {
			var name string
			if name, rest, again = tableAt(rest); name != "" {
				names = append(names, name)
			}
		}
	}
	texts.Add(text, names)
	return names
}

// tableAt gives the name at the beginning of a text, and whether another follows after a comma. The name is empty if the text
// begins with a subquery or a function.
func tableAt(text string) (name, rest string, more bool) {
	text = strings.TrimLeft(text, " \t\n")
	end := strings.IndexFunc(text, func(c rune) bool { return !isNameLetter(c) && c != '"' && c != '`' })
	if end < 0 {
		end = len(text)
	}
	if end == 0 || strings.HasPrefix(text[end:], "(") {
		return "", text[end:], false
	}
	rest = text[end:]
	if alias, behind, ok := nextWord(rest); ok && strings.TrimSpace(rest[:strings.Index(rest, alias)]) == "" && strings.HasPrefix(strings.TrimLeft(behind, " "), ",") {
		rest = behind
	}
	if after, ok := strings.CutPrefix(strings.TrimLeft(rest, " "), ","); ok {
		rest, more = after, true
	}
	if name = strings.ToLower(strings.Trim(text[:end], "\"`")); name == "lateral" {
		name = ""
	}
	return name, rest, more
}

// nextWord gives the next run of letters that a name may have, and the rest.
func nextWord(s string) (word, rest string, ok bool) {
	from := strings.IndexFunc(s, isNameLetter)
	if from < 0 {
		return "", "", false
	}
	s = s[from:]
	end := strings.IndexFunc(s, func(c rune) bool { return !isNameLetter(c) })
	if end < 0 {
		end = len(s)
	}
	return s[:end], s[end:], true
}

func isNameLetter(c rune) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
