// Package ent holds what is stored: schema by hand, migrations read by a person, db generated. It has no code of its own.
package ent

//go:generate rm -rf db
//go:generate go run -mod=mod entc.go
