package openapi

import "net/http"

// Route is a handler with what it answers. A path that ends in "/" has all operations below it.
type Route struct {
	Handler    http.Handler
	Operations []Operation
}

// Operation is a method of a path.
type Operation struct {
	Method, Path string // GET, /files/{file}
	ID           string // such as readFile: generated clients name their functions after it
	Tag          string // one of the document's
	Summary      string // a few words
	Description  string // CommonMark
	Token        Token
	Parameters   []Parameter
	Body         *Body
	Responses    []Response

	Head   bool // HEAD is answered as well, without the body
	Tagged bool // its answer has an ETag, and a client that has it gets 304
	Ranges bool // parts of its answer can be asked for
}

// Token is what an operation wants of the header Authorization.
type Token byte

const (
	// NoToken is an operation that reads no token.
	NoToken Token = iota
	// MayToken is one that shows more to those who send one.
	MayToken
	// MustToken is one for those who send one.
	MustToken
)

// Where a parameter stands.
const (
	Path   = "path"
	Query  = "query"
	Header = "header"
)

// Parameter is what a request says beside its body.
type Parameter struct {
	In, Name    string
	Description string
	Must        bool // a parameter of the path always must
	Many        bool // it may be given several times, each with a value of the schema
	Schema      Schema
	Example     any // a parameter of the path has one
}

// Body is what a request sends.
type Body struct {
	Description string
	Content     Content
}

// Content is what a body is by its media type.
type Content map[string]Schema

// Response is an answer with a status; status 0 stands for all that have no response of their own.
type Response struct {
	Status      int
	Description string
	Headers     []Field
	Content     Content // nil for an answer without a body
	Shared      string  // the name of an answer that several operations have, which is written once
}

// Field is a header of an answer.
type Field struct {
	Name, Description string
	Sometimes         bool // it may be missing
	Schema            Schema
}

// Refusal is an answer in the form of errors over GraphQL.
func Refusal(status int, description string, headers ...Field) Response {
	return Response{Status: status, Description: description, Headers: headers, Content: Content{"application/json": Errors}}
}

// Errors is the form of all errors: that of errors over GraphQL.
var Errors = Component{"Errors", Object("Why a request was refused, in the form of errors over GraphQL.", Fields{
	"errors": Inline{"type": "array", "minItems": 1, "items": Object("", Fields{
		"message": Text("A sentence for a person."),
		"path":    List("The part of the request that is wrong, such as the name of a parameter.", Text("")),
		"extensions": Object("", Fields{
			"code":         Text("For a program. [The page of error codes](/docs/errors) says what each means."),
			"retryable":    Truth("Whether the same request may succeed later."),
			"retryAfterMs": Number("How many milliseconds to wait for that."),
			"docUrl":       Text("Where the code is explained."),
			"requestId":    Text("The X-Request-Id of the answer, to quote in a report."),
		}, "retryable", "retryAfterMs", "docUrl", "requestId"),
	}, "path")},
})}

// Allow is the header of answers to a wrong method.
var Allow = Field{Name: "Allow", Description: "The methods of the path.", Schema: Text("")}

// RetryAfter is the header of answers to requests that may succeed later.
var RetryAfter = Field{Name: "Retry-After", Description: "How many seconds to wait.", Schema: Number("")}

// Challenge is the header of answers to requests with a wrong token, or with none.
var Challenge = Field{Name: "WWW-Authenticate", Description: "What is wrong with the token (RFC 6750).", Schema: Text("")}
