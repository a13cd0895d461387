package server

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/openapi"
)

// Whatever the server answers itself beside GraphQL stands in the document of the API, and so does every page, or the document is not
// written.
func TestEveryRouteIsDescribed(t *testing.T) {
	all := Described(map[string]Page{"/lantern": {}})
	for path, r := range routes {
		if graphql := strings.HasPrefix(path, "/graphql"); graphql == (len(all[path]) > 0) || graphql != (r.operations == nil) {
			t.Errorf("%s has %d operations; is it GraphQL: %v", path, len(all[path]), graphql)
		}
	}
	tags := []openapi.Tag{{Name: TagHealth}, {Name: TagPages}, {Name: TagSchemas}}
	_, err := openapi.Document{Routes: all, Tags: tags}.Write()
	if err == nil || err.Error() != "the route /lantern has no operation: declare what it answers beside its handler" {
		t.Errorf("Write = %v, want an error that names /lantern", err)
	}
	if got := slices.Collect(maps.Keys(all)); len(got) != len(routes)-2+1 {
		t.Errorf("Described = %v", got)
	}
}
