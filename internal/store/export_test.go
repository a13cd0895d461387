package store

// Unhurried is for tests of what Rewrite relies on.
var Unhurried = unhurried
