//go:build ignore

// Command gen writes graph/generated and graph/model from the SDL: what gqlgen makes of it, the resolvers, and what graph/lean
// renders from.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
)

func main() {
	log.SetOutput(io.Discard) // gqlgen tells of every resolver that it frames
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate() error {
	// gqlgen.yml names its folders from the top of the repository.
	if err := os.Chdir(".."); err != nil {
		return err
	}
	full, err := bind("gqlgen.yml")
	if err != nil {
		return err
	}
	defer os.Remove(full)
	cfg, err := config.LoadConfig(full)
	if err != nil {
		return fmt.Errorf("read gqlgen.yml: %w", err)
	}
	if err := api.Generate(cfg, api.AddPlugin(sequential{}), api.AddPlugin(lean{}), api.AddPlugin(resolve{})); err != nil {
		return fmt.Errorf("generate graph: %w", err)
	}
	return nil
}

// sequential makes resolvers run one after the other. What they hand out was fetched before, level by level, so none of
// them waits, and a goroutine for each would only cost.
type sequential struct{}

// Name is gqlgen's name for the plugin.
func (sequential) Name() string { return "sequential" }

// GenerateCode runs before the code is written; it writes nothing itself.
func (sequential) GenerateCode(data *codegen.Data) error {
	for _, o := range data.Objects {
		o.DisableConcurrency = true
	}
	return nil
}
