package actlog

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Handler serves the log as static files, as C2SP tlog-tiles specifies: checkpoint, tile/LEVEL/NUMBER and
// tile/entries/NUMBER. They hold hashes only, so they are public.
func (l *Log) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			post.NotAllowed(w, "GET, HEAD", "this is read with GET")
			return
		}
		if err := l.serve(w, r); err != nil {
			f := fault.Of(err)
			switch {
			case errors.Is(err, errNoTile):
				post.Missing(w)
			case f != nil && f.Kind == fault.Unavailable:
				post.Unavailable(w, f.Message)
			default:
				post.Tell(w, http.StatusInternalServerError, post.New(string(enum.ErrorCodeInternal), "", "internal error"))
			}
		}
	})
}

func (l *Log) serve(w http.ResponseWriter, r *http.Request) error {
	newest, err := l.Checkpoint(r.Context(), 1<<62)
	if err != nil {
		return err
	}
	if newest == nil {
		return errNoTile
	}
	w.Header().Set("Access-Control-Allow-Origin", "*") // any web page may monitor the log
	path := strings.TrimPrefix(r.URL.Path, "/")
	if path == "checkpoint" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write([]byte(newest.Note))
		return nil
	}
	t, entries, err := parseTile(path)
	if err != nil {
		return err
	}
	// What is not signed yet is not published.
	if int64(t.W)+t.N*tileWidth > newest.Size>>(tileHeight*t.L) {
		return errNoTile
	}
	var data []byte
	if entries {
		data, err = l.Entries(r.Context(), t.N, t.W)
	} else {
		data, err = l.Tile(r.Context(), t.L, t.N, t.W)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(data)
	return nil
}

// parseTile reads a path such as tile/0/x001/234.p/17 or tile/entries/x001/234.
func parseTile(path string) (t tlog.Tile, entries bool, err error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	level, rest, more := strings.Cut(rest, "/")
	if !ok || !more {
		return t, false, errNoTile
	}
	t.H, t.W = tileHeight, tileWidth
	if entries = level == "entries"; !entries {
		if t.L, err = digits(level, 5); err != nil {
			return t, false, err
		}
	}
	if number, width, partial := strings.Cut(rest, ".p/"); partial {
		if t.W, err = digits(width, tileWidth-1); err != nil || t.W == 0 {
			return t, false, errNoTile
		}
		rest = number
	}
	groups := strings.Split(rest, "/")
	for i, g := range groups {
		last := i == len(groups)-1
		if !last {
			if g, ok = strings.CutPrefix(g, "x"); !ok {
				return t, false, errNoTile
			}
		}
		n, err := strconv.ParseUint(g, 10, 10)
		if err != nil || len(g) != 3 || t.N > 1<<40 || i == 0 && n == 0 && !last {
			return t, false, errNoTile
		}
		t.N = t.N*1000 + int64(n)
	}
	return t, entries, nil
}

// digits reads a number that is written without leading zeros.
func digits(s string, most int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most || s != fmt.Sprint(n) {
		return 0, errNoTile
	}
	return n, nil
}
