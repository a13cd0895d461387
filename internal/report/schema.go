package report

import (
	_ "embed" // for the schema
	"encoding/json"
	"fmt"
	"sync"
)

//go:embed report-1.json
var schema []byte

// SchemaURL is where a server has the schema of JSON reports.
const SchemaURL = "/schemas/report-1.json"

// Schema is the JSON Schema (2020-12) of JSON reports. It is written by a test from the types of the model and from the SDL.
func Schema() []byte { return schema }

// code is a word of a fixed list, with what it means.
type code struct{ Value, Meaning string }

// codes are the words of each list, in order, as the schema has them.
var codes = sync.OnceValues(func() (map[string][]code, error) {
	var parsed struct {
		Defs map[string]struct {
			OneOf []struct{ Const, Description string } `json:"oneOf"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schema, &parsed); err != nil {
		return nil, fmt.Errorf("read the schema of reports: %w", err)
	}
	all := map[string][]code{}
	for name, def := range parsed.Defs {
		for _, one := range def.OneOf {
			all[name] = append(all[name], code{one.Const, one.Description})
		}
	}
	return all, nil
})
