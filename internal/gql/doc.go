// Package gql runs GraphQL operations on an executable schema in one fixed order: parse, limit, validate, cost, execute,
// mask errors. Every transport calls it, so none can leave a step out. It never reads HTTP, tokens or rows.
package gql
