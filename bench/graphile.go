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

// graphile is where PostGraphile lies, with a Node of its own; nil when it was not installed.
type graphile struct{ folder, node, about string }

// findGraphile looks for what npm ci puts into a folder. What it says is for whoever reads the figures.
func findGraphile(folder string) (*graphile, string) {
	if folder == "" {
		return nil, "PostGraphile was left out: there is no Node and npm to install it, or -postgraphile names no folder."
	}
	const lacks = "PostGraphile was left out: npm ci in %s has not been run (%v)."
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	// An absolute path, because a program that is named by a relative one is looked for in other folders too.
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

// caches says whether a program has the cache of public answers.
func caches(ctx context.Context, plenary string) bool {
	help, _ := exec.CommandContext(ctx, plenary, "serve", "--help").CombinedOutput() // its exit code says nothing
	return strings.Contains(string(help), cacheFlag)
}

// The cache of public answers: the flag that bounds it, and the bound it is measured with.
const (
	cacheFlag  = "-cache-bytes"
	cacheBytes = 64 << 20
)
