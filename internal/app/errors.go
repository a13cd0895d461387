package app

import (
	"bytes"
	"html/template"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"
)

// errorsPage is where docUrl of an error points: each code with what it means, from the SDL itself.
var errorsPage = template.Must(template.New("errors").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Plenary: error codes</title></head>
<body><h1>Error codes</h1><p>In <code>errors[].extensions.code</code> and in <code>userErrors[].code</code>. When you report one of
the server's faults, give its <code>requestId</code>.</p><dl>{{range .}}
<dt id="{{.Name}}"><code>{{.Name}}</code></dt><dd>{{.Description}}</dd>{{end}}
</dl></body></html>
`))

func errorCodes(schema *ast.Schema) (http.Handler, error) {
	var b bytes.Buffer
	if err := errorsPage.Execute(&b, schema.Types["ErrorCode"].EnumValues); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		_, _ = w.Write(b.Bytes())
	}), nil
}
