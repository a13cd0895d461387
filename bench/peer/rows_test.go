package peer

import (
	"encoding/json"
	"testing"
)

func TestTextIsAppendedAsJSON(t *testing.T) {
	for _, text := range []string{
		"", "plain", `"quoted"`, `back\slash`, "two\nlines\r\tand a tab", "a zero \x00 and \x1f", "naïve €5 “über” 🙂", `ends with "`, `\`, "\u2028",
	} {
		t.Run(text, func(t *testing.T) {
			b := append(appendMember([]byte("{"), `"text":`, text), '}')
			var got struct{ Text *string }
			if err := json.Unmarshal(b, &got); err != nil || got.Text == nil || *got.Text != text {
				t.Errorf("%s = %v, %v, want %q", b, got.Text, err, text)
			}
		})
	}
}
