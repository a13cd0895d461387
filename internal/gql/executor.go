package gql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Config configures an Executor. Schema is required; every other field has a default.
type Config struct {
	Schema graphql.ExecutableSchema

	// Limits are DefaultLimits when zero.
	Limits Limits

	// Prepare gives the context that resolvers run under: once for a mutation or a query that no Program runs, and again before
	// each event of a subscription. The resolver that opens a subscription runs without it, because its context lives for hours.
	Prepare func(ctx context.Context, op *graphql.OperationContext) context.Context

	// Compile makes the program of an operation, which then runs instead of Schema. It is called once for each document, because
	// the cache keeps programs. It gives nil for an operation that Schema runs. Without Compile, Schema runs all.
	Compile func(doc *ast.QueryDocument, op *ast.OperationDefinition) Program

	// Present turns the error of a resolver into what the client sees; it is the package's Present when nil.
	Present func(ctx context.Context, err error) *gqlerror.Error

	// Unkept tells of a valid document that it must not stay in memory once it has run, because something secret stands in it.
	Unkept func(doc *ast.QueryDocument) bool

	// Documents are the texts of the trusted documents by their ids. See DocumentID.
	Documents map[string]string

	// TrustedOnly refuses every text that is not among Documents.
	TrustedOnly bool

	// Suggest answers a wrong name with those that are like it. In production that would list the schema to who guesses.
	Suggest bool

	// Log gets failures of the server, with their causes and stacks; slog.Default when nil.
	Log *slog.Logger
}

// Program runs one operation, for many requests at once. It gives data as JSON and adds errors to the response of ctx. It may
// cut data that has more than atMost bytes, but never to atMost or fewer.
type Program interface {
	Run(ctx context.Context, op *graphql.OperationContext, atMost int) []byte
}

// Executor runs operations. It is safe for concurrent use.
type Executor struct {
	schema        *ast.Schema
	exec          graphql.ExecutableSchema
	limits        *Limits
	prepare       func(context.Context, *graphql.OperationContext) context.Context
	presentOne    func(context.Context, error) *gqlerror.Error
	documents     map[string]string
	unkept        func(*ast.QueryDocument) bool
	trustedOnly   bool
	log           *slog.Logger
	compile       func(*ast.QueryDocument, *ast.OperationDefinition) Program
	fallbacks     atomic.Int64
	cache         *documentCache
	introspection *introspection
	suggest       bool
}

var _ graphql.GraphExecutor = (*Executor)(nil)

// New makes an executor. It fails when the schema cannot answer the standard introspection query.
func New(cfg Config) (*Executor, error) {
	if cfg.Limits.Depth == 0 {
		cfg.Limits = DefaultLimits()
	}
	x := &Executor{
		schema: cfg.Schema.Schema(), exec: cfg.Schema, limits: &cfg.Limits,
		prepare: cfg.Prepare, presentOne: cfg.Present, documents: cfg.Documents, unkept: cfg.Unkept, trustedOnly: cfg.TrustedOnly,
		compile: cfg.Compile, log: cfg.Log, cache: newDocumentCache(cfg.Limits.CacheBytes), suggest: cfg.Suggest,
	}
	if x.prepare == nil {
		x.prepare = func(ctx context.Context, _ *graphql.OperationContext) context.Context { return ctx }
	}
	if x.presentOne == nil {
		x.presentOne = Present
	}
	if x.log == nil {
		x.log = slog.Default()
	}
	var err error
	x.introspection, err = newIntrospection(x.schema, x.limits)
	return x, err
}

// Fallbacks counts the queries that Config.Schema ran although there is Config.Compile.
func (x *Executor) Fallbacks() int64 { return x.fallbacks.Load() }

// Limits gives the limits in force.
func (x *Executor) Limits() Limits { return *x.limits }

// DocumentID is the id of a trusted document: the sha256 of its text in lower-case hex.
func DocumentID(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// DocumentIDKey is where a transport puts a documentId into RawParams.Extensions, which has no field for it.
const DocumentIDKey = "documentId"

// CreateOperationContext reads a request: it finds the document, refuses what is above the limits or does not fit the
// schema, picks the operation, coerces the variables and computes the cost. No resolver has run when it returns.
func (x *Executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (op *graphql.OperationContext, errs gqlerror.List) {
	defer func() {
		if r := recover(); r != nil {
			_ = x.recovered(ctx, r)
			errs = gqlerror.List{Refuse(CodeInternal, internalMessage)}
		}
	}()
	op = &graphql.OperationContext{
		OperationName: params.OperationName, Extensions: params.Extensions, Headers: params.Headers,
		RecoverFunc: x.recovered, ResolverMiddleware: passField, RootResolverMiddleware: passRoot,
	}
	op.Stats.OperationStart = graphql.Now()
	text, trusted, refused := x.text(params)
	if refused != nil {
		return op, gqlerror.List{refused}
	}
	if trusted {
		op.Stats.SetExtension(trustedKey, true)
	}
	d, errs := x.document(text)
	if errs != nil {
		return op, errs
	}
	op.RawQuery, op.Doc = d.text, d.ast
	var p *plan
	if op.Operation, p, refused = d.operation(params.OperationName); refused != nil {
		return op, gqlerror.List{refused}
	}
	if op.Variables, refused = x.coerceVariables(op.Operation, params.Variables); refused != nil {
		return op, gqlerror.List{refused}
	}
	cost := p.cost
	if p.perValues {
		c := costing{limits: x.limits, introspection: x.introspection, variables: op.Variables}
		cost = c.operation(op.Operation)
	}
	op.Stats.SetExtension(costKey, &cost)
	if p.program != nil {
		op.Stats.SetExtension(programKey, p.program)
	}
	if refused = cost.check(x.limits); refused != nil {
		return op, gqlerror.List{refused}
	}
	return op, nil
}

const trustedKey = "plenary.trusted"

// IsTrusted reports whether the document of an operation is one of Config.Documents, so that the client did not choose its
// names. It is false for the text of such a document that was sent without its id, unless only trusted documents run.
func IsTrusted(op *graphql.OperationContext) bool { return op.Stats.GetExtension(trustedKey) != nil }

// text gives the document of a request: its own, or a trusted one named by id.
func (x *Executor) text(params *graphql.RawParams) (text string, trusted bool, refused *gqlerror.Error) {
	if id, ok := params.Extensions[DocumentIDKey].(string); ok && id != "" {
		return x.trusted(strings.TrimPrefix(id, "sha256:"), params.Query, "no document is registered under this id")
	}
	if apq, ok := params.Extensions["persistedQuery"].(map[string]any); ok {
		// A client may not register a text by sending it with a hash. This message makes Apollo's client stop trying.
		hash, _ := apq["sha256Hash"].(string)
		return x.trusted(hash, params.Query, "PersistedQueryNotSupported")
	}
	if x.trustedOnly {
		if known, ok := x.documents[DocumentID(params.Query)]; !ok || known != params.Query {
			return "", false, Refuse(CodeDocumentNotFound, "this server runs only registered documents")
		}
	}
	if params.Query == "" {
		return "", false, Refuse(CodeParseFailed, "the query is empty")
	}
	return params.Query, x.trustedOnly, nil
}

func (x *Executor) trusted(id, sent, message string) (string, bool, *gqlerror.Error) {
	text, ok := x.documents[id]
	if !ok || (sent != "" && sent != text) {
		return "", false, Refuse(CodeDocumentNotFound, "%s", message)
	}
	return text, true, nil
}

// recovered logs a panic with its stack and gives the error that replaces it. gqlgen calls it inside a resolver's deferred
// function, so the stack is that of the panic.
func (x *Executor) recovered(ctx context.Context, r any) error {
	x.log.ErrorContext(ctx, "panic in graphql", "request_id", RequestOf(ctx).ID, "panic", r, "stack", string(debug.Stack()))
	return errPanicked
}

func passField(ctx context.Context, next graphql.Resolver) (any, error)         { return next(ctx) }
func passRoot(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) }
