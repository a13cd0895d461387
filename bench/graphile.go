package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// graphile is an installed PostGraphile with its own Node; nil if it is not installed.
type graphile struct{ folder, node, about string }

// findGraphile looks for PostGraphile as npm ci installs it. The text it returns is a note for the report.
func findGraphile(folder string) (*graphile, string) {
	if folder == "" {
		return nil, "PostGraphile was left out: there is no Node and npm to install it, or -postgraphile names no folder."
	}
	const lacks = "PostGraphile was left out: npm ci in %s has not been run (%v)."
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	// An absolute path does not depend on the working directory.
	node, err := filepath.Abs(filepath.Join(folder, "node_modules", "node-"+runtime.GOOS+"-"+arch, "bin", "node"))
	if err != nil {
		return nil, fmt.Sprintf(lacks, folder, err)
	}
	version, err := exec.Command(node, "--version").Output()
	if err != nil {
		return nil, fmt.Sprintf(lacks, folder, err)
	}
	b, err := os.ReadFile(filepath.Join(folder, "node_modules", "postgraphile", "package.json"))
	var pack struct{ Version string }
	if err == nil {
		err = json.Unmarshal(b, &pack)
	}
	if err != nil {
		return nil, fmt.Sprintf(lacks, folder, err)
	}
	about := fmt.Sprintf("PostGraphile is %s on Node %s, one process with prepared statements and up to 20 connections.",
		pack.Version, strings.TrimPrefix(strings.TrimSpace(string(version)), "v"))
	return &graphile{folder: folder, node: node, about: about}, about
}

func (g *graphile) start(ctx context.Context, databaseURL string) (*process, error) {
	return start(ctx, g.node, filepath.Join(g.folder, "server.mjs"), databaseURL)
}

// caches reports whether a program has the cache of public responses.
func caches(ctx context.Context, plenary string) bool {
	help, _ := exec.CommandContext(ctx, plenary, "serve", "--help").CombinedOutput() // its exit code does not matter
	return strings.Contains(string(help), cacheFlag)
}

// The cache of public responses: the flag that bounds it, and its bound in the measurements.
const (
	cacheFlag  = "-cache-bytes"
	cacheBytes = 64 << 20
)
