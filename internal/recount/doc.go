// Package recount is the form in which the result of a ballot is published, and the check of it: seats and papers, the trees over them,
// and what they decide under a rule. It uses no database and opens no connection. docs/ballots.md specifies the form, so that anybody who
// does not trust this program can write another one.
package recount
