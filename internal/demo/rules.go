package demo

import _ "embed"

// twoHouses is the rule that docs/decision-rules.md writes.
//
//go:embed two-houses.json
var twoHouses string
