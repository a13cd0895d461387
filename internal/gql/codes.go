package gql

// The codes a client may find in errors[].extensions.code. A test compares Codes with the list in the SDL.
const (
	CodeParseFailed         = "GRAPHQL_PARSE_FAILED"         // the document is not GraphQL
	CodeValidationFailed    = "GRAPHQL_VALIDATION_FAILED"    // the document does not fit the schema
	CodeBadUserInput        = "BAD_USER_INPUT"               // an argument or variable breaks a rule; extensions.field names it
	CodeNotFound            = "NOT_FOUND"                    // missing, or hidden from this viewer
	CodeForbidden           = "FORBIDDEN"                    // visible, but this viewer may not do it
	CodeForbiddenState      = "FORBIDDEN_STATE"              // allowed to this viewer, but not in this state
	CodeIdempotencyMismatch = "IDEMPOTENCY_MISMATCH"         // the key was used for another request
	CodeUnauthenticated     = "UNAUTHENTICATED"              // no token, or one that is refused
	CodeCostLimit           = "COST_LIMIT_EXCEEDED"          // the operation may return too much
	CodeDepthLimit          = "DEPTH_LIMIT_EXCEEDED"         // the operation nests too deep
	CodeQueryTooLarge       = "QUERY_TOO_LARGE"              // too many bytes, tokens, aliases, directives, fields or operations
	CodeResponseTooLarge    = "RESPONSE_TOO_LARGE"           // the response has too many bytes
	CodeRateLimited         = "RATE_LIMITED"                 // wait retryAfterMs
	CodeDocumentNotFound    = "PERSISTED_DOCUMENT_NOT_FOUND" // no document is registered under this id
	CodeCursorMismatch      = "CURSOR_MISMATCH"              // the cursor was given to another viewer
	CodeCursorExpired       = "CURSOR_EXPIRED"               // the log no longer holds the act that the cursor points after
	CodeResync              = "RESYNC"                       // the reader was too slow: resume from its last cursor
	CodeUnavailable         = "UNAVAILABLE"                  // a part that the operation needs does not answer
	CodeDeadlineExceeded    = "DEADLINE_EXCEEDED"            // the time for this operation ran out
	CodeInternal            = "INTERNAL"                     // a failure of the server; quote requestId
)

// Codes lists every code, in the order of the constants.
func Codes() []string {
	return []string{
		CodeParseFailed, CodeValidationFailed, CodeBadUserInput, CodeNotFound, CodeForbidden, CodeForbiddenState,
		CodeIdempotencyMismatch, CodeUnauthenticated, CodeCostLimit, CodeDepthLimit, CodeQueryTooLarge,
		CodeResponseTooLarge, CodeRateLimited, CodeDocumentNotFound, CodeCursorMismatch, CodeCursorExpired, CodeResync, CodeUnavailable,
		CodeDeadlineExceeded, CodeInternal,
	}
}

// retryable reports whether the very same request may succeed later.
func retryable(code string) bool {
	switch code {
	case CodeRateLimited, CodeUnavailable, CodeDeadlineExceeded, CodeResync:
		return true
	}
	return false
}
