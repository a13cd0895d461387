package file

import (
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/filetype"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/post"
)

// Tag groups the operations of files.
const Tag = "Files"

// Sending is what Receive answers.
func Sending() []openapi.Operation {
	kept := openapi.Content{"application/json": openapi.Object("", openapi.Fields{"file": sent})}
	at := openapi.Field{Name: "Location", Description: "Where the file is read.", Schema: openapi.Text("")}
	body := openapi.Content{}
	for _, t := range filetype.Types() {
		body[string(t)] = openapi.Bytes(string(t))
	}
	return []openapi.Operation{{
		Method: http.MethodPost, Path: UploadPath, ID: "sendFile", Tag: Tag, Token: openapi.MustToken, Summary: "Send a file",
		Description: "Keeps a file of the sender's party, to be attached to something by a mutation such as `attachEvidence`. What is attached to " +
			"nothing for a day is deleted. Nothing scans files for viruses; what runs or is loaded from elsewhere is refused.",
		Parameters: []openapi.Parameter{
			{
				In: openapi.Header, Name: "Content-Disposition", Must: true, Description: `The name of the file: attachment; filename="trial.csv", or filename* for other letters.`,
				Schema: openapi.Text(""), Example: `attachment; filename="trial.csv"`,
			},
			post.DigestHeader(),
		},
		Body: &openapi.Body{Description: "The bytes of the file as they are, at most 20 MiB, without Content-Encoding.", Content: body},
		Responses: []openapi.Response{
			{Status: http.StatusCreated, Description: "The file was kept.", Content: kept, Headers: []openapi.Field{at}},
			{Status: http.StatusOK, Description: "The same file was there already, attached to nothing.", Content: kept, Headers: []openapi.Field{at}},
			openapi.Refusal(http.StatusBadRequest, "`FILE_DIGEST`: no digest, or that of other bytes. `FILE_NAME`: no name, or one that is a path or reads as another."),
			openapi.Refusal(http.StatusForbidden, "The token may not send files."),
			openapi.Refusal(http.StatusConflict, "`LIMIT_REACHED`: the party has too many bytes in files that are attached to nothing."),
			openapi.Refusal(http.StatusUnsupportedMediaType, "`FILE_TYPE`: the type is not taken, the name does not fit it, or the bytes are not of it."),
			openapi.Refusal(http.StatusUnprocessableEntity, "`FILE_CUT_OFF`: the file is not whole. `FILE_UNSAFE`: something in it runs or is loaded from elsewhere."),
		},
	}}
}

var sent = openapi.Component{Name: "File", Of: openapi.Object("A file that was kept.", openapi.Fields{
	"id": openapi.ID("file", "Its id, for mutations."), "name": openapi.Text("Its name."), "mediaType": openapi.Word("Its type.", filetype.Types()...),
	"bytes": openapi.Number("How many bytes it has."), "sha256": openapi.Hash("Their SHA-256."),
})}

// Reading is what Serve answers, and what answers for it where an address was made for somebody.
func Reading() []openapi.Operation {
	content := openapi.Content{}
	for _, t := range filetype.Types() {
		content[string(t)] = openapi.Bytes(string(t))
	}
	return []openapi.Operation{{
		Method: http.MethodGet, Path: UploadPath + "/{file}", ID: "readFile", Tag: Tag, Token: openapi.MayToken, Summary: "Read a file",
		Description: "Whoever sees what a file is attached to sees the file. `File.url` of the GraphQL API is this address, with parameters that make it good " +
			"for five minutes without a token. A token with scopes needs `reports:read`.",
		Parameters: []openapi.Parameter{
			{In: openapi.Path, Name: "file", Description: "The id of the file.", Schema: openapi.Text(""), Example: "file_01h455vb4pex5vsknk084sn02q"},
			{In: openapi.Query, Name: "until", Description: "Until when the address is good, in seconds since 1970.", Schema: openapi.Text("")},
			{In: openapi.Query, Name: "for", Description: "For whom it was made, sealed.", Schema: openapi.Text("")},
		},
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "The file, as an attachment.", Content: content, Headers: []openapi.Field{
				{Name: "Content-Disposition", Description: "Its name.", Schema: openapi.Text("")},
				{Name: "Content-Digest", Description: "The SHA-256 of its bytes (RFC 9530).", Schema: openapi.Text("").Like(post.DigestPattern)},
			}},
			openapi.Refusal(http.StatusForbidden, "The address is not good any more, or the token has scopes that do not include `reports:read`."),
			openapi.Refusal(http.StatusNotFound, "There is no such file, or none that the viewer may see."),
		},
		Head: true,
	}}
}
