package gql

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// AppendResponse writes a response as JSON. Data is JSON already; only errors and a resolver's extensions, which are rare, go
// through reflection.
func AppendResponse(b []byte, resp *graphql.Response, cost *Cost) []byte {
	b = append(b, '{')
	if len(resp.Errors) > 0 {
		b = append(append(b, `"errors":`...), JSON(resp.Errors)...)
	}
	if resp.Data != nil {
		b = comma(b)
		b = append(append(b, `"data":`...), resp.Data...)
	}
	if cost == nil && len(resp.Extensions) == 0 {
		return append(b, '}')
	}
	b = append(comma(b), `"extensions":{`...)
	if cost != nil {
		b = appendCost(b, cost)
	}
	for name, v := range resp.Extensions {
		b = append(append(append(comma(b), JSON(name)...), ':'), JSON(v)...)
	}
	return append(b, "}}"...)
}

// comma separates the members of an object; the first needs none.
func comma(b []byte) []byte {
	if b[len(b)-1] == '{' {
		return b
	}
	return append(b, ',')
}

func appendCost(b []byte, c *Cost) []byte {
	b = strconv.AppendInt(append(b, `"cost":{"requested":`...), c.Requested, 10)
	b = strconv.AppendInt(append(b, `,"actual":`...), c.Actual, 10)
	if !c.ResetAt.IsZero() {
		b = strconv.AppendInt(append(b, `,"remaining":`...), c.Remaining, 10)
		b = c.ResetAt.UTC().AppendFormat(append(b, `,"resetAt":"`...), time.RFC3339)
		b = append(b, '"')
	}
	return append(b, '}')
}

// JSON never fails: what cannot be written as JSON is null.
func JSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return b
}
