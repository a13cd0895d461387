package questionnaire

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sync"
)

// SchemaURL is where the JSON Schema of documents is, on every server.
const SchemaURL = "/schemas/assessment-template-1.json"

//go:embed assessment-template-1.json
var schema []byte

// Schema is the JSON Schema (2020-12) of documents. What it refuses, Read refuses; Read refuses more.
func Schema() []byte { return schema }

//go:embed shipped/*.json
var shipped embed.FS

// Shipped are the templates that come with the product, in the order of their keys. They are read once.
func Shipped() ([]*Template, error) { return readShipped() }

var readShipped = sync.OnceValues(func() ([]*Template, error) {
	names, err := fs.Glob(shipped, "shipped/*.json")
	if err != nil {
		return nil, fmt.Errorf("list the shipped templates: %w", err)
	}
	all := make([]*Template, len(names))
	for i, name := range names {
		text, err := shipped.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a shipped template: %w", err)
		}
		if all[i], err = Read(text); err != nil {
			return nil, fmt.Errorf("the shipped template %s: %w", path.Base(name), err)
		}
	}
	return all, nil
})
