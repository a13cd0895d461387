package bundletest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
)

// Edits returns every variant of a line in which one of its values is changed, removed or joined by another.
func Edits(t testing.TB, line string) map[string]string {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	write := func(what string) {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
		out[what] = strings.TrimSpace(b.String())
	}
	var walk func(path string, v any, set func(any), remove func())
	walk = func(path string, v any, set func(any), remove func()) {
		if remove != nil {
			remove()
			write(path + " removed")
			set(v)
		}
		for what, other := range others(v) {
			set(other)
			write(path + " " + what)
			set(v)
		}
		switch v := v.(type) {
		case map[string]any:
			names := make([]string, 0, len(v))
			for name := range v {
				names = append(names, name)
			}
			sort.Strings(names)
			for _, name := range names {
				walk(path+"."+name, v[name], func(x any) { v[name] = x }, func() { delete(v, name) })
			}
			v["extra"] = json.Number("1")
			write(path + " with one more")
			delete(v, "extra")
		case []any:
			for i := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), v[i], func(x any) { v[i] = x }, nil)
			}
			if len(v) > 0 {
				set(v[:len(v)-1])
				write(path + " shorter")
				set(append(slices.Clone(v), v[0]))
				write(path + " longer")
				set(v)
			}
		}
	}
	walk("", v, func(x any) { v = x }, nil)
	return out
}

// others returns other values for a value.
func others(v any) map[string]any {
	out := map[string]any{"as null": nil, "as a list": []any{v}}
	switch v := v.(type) {
	case string:
		out["as a number"], out["empty"], out["longer"] = json.Number("7"), "", v+"0"
		if v != "" {
			last := byte('0')
			if v[len(v)-1] == last {
				last = '1'
			}
			out["with another end"] = v[:len(v)-1] + string(last)
			out["upper"] = strings.ToUpper(v)
			if out["upper"] == v {
				delete(out, "upper")
			}
		}
	case json.Number:
		n, _ := v.Int64()
		out["plus one"], out["as a text"], out["negative"] = json.Number(fmt.Sprint(n+1)), string(v), json.Number("-1")
	case bool:
		out["inverted"] = !v
	}
	return out
}
