// Package ballot holds votes on proposals: one version, one frozen rule, one paper for each seat of a frozen roll.
//
// OPEN -> COUNTED, or VOID with a reason before the count. Until the close nothing shows what was chosen, nor by whom a paper was cast; a
// rule may show the papers of an open ballot at once. The papers of a secret ballot are sealed while it is open, and the count keeps what
// was chosen without whose it was. docs/ballots.md says what is promised and whom one trusts.
package ballot
