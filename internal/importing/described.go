package importing

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Tag groups the operations of imports.
const Tag = "Imports"

// operation is what serve answers for a kind.
func operation(k intake.Kind) openapi.Operation {
	body := openapi.Content{}
	for _, media := range k.Media() {
		body[media] = openapi.Bytes(media)
	}
	o := openapi.Operation{
		Method: http.MethodPost, Path: Path + k.Name(), ID: "import" + strings.ToUpper(k.Name()[:1]) + k.Name()[1:], Tag: Tag, Token: openapi.MustToken,
		Summary: "Have a file of the kind " + k.Name() + " checked",
		Description: "Changes nothing: the answer says what an import would bring, and every mistake in the file. The mutation `startImport` starts it. " +
			"What is not started is deleted after a day.",
		Parameters: append(options(k), post.DigestHeader(), openapi.Parameter{
			In: openapi.Header, Name: "Idempotency-Key", Description: "A repeat with the same key gives the first answer.", Schema: openapi.Text("").Like("^[!-~]{1,128}$"),
		}),
		Body: &openapi.Body{Description: fmt.Sprintf("The file as it is, at most %d MiB, without Content-Encoding.", k.Most()>>20), Content: body},
		Responses: []openapi.Response{
			{
				Status: http.StatusCreated, Description: "The file was checked. It may be refused all the same: see `state` and `faults`.",
				Content: openapi.Content{"application/json": openapi.Object("", openapi.Fields{"import": checked})},
			},
			openapi.Refusal(http.StatusBadRequest, "`FILE_DIGEST`: no digest, or that of other bytes. `INVALID`: the query of the path is broken."),
			openapi.Refusal(http.StatusForbidden, "The token may not import this."),
			openapi.Refusal(http.StatusConflict, "`TOO_MANY`: the party has ten imports that wait or run. Also for an idempotency key that was used for another file."),
			openapi.Refusal(http.StatusUnsupportedMediaType, "`FILE_TYPE`: the body has a Content-Encoding."),
		},
	}
	for _, option := range k.Options() {
		if option.Names {
			o.Responses = append(o.Responses, openapi.Refusal(http.StatusNotFound, "What `"+option.Name+"` names is not there, or not for the sender to see."))
		}
	}
	return o
}

func options(k intake.Kind) []openapi.Parameter {
	var all []openapi.Parameter
	for _, o := range k.Options() {
		schema := openapi.Text("")
		if o.Words != nil {
			schema = openapi.Word("", o.Words...)
		}
		all = append(all, openapi.Parameter{In: openapi.Query, Name: o.Name, Description: o.Description, Many: o.Repeated, Schema: schema})
	}
	return all
}

var checked = openapi.Component{Name: "Import", Of: openapi.Object("A file that was checked.", openapi.Fields{
	"id": openapi.ID("import", "Its id, for `startImport`."), "kind": openapi.Text("What it is of."),
	"state":  openapi.Word("Whether it can be started.", enum.ImportStateChecked, enum.ImportStateRefused, enum.ImportStateRunning, enum.ImportStateDone, enum.ImportStateFailed),
	"sha256": openapi.Hash("The SHA-256 of the file, for `startImport`."), "bytes": openapi.Number("How many bytes it has."),
	"counts": openapi.List("What would come.", openapi.Object("", openapi.Fields{"what": openapi.Text("Of what."), "count": openapi.Number("How many.")})),
	"notes":  openapi.List("What is not taken over as it is.", openapi.Text("")), "faultCount": openapi.Number("How many faults there are."),
	"faults": openapi.List("The first 10,000 of them, in the order of the file.", openapi.Object("", openapi.Fields{
		"line": openapi.Number("The line of the file; missing where the fault is of the whole file."), "path": openapi.Text("The place in a document, the name of a file in a folder, or of an option."),
		"code": openapi.Text("For a program."), "message": openapi.Text("For the person who wrote the file."),
	}, "line")),
})}
