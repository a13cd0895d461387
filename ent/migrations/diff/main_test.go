package main

import (
	"strings"
	"testing"

	atlas "ariga.io/atlas/sql/schema"
)

func TestColumnsThatRowsCannotFillAreRefused(t *testing.T) {
	column := func(null bool, standard string) *atlas.Column {
		c := &atlas.Column{Name: "colour", Type: &atlas.ColumnType{Null: null}}
		if standard != "" {
			c.Default = &atlas.Literal{V: standard}
		}
		return c
	}
	table := &atlas.Table{Name: "practices"}
	for _, row := range []struct {
		rule   string
		change atlas.Change
		want   string
	}{
		{"a required column without a default", &atlas.AddColumn{C: column(false, "")}, "new column practices.colour"},
		{"a required column with a default", &atlas.AddColumn{C: column(false, "''")}, ""},
		{"an optional column", &atlas.AddColumn{C: column(true, "")}, ""},
		{"a column that becomes required", &atlas.ModifyColumn{From: column(true, ""), To: column(false, "''")}, "column practices.colour may no longer be null"},
		{"a column that becomes optional", &atlas.ModifyColumn{From: column(false, ""), To: column(true, "")}, ""},
		{"a column that goes", &atlas.DropColumn{C: column(false, "")}, ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			err := unfilled([]atlas.Change{&atlas.ModifyTable{T: table, Changes: []atlas.Change{row.change}}})
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
				t.Errorf("unfilled = %v, want %q", err, row.want)
			}
		})
	}
	if err := unfilled([]atlas.Change{&atlas.AddTable{T: &atlas.Table{Name: "new", Columns: []*atlas.Column{column(false, "")}}}}); err != nil {
		t.Errorf("a new table has no rows: %v", err)
	}
}
