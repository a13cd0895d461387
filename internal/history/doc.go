// Package history keeps what rows of nouns were after each act on them, so that they can be read as they were at any place of the log.
//
// A domain declares what of its rows changes and is kept: see Tracked. The log writes a version of the row with each act on it, in the
// same transaction. Words that a customer may have written are not among it, so that an erasure does not have to look for them here: they
// stand in the row, which has them or not, or with the act as its reason. What an organisation wrote may be: it stays when a member goes. Rows that never change need no versions; neither do those that only join
// others, if the version of the noun they belong to lists them.
package history
