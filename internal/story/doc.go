// Package story holds the tests of the whole server: stories of operations and expected answers, attacks, properties on
// random data, and counts of SQL statements. It has no code that a server runs.
package story
