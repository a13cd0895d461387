package privacy

import (
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/openapi"
)

// Tag groups the operations of personal data.
const Tag = "Personal data"

// Described is what Handler answers at a path.
func Described(path string) []openapi.Operation {
	return []openapi.Operation{{
		Method: http.MethodGet, Path: path, ID: "exportMyData", Tag: Tag, Token: openapi.MustToken, Summary: "A copy of all that is kept about you",
		Description: "As JSON and CSV, and what you did with proofs that `plenary verify` checks. A token with scopes needs `reports:read`.",
		Responses: []openapi.Response{
			{
				Status: http.StatusOK, Description: "The copy.", Content: openapi.Content{"application/zip": openapi.Bytes("application/zip")},
				Headers: []openapi.Field{{Name: "Content-Disposition", Description: "The name of the file.", Schema: openapi.Text("")}},
			},
			openapi.Refusal(http.StatusForbidden, "`SCOPE`: the token has scopes that do not include `reports:read`.", openapi.Challenge),
		},
	}}
}
