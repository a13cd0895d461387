package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema"
)

// version is set by the build of a release.
var version = "dev"

type schemaCmd struct{}

// Run prints the SDL, as GET /schema.graphql does.
func (schemaCmd) Run(s streams) error {
	_, err := fmt.Fprint(s.out, schema.Text())
	return err
}

type policyCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run prints the policy.
func (c *policyCmd) Run(s streams) error {
	if c.JSON {
		return policy.JSON(s.out)
	}
	return policy.Text(s.out)
}

type versionCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run prints the version.
func (c *versionCmd) Run(s streams) error {
	commit, date, changed := source()
	if c.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{
			"version": version, "commit": commit, "date": date, "changed": changed, "go": runtime.Version(), "policy": policy.Version,
		})
	}
	from := "not built from a git checkout"
	if commit != "" {
		from = "commit " + commit + " of " + date
	}
	if changed {
		from += ", with changes since"
	}
	_, err := fmt.Fprintf(s.out, "plenary %s (%s; %s, policy %d)\n", version, from, runtime.Version(), policy.Version)
	return err
}

// source says what the program was built from: the commit, its date, and whether files had changed since. All are empty in a
// build outside a git checkout.
func source() (commit, date string, changed bool) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", "", false
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			commit = setting.Value
		case "vcs.time":
			date = setting.Value
		case "vcs.modified":
			changed = setting.Value == "true"
		}
	}
	return commit, date, changed
}
