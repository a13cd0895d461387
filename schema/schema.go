// Package schema is the public contract: the SDL, written by hand. Nothing of storage shows in it.
package schema

//go:generate go run gen.go

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.graphqls
var files embed.FS

// Text is the whole SDL: the root first, then the domains by name.
func Text() string {
	names, err := fs.Glob(files, "*.graphqls")
	if err != nil {
		panic(err) // the pattern is a constant
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
