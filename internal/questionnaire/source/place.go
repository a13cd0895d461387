package source

import "strings"

// Places tell where in the file a part of what was made of it comes from, by the path of that part.
type Places map[string]Place

// Place is a node of a file.
type Place struct {
	Path string
	Line int
}

// Note remembers where a part comes from.
func (p Places) Note(part, path string, n *Node) { p[part] = Place{path, n.Line} }

// Move puts a fault where its part, or what that part stands in, comes from.
func (p Places) Move(f Fault) Fault {
	part, rest := f.Path, ""
	for {
		if at, ok := p[part]; ok {
			f.Path, f.Line = at.Path, at.Line
			if rest != "" {
				f.Path = Join(f.Path, rest)
			}
			return f
		}
		end := strings.LastIndexByte(part, '.')
		if end < 0 {
			return f
		}
		rest = strings.TrimSuffix(part[end+1:]+"."+rest, ".")
		part = part[:end]
	}
}
