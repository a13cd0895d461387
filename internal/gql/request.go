package gql

import "context"

// Request is what a transport knows about one request and resolvers, logs and errors may need.
type Request struct {
	ID          string // short and unique; shown to the client and in the log
	LastEventID string // the cursor a server-sent-events client resumes from; empty otherwise
}

type requestKey struct{}

// WithRequest puts r into the context.
func WithRequest(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestOf gives the request of the context, and an empty one when there is none.
func RequestOf(ctx context.Context) Request {
	if r, ok := ctx.Value(requestKey{}).(*Request); ok && r != nil {
		return *r
	}
	return Request{}
}
