// Package schema is the public contract: the SDL, written by hand but for what gen.go derives. Nothing of storage shows in it.
package schema

//go:generate go run gen.go

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.graphqls derived/*.graphqls
var files embed.FS

// Text is the whole SDL: the root first, then the domains by name, then what is derived.
func Text() string {
	var names []string
	for _, pattern := range []string{"*.graphqls", "derived/*.graphqls"} {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			panic(err) // the pattern is a constant
		}
		names = append(names, found...)
	}
	var b strings.Builder
	write := func(name string) {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		b.WriteString("# " + name + "\n\n")
		b.Write(text)
		b.WriteByte('\n')
	}
	write("root.graphqls")
	for _, name := range names {
		if name != "root.graphqls" {
			write(name)
		}
	}
	return b.String()
}
