// Package decision knows decision rules: what their documents may say, which leaf of the electorate seats a party, and what follows from
// papers. Numbers are exact fractions throughout. It is pure: it has no database, no clock and no float, so that whoever holds a rule and
// the papers gets the same result.
package decision
