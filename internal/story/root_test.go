package story_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestWhatFailsInARootFieldLeavesTheOthers: a page of a client asks for many lists at once, and one cursor that is refused
// empties its own list.
func TestWhatFailsInARootFieldLeavesTheOthers(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		bad := []string{`nodes(ids: [` + strings.Repeat(`"x" `, 101) + `]){id}`, `proposal(id: "x"){id}`}
		for _, f := range w.Schema.Schema().Query.Fields {
			if f.Arguments.ForName("after") != nil {
				bad = append(bad, f.Name+`(after: "nonsense"){pageInfo{endCursor}}`)
			}
		}
		if len(bad) < 10 {
			t.Fatalf("%d root fields can fail: the schema has more lists", len(bad))
		}
		for _, one := range bad {
			for _, send := range transports {
				a := send.send(w, call{query: fmt.Sprintf(`{first: viewer{roles} failed: %s last: dialogues{nodes{id}}}`, one), token: w.token(persona("firm"))})
				var got struct {
					Data   map[string]any
					Errors []wireError
				}
				if err := json.Unmarshal([]byte(a.text), &got); err != nil {
					t.Fatal(err)
				}
				failed, there := got.Data["failed"]
				if len(got.Errors) != 1 || len(got.Errors[0].Path) != 1 || got.Errors[0].Path[0] != "failed" || !there || failed != nil {
					t.Errorf("%s over %s answered %s, want null and one error at its path", one, send.name, a.text)
				}
				if len(a.data.at("first", "roles").list()) == 0 || len(a.data.at("last", "nodes").list()) == 0 {
					t.Errorf("%s over %s answered %s, want the fields beside it", one, send.name, a.text)
				}
			}
		}
	})
}
