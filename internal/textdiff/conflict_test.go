package textdiff_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/textdiff"
)

func TestConflicts(t *testing.T) {
	const base = "The firm may tell customers.\nCustomers may ask."
	for _, tt := range []struct {
		rule, a, b string
		want       []string // each as a, then b
	}{
		{"a text that changes nothing", base, "Nothing stays.", nil},
		{"different words", "The firm must tell customers.\nCustomers may ask.", "The firm may tell customers.\nCustomers can ask.", nil},
		{"words of one sentence", "A firm may tell customers.\nCustomers may ask.", "The firm may tell everybody.\nCustomers may ask.", nil},
		{
			"the same word", "The firm must tell customers.\nCustomers may ask.", "The firm should tell customers.\nCustomers may ask.",
			[]string{"[-may-]{+must+}", "[-may-]{+should+}"},
		},
		{
			"the same change", "The firm must tell customers.\nCustomers may ask.", "The firm must tell customers.\nCustomers may ask.",
			[]string{"[-may-]{+must+}", "[-may-]{+must+}"},
		},
		{
			"a phrase and a word in it", "The firm will say nothing to customers.\nCustomers may ask.", "The firm may inform customers.\nCustomers may ask.",
			[]string{"[-may tell-]{+will say nothing to+}", "may [-tell-]{+inform+}"},
		},
		{
			"a word, and words before it", "The firm must tell customers.\nCustomers may ask.", "The firm always may tell customers.\nCustomers may ask.",
			[]string{"[-may-]{+must+}", "{+always +}may"},
		},
		{
			"words at one place", base + " Or not.", base + " And get.",
			[]string{"{+ Or not.+}", "{+ And get.+}"},
		},
		{
			"two places", "The firm must tell customers.\nCustomers can ask.", "The firm will tell customers.\nCustomers must ask.",
			[]string{"[-may-]{+must+}", "[-may-]{+will+}", "[-may-]{+can+}", "[-may-]{+must+}"},
		},
		{
			"a paragraph that goes, and a word in it", "The firm may tell customers.", "The firm may tell customers.\nCustomers can ask.",
			[]string{"[-\nCustomers may ask.-]", "\nCustomers [-may-]{+can+} ask."},
		},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			var got []string
			for _, c := range textdiff.Conflicts(base, tt.a, tt.b) {
				got = append(got, written(c.A), written(c.B))
			}
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("Conflicts = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBothSidesOfAConflictAreOnePart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, a, b := someText().Draw(t, "base"), someText().Draw(t, "a"), someText().Draw(t, "b")
		ab, ba := textdiff.Conflicts(base, a, b), textdiff.Conflicts(base, b, a)
		if len(ab) != len(ba) {
			t.Fatalf("%d conflicts one way, %d the other", len(ab), len(ba))
		}
		rest := base
		for i, c := range ab {
			part, _ := texts(c.A)
			other, _ := texts(c.B)
			_, after, found := strings.Cut(rest, part)
			if part != other || !found || written(c.A) != written(ba[i].B) || written(c.B) != written(ba[i].A) {
				t.Fatalf("conflict %d is %q and %q; the other way %q and %q", i, written(c.A), written(c.B), written(ba[i].A), written(ba[i].B))
			}
			rest = after
		}
		if base != a && len(textdiff.Conflicts(base, a, a)) == 0 {
			t.Fatalf("a change does not touch itself")
		}
		if n := len(textdiff.Conflicts(base, a, base)); n != 0 {
			t.Fatalf("%d conflicts with a text that changes nothing", n)
		}
	})
}
