package store

// Unhurried lets tests check what Rewrite relies on.
var Unhurried = unhurried
