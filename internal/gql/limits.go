package gql

import "time"

// Limits bounds what one operation may request. The limits are the same on every transport, and the docs list them.
type Limits struct {
	QueryBytes         int           // length of the document
	Tokens             int           // lexical tokens of the document, comments included
	Operations         int           // operations in one document
	Depth              int           // nested fields; the wrappers edges, nodes and node of a connection do not count
	IntrospectionDepth int           // nested fields below __schema and __type
	Aliases            int           // aliased fields after fragments are spread
	Directives         int           // directives after fragments are spread
	Fields             int           // fields after fragments are spread
	RootFields         int           // fields of the operation itself
	MutationFields     int           // the same for a mutation, whose fields run one after the other
	InputDepth         int           // nested lists and objects in one argument or variable
	InputItems         int           // items of one list in an argument or variable
	PageDefault        int           // items of a connection when neither first nor last is given
	PageMax            int           // the most items of one page
	ListGuess          int           // items assumed in a list that has no page size
	Free               []string      // types that cost no point of their own: words of their parent
	AsOne              []string      // types of which a list costs one point: those that are made of their parent
	Cost               int64         // objects the operation may return
	Nodes              int64         // values the operation may return, objects and leaves together
	ResponseBytes      int           // length of data in one response
	Errors             int           // errors in one response
	ValidationErrors   int           // validation errors in one response
	Deadline           time.Duration // time for a query or mutation
	CacheBytes         int           // memory for parsed and validated documents
}

// DefaultLimits are the published limits.
func DefaultLimits() Limits {
	return Limits{
		QueryBytes: 20_000, Tokens: 2_000, Operations: 10,
		Depth: 12, IntrospectionDepth: 16, Aliases: 30, Directives: 50, Fields: 2_000, RootFields: 10, MutationFields: 5,
		InputDepth: 12, InputItems: 250,
		PageDefault: 20, PageMax: 100, ListGuess: 5, Free: []string{"LocalizedText", "AnswerValue"}, AsOne: []string{"Permission"}, Cost: 5_000, Nodes: 50_000,
		ResponseBytes: 8 << 20, Errors: 20, ValidationErrors: 5,
		Deadline: 10 * time.Second, CacheBytes: 32 << 20,
	}
}
