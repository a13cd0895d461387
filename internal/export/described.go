package export

import (
	"net/http"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tag groups the operations of exports.
const Tag = "Exports"

// operation is what serve answers in a format.
func operation(f format) openapi.Operation {
	media, _, _ := strings.Cut(f.media, ";")
	content := openapi.Content{media: openapi.Bytes(media)}
	if f.name == jsonl.name {
		content[media] = openapi.Lines("A line for each assessment, and one at the end. A file without its last line is not whole.", exported, tombstone, last)
	}
	o := openapi.Operation{
		Method: http.MethodGet, Path: Path + "assessments." + f.name, ID: "exportAssessments" + strings.ToUpper(f.name[:1]) + f.name[1:], Tag: Tag, Token: openapi.MayToken,
		Summary: "Assessments as " + strings.ToUpper(f.name),
		Description: "All assessments that the viewer may read, without a cap, or what has changed since a cursor. Whoever is cut off goes on from the last cursor. " +
			"A token with scopes needs `reports:read`.",
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "The export.", Content: content},
			openapi.Refusal(http.StatusBadRequest, "A parameter that there is not, a wrong value, or a cursor of other filters: `path` names the parameter."),
			openapi.Refusal(http.StatusForbidden, "`CURSOR_MISMATCH`: another viewer was given the cursor. `SCOPE`: the token has scopes that do not include `reports:read`.",
				openapi.Field{Name: "WWW-Authenticate", Description: "The scope that is missing (RFC 6750).", Sometimes: true, Schema: openapi.Text("")}),
			openapi.Refusal(http.StatusGone, "`CURSOR_EXPIRED`: what the viewer may see has changed since, or a restore has lost acts. Begin without a cursor."),
		},
		Head: true, Tagged: true,
	}
	o.Parameters = append(o.Parameters, openapi.Parameter{In: openapi.Query, Name: "since", Description: "A cursor of an export before, with the same filters.", Schema: openapi.Text("")})
	for _, name := range Names() {
		p := parameters[name]
		o.Parameters = append(o.Parameters, openapi.Parameter{In: openapi.Query, Name: name, Description: p.about, Many: p.many, Schema: p.schema})
	}
	return o
}

var exported = openapi.Component{Name: "ExportedAssessment", Of: openapi.Object("An assessment as it is now.", openapi.Fields{
	"id": openapi.ID(string(policy.Assessment), "Its id."), "reference": openapi.Null(openapi.Text("Its public reference.")),
	"firm": openapi.ID(string(policy.Stakeholder), "Whose it is."), "jurisdictions": openapi.List("Those of the firm.", openapi.Text("")),
	"sector": openapi.Null(openapi.Text("The sector of the firm.")), "subject": openapi.Null(openapi.Text("What it is about; null if the viewer may not see it.")),
	"subjectVersion": openapi.Number("The version of that."), "template": openapi.ID(string(policy.Template), "By which it was made."),
	"templateReference": openapi.Text("The name and version of the template."), "state": openapi.Word("Where it stands.", states...),
	"level": openapi.Null(openapi.Word("Its impact level.", levels...)), "version": openapi.Number("Its version."),
	"contentHash": openapi.Null(openapi.Text("The hash of the document.")), "whole": openapi.Truth("Whether nothing is withheld from the viewer."),
	"createdAt": openapi.Time(""), "updatedAt": openapi.Time(""), "openedAt": openapi.Null(openapi.Time("")), "consultationUntil": openapi.Null(openapi.Time("")),
	"approvedAt": openapi.Null(openapi.Time("")), "publishedAt": openapi.Null(openapi.Time("")), "nextReviewDueAt": openapi.Null(openapi.Time("")),
	"cursor":   openapi.Text("Where to go on from after this line."),
	"document": openapi.Null(openapi.Any("The document, in the form that content hashes are made of.")),
})}

var tombstone = openapi.Component{Name: "ExportTombstone", Of: openapi.Object("An assessment that is gone, or not for the viewer to see any more.", openapi.Fields{
	"id": openapi.ID(string(policy.Assessment), "Its id."), "deleted": openapi.Inline{"const": true}, "cursor": openapi.Text("Where to go on from after this line."),
})}

var last = openapi.Component{Name: "ExportEnd", Of: openapi.Object("The last line.", openapi.Fields{
	"end": openapi.Inline{"const": true}, "count": openapi.Number("How many assessments there were."), "tombstones": openapi.Number("How many were gone."),
	"cursor": openapi.Text("For what changes from now on."),
})}
