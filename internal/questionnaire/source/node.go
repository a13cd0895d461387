package source

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Kind is what a node is.
type Kind uint8

// The kinds of nodes.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Object
)

var kinds = [...]string{"null", "true or false", "a number", "a text", "a list", "an object"}

// String names the kind in words.
func (k Kind) String() string { return kinds[k] }

// Node is a value of a document.
type Node struct {
	Kind    Kind
	Line    int
	Text    string // of a text, a number as it is written, or true or false; texts are in Unicode's composed form
	Items   []*Node
	Members []Member // in the order of the file, each name once
}

// Member is a named value of an object.
type Member struct {
	Name string
	*Node
}

// Get is a member's value, nil when there is none.
func (n *Node) Get(name string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Name == name {
			return n.Members[i].Node
		}
	}
	return nil
}

// Whole reads a whole number of 64 bits. Fractions and exponents are no whole numbers, however they come out.
func (n *Node) Whole() (int64, bool) {
	if n.Kind != Number || strings.ContainsAny(n.Text, ".eE") {
		return 0, false
	}
	v, err := strconv.ParseInt(n.Text, 10, 64)
	return v, err == nil
}

// Fields reads the members of an object one by one, and then tells of those that nobody asked for.
type Fields struct {
	Path   string
	node   *Node
	asked  []string
	faults *Faults
}

// Fields begins to read an object. What is none is a fault, and reads as an empty one.
func (n *Node) Fields(path string, faults *Faults) *Fields {
	f := &Fields{Path: path, node: n, faults: faults}
	if n != nil && n.Kind != Object {
		faults.At(n, path, WrongType, "this must be an object, not %s", n.Kind)
		f.node = &Node{Kind: Object, Line: n.Line}
	}
	return f
}

// At is the path of a member.
func (f *Fields) At(name string) string { return Join(f.Path, name) }

// Node is the object itself.
func (f *Fields) Node() *Node { return f.node }

// Get is a member of any kind, nil when there is none.
func (f *Fields) Get(name string) *Node {
	f.asked = append(f.asked, name)
	return f.node.Get(name)
}

// Has tells whether a member is there.
func (f *Fields) Has(name string) bool { return f.node.Get(name) != nil }

// get is a member of one kind; another kind is a fault.
func (f *Fields) get(name string, kind Kind) *Node {
	n := f.Get(name)
	if n == nil || n.Kind == kind {
		return n
	}
	f.faults.At(n, f.At(name), WrongType, "this must be %s, not %s", kind, n.Kind)
	return nil
}

// Text is a text, empty when there is none.
func (f *Fields) Text(name string) string {
	if n := f.get(name, Text); n != nil {
		return n.Text
	}
	return ""
}

// True is true or false, false when there is none.
func (f *Fields) True(name string) bool {
	n := f.get(name, Bool)
	return n != nil && n.Text == "true"
}

// Whole is a whole number, or otherwise when there is none.
func (f *Fields) Whole(name string, otherwise int64) int64 {
	n := f.get(name, Number)
	if n == nil {
		return otherwise
	}
	v, ok := n.Whole()
	if !ok {
		f.faults.At(n, f.At(name), NotWhole, "this must be a whole number of at most 64 bits, not %s", Excerpt(n.Text))
		return otherwise
	}
	return v
}

// List is a list's items, nil when there is none, and whether it is there.
func (f *Fields) List(name string) []*Node {
	if n := f.get(name, List); n != nil {
		return n.Items
	}
	return nil
}

// Object is an object, nil when there is none.
func (f *Fields) Object(name string) *Node { return f.get(name, Object) }

// Ignore names members that are read by nobody and may be there.
func (f *Fields) Ignore(names ...string) {
	f.asked = append(f.asked, names...)
}

// Done tells of members that nobody asked for.
func (f *Fields) Done() { f.DoneInto(f.faults) }

// DoneInto tells somebody else.
func (f *Fields) DoneInto(faults *Faults) {
	if f.node == nil {
		return
	}
	for _, m := range f.node.Members {
		if !slices.Contains(f.asked, m.Name) {
			faults.At(m.Node, f.At(Excerpt(m.Name)), Unknown, "there is no member %q here", Excerpt(m.Name))
		}
	}
}

// Excerpt is the begin of a text, short enough for a sentence.
func Excerpt(s string) string {
	const most = 60
	for i := range s {
		if i >= most {
			return s[:i] + "…"
		}
	}
	return s
}

// Of begins to read another object, with the same faults.
func (f *Fields) Of(n *Node, path string) *Fields { return n.Fields(path, f.faults) }

// String writes a node as JSON on one line.
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	switch n.Kind {
	case Null:
		b.WriteString("null")
	case Text:
		writeText(b, n.Text)
	case List:
		b.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		for i, m := range n.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, m.Name)
			b.WriteByte(':')
			m.write(b)
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.Text)
	}
}

func writeText(b *strings.Builder, s string) {
	quoted, _ := json.Marshal(s) // a text always is one in JSON
	b.Write(quoted)
}
