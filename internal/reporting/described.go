package reporting

import (
	"net/http"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/report"
)

// Tag groups the operations of reports.
const Tag = "Reports"

// plain is what a refused range answers.
const plain = "text/plain"

// Reading is what Serve answers, and what answers for it where an address was made for somebody.
func Reading() []openapi.Operation {
	content, names := openapi.Content{plain: openapi.Bytes(plain)}, []string{}
	for _, f := range report.Formats() {
		media, _, _ := strings.Cut(f.MediaType, ";")
		content[media] = openapi.Bytes(media)
		names = append(names, "`"+f.Name+"`")
	}
	tag := openapi.Field{Name: "ETag", Description: "The SHA-256 of the file.", Schema: openapi.Text("")}
	return []openapi.Operation{{
		Method: http.MethodGet, Path: Below + "{file}", ID: "readReport", Tag: Tag, Token: openapi.MayToken, Summary: "Read a file of a report",
		Description: "The mutation `requestReport` has a report made. Formats are " + strings.Join(names, ", ") + "; `sig` is the signed list of all, with their " +
			"hashes, which `plenary report verify` checks. `ReportFile.url` of the GraphQL API is this address, with parameters that make it good for five " +
			"minutes without a token. A token with scopes needs `reports:read`.",
		Parameters: []openapi.Parameter{
			{In: openapi.Path, Name: "file", Description: "The id of the report, a dot and the format.", Schema: openapi.Text(""), Example: "report_01h455vb4pex5vsknk084sn02q.pdf"},
			{In: openapi.Query, Name: "until", Description: "Until when the address is good, in seconds since 1970.", Schema: openapi.Text("")},
			{In: openapi.Query, Name: "for", Description: "For whom it was made, sealed.", Schema: openapi.Text("")},
			{In: openapi.Header, Name: "Range", Description: "A part of the file (RFC 9110).", Schema: openapi.Text(""), Example: "bytes=0-1023"},
			{In: openapi.Header, Name: "If-None-Match", Description: "An ETag of before.", Schema: openapi.Text("")},
		},
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "The file.", Content: content, Headers: []openapi.Field{
				tag, {Name: "Content-Disposition", Description: "Its name.", Schema: openapi.Text("")},
			}},
			{Status: http.StatusPartialContent, Description: "The part that was asked for.", Content: content, Headers: []openapi.Field{
				tag, {Name: "Content-Range", Description: "Which part this is.", Schema: openapi.Text("")},
			}},
			{Status: http.StatusNotModified, Description: "The client has it already."},
			openapi.Refusal(http.StatusForbidden, "The address is not good any more, or the token has scopes that do not include `reports:read`."),
			openapi.Refusal(http.StatusNotFound, "There is no such report, or none that the viewer may read."),
			openapi.Refusal(http.StatusConflict, "`"+codeNotReady+"`: the report is not made yet, or failed."),
			openapi.Refusal(http.StatusGone, "`"+codeExpired+"`: its files were kept long enough. Ask for the report again to have the same ones made anew."),
			{Status: http.StatusRequestedRangeNotSatisfiable, Description: "The file has no such part.", Content: openapi.Content{plain: openapi.Bytes(plain)}},
		},
		Head: true,
	}}
}
