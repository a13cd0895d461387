package report

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
)

// field is a field of the model, as its tags declare it.
type field struct {
	index    int
	name     string // of the member
	nullable bool   // null stands for nothing
	doc      string
	table    string // of a list: its rows are a table of their own
	id       string // what tables below call it by
	split    bool   // its tables are apart from those of its sister
}

var fields sync.Map // of a type

// fieldsOf are the fields of a struct of the model, in order.
func fieldsOf(t reflect.Type) []field {
	if known, ok := fields.Load(t); ok {
		return known.([]field)
	}
	var all []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, field{
			index: i, name: name, nullable: option == "omitempty", doc: f.Tag.Get("doc"), table: f.Tag.Get("table"), id: f.Tag.Get("id"),
			split: f.Tag.Get("split") != "",
		})
	}
	fields.Store(t, all)
	return all
}

var (
	timeType  = reflect.TypeFor[time.Time]()
	wholeType = reflect.TypeFor[Whole]()
	textType  = reflect.TypeFor[Text]()
	valueType = reflect.TypeFor[Value]()
	partyType = reflect.TypeFor[Party]()
)

// isCode says whether a type's values are words of a fixed list.
func isCode(t reflect.Type) bool { return t.Kind() == reflect.String && t != reflect.TypeFor[string]() }

// isRecord says whether a type has fields of its own.
func isRecord(t reflect.Type) bool { return t.Kind() == reflect.Struct && t != timeType }

// moment is a time as every format writes it.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// tree is a value of the model as JSON has it, with null for what is missing and lists that are never null.
func tree(v reflect.Value, nullable bool) any {
	switch {
	case v.Type() == timeType:
		return moment(v.Interface().(time.Time))
	case v.Type() == wholeType:
		return wholeTree(v.Int())
	case v.Kind() == reflect.String && nullable && v.Len() == 0:
		return nil
	case v.Kind() == reflect.String:
		return strings.ToValidUTF8(v.String(), "\uFFFD")
	case v.Kind() == reflect.Int:
		return json.Number(strconv.FormatInt(v.Int(), 10))
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return tree(v.Elem(), false)
	case v.Kind() == reflect.Slice:
		all := make([]any, v.Len())
		for i := range all {
			all[i] = tree(v.Index(i), false)
		}
		return all
	}
	all := map[string]any{}
	for _, f := range fieldsOf(v.Type()) {
		all[f.name] = tree(v.Field(f.index), f.nullable)
	}
	return all
}

func wholeTree(n int64) any {
	if n > exact || n < -exact {
		return strconv.FormatInt(n, 10)
	}
	return json.Number(strconv.FormatInt(n, 10))
}
