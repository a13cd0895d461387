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
	commit := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				commit = setting.Value
			}
		}
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{
			"version": version, "commit": commit, "go": runtime.Version(), "policy": policy.Version,
		})
	}
	_, err := fmt.Fprintf(s.out, "plenary %s (%s, policy %d)\n", version, runtime.Version(), policy.Version)
	return err
}
