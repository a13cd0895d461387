package answer

import "testing"

func TestSame(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b string
		same bool
	}{
		{"members may come in any order", `{"data":{"a":1,"b":"x"}}`, `{"data":{"b":"x","a":1}}`, true},
		{
			"an id may be written as its UUID", `{"data":{"id":"comment_01h455vb4pex5vsknk084sn02q"}}`,
			`{"data":{"id":"01890a5d-ac96-774b-bcce-b302099a8057"}}`, true,
		},
		{"a time may be in another zone", `{"data":{"t":"2026-03-01T09:30:00.5Z"}}`, `{"data":{"t":"2026-03-01T10:30:00.500+01:00"}}`, true},
		{
			"an object may be flat, with integers as strings", `{"data":{"tally":{"agree":1,"disagree":0}}}`,
			`{"data":{"tally_agree":"1","tally_disagree":"0"}}`, true,
		},
		{"a missing flat member differs", `{"data":{"tally":{"agree":1,"disagree":0}}}`, `{"data":{"tally_agree":"1"}}`, false},
		{"a flat member with another value differs", `{"data":[{"tally":{"agree":1}}]}`, `{"data":[{"tally_agree":"2"}]}`, false},
		{"extensions are not compared", `{"data":{"a":1},"extensions":{"cost":{}}}`, `{"data":{"a":1}}`, true},
		{
			"another id differs", `{"data":{"id":"comment_01h455vb4pex5vsknk084sn02q"}}`,
			`{"data":{"id":"01890a5d-ac96-774b-bcce-b302099a8058"}}`, false,
		},
		{"the order of a list counts", `{"data":{"a":[1,2]}}`, `{"data":{"a":[2,1]}}`, false},
		{"a shorter list differs", `{"data":{"a":[1,2]}}`, `{"data":{"a":[1]}}`, false},
		{"a missing member differs", `{"data":{"a":1,"b":2}}`, `{"data":{"a":1,"c":2}}`, false},
		{"null is not zero", `{"data":{"a":null}}`, `{"data":{"a":0}}`, false},
		{"a response with errors is refused", `{"errors":[{}],"data":{"a":1}}`, `{"data":{"a":1}}`, false},
		{"null data is refused", `{"data":null}`, `{"data":null}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := Same([]byte(c.a), []byte(c.b)); (err == nil) != c.same {
				t.Errorf("Same(%s, %s) = %v, want same %v", c.a, c.b, err, c.same)
			}
		})
	}
}
