// Package config finds the value of a flag that was not given: in the environment, then in the file, then the default. It
// knows the names of flags but not what they do.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// DefaultFile is read if it exists and no other file is named.
const DefaultFile = "plenary.yaml"

// File resolves flags from a flat YAML file whose keys are the names of flags. A missing default file counts as empty.
func File(path string, must bool) (kong.Resolver, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return &file{path: path}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	values := map[string]any{}
	if err := yaml.NewDecoder(bytes.NewReader(b)).Decode(&values); err != nil && len(bytes.TrimSpace(b)) > 0 {
		return nil, fmt.Errorf("%s is not YAML of the form \"key: value\": %s", path, yaml.FormatError(err, false, false))
	}
	return &file{path: path, values: values}, nil
}

type file struct {
	path   string
	values map[string]any
}

// Validate refuses keys that no command has, so that a typo does not go unnoticed.
func (f *file) Validate(app *kong.Application) error {
	var names, unknown []string
	visit(app.Node, func(flag *kong.Flag) { names = append(names, flag.Name) })
	for key := range f.values {
		if !slices.Contains(names, key) {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("%s: unknown keys: %s", f.path, strings.Join(unknown, ", "))
}

// Resolve returns a flag's value from the file.
func (f *file) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	v, ok := f.values[flag.Name]
	if !ok || v == nil {
		return nil, nil
	}
	switch v := v.(type) {
	case []any:
		words := make([]string, len(v))
		for i, w := range v {
			words[i] = fmt.Sprint(w)
		}
		return strings.Join(words, ","), nil
	case map[string]any:
		return nil, fmt.Errorf("%s: %s must be one value or a list", f.path, flag.Name)
	}
	return fmt.Sprint(v), nil
}

func visit(n *kong.Node, do func(*kong.Flag)) {
	for _, flag := range n.Flags {
		do(flag)
	}
	for _, child := range n.Children {
		visit(child, do)
	}
}

const (
	prefix = "PLENARY_"
	// fromFile ends the name of a variable that names a file with the value.
	fromFile = "_FILE"
)

// serviceLinks are the variables that Kubernetes sets for a service of the name plenary.
var serviceLinks = regexp.MustCompile(`^PLENARY_(SERVICE_HOST|SERVICE_PORT|PORT)(_|$)`)

// Env is the environment of a process: "NAME=value" each. It resolves flags from PLENARY_ variables: --admin-listen from
// PLENARY_ADMIN_LISTEN, or from the file that PLENARY_ADMIN_LISTEN_FILE names, which is how orchestrators pass secrets.
type Env []string

// Lookup finds a variable.
func (e Env) Lookup(name string) (string, bool) {
	for _, v := range slices.Backward(e) {
		if text, ok := strings.CutPrefix(v, name+"="); ok {
			return text, true
		}
	}
	return "", false
}

// Validate refuses PLENARY_ variables that no command has, so that a typo does not go unnoticed.
func (e Env) Validate(app *kong.Application) error {
	known := map[string]bool{}
	visit(app.Node, func(flag *kong.Flag) { known[Variable(flag.Name)], known[Variable(flag.Name)+fromFile] = true, true })
	var unknown []string
	for _, v := range e {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, prefix) && !known[name] && !serviceLinks.MatchString(name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("unknown variables in the environment: %s", strings.Join(unknown, ", "))
}

// Resolve returns a flag's value from the environment.
func (e Env) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	name := Variable(flag.Name)
	if v, ok := e.Lookup(name); ok {
		return v, nil
	}
	path, ok := e.Lookup(name + fromFile)
	if !ok {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name+fromFile, err)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Path finds which file to read before flags are parsed: --config, PLENARY_CONFIG, or the default.
func Path(args []string, env Env) (path string, must bool) {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			return v, true
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1], true
		}
	}
	if v, ok := env.Lookup("PLENARY_CONFIG"); ok && v != "" {
		return v, true
	}
	return DefaultFile, false
}
