// Package importing takes files from elsewhere into the database: first a check, which changes nothing but itself, then, when somebody
// starts it, a job that writes all of it or nothing. What the kinds of file are, their domains say by internal/intake; the operator's
// commands go through the same code.
//
// States: CHECKED -> RUNNING -> DONE | FAILED, or REFUSED. The check runs while the file is sent, so nobody sees one that is being
// checked. What is not started is deleted after a day. The right to an import is decided three times: before anything of it is read,
// when it is started, and inside the transaction that writes it, for whoever has started it, as they are then. A job whose server died is
// run again by another one, at most three times: it writes in one transaction, so nothing of the first try is there.
package importing
