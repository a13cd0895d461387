package register

import (
	"mime"
	"net/http"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/openapi"
)

// Tag groups the operations of registers.
const Tag = "Registers"

// operation is how a register is read: in one format, or in the one of several that a client accepts.
func operation(of register, path string, offered []*format) openapi.Operation {
	content := openapi.Content{}
	for _, f := range offered {
		media, _, _ := mime.ParseMediaType(f.media)
		content[media] = openapi.Bytes(media)
		if strings.HasSuffix(media, "json") {
			content[media] = openapi.Any("A catalogue after DCAT 3, with a data set for each entry and its own context.")
		}
	}
	o := openapi.Operation{
		Method: http.MethodGet, Path: path, Tag: Tag, ID: "read" + strings.ToUpper(of.name[:1]) + of.name[1:] + "Register", Summary: of.title,
		Description: of.describes + " The same for everybody, and without a cap.",
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "The register.", Content: content},
			openapi.Refusal(http.StatusBadRequest, "A parameter: a register has none."),
		},
		Head: true, Tagged: true,
	}
	if len(offered) == 1 {
		name := offered[0].name
		o.ID += strings.ToUpper(name[:1]) + name[1:]
		o.Summary += " as " + strings.ToUpper(name)
		return o
	}
	o.Responses = append(o.Responses, openapi.Refusal(http.StatusNotAcceptable, "The header `Accept` names no format that there is."))
	return o
}
