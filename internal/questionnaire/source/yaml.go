package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
	"gopkg.in/yaml.v3"
)

// YAML reads one YAML document. Aliases count as what they stand for, so that a bomb of them is refused when it has passed the bound
// of values; one that contains itself is refused, and so are merge keys, doubled members and keys that are no texts. The tree is nil
// when the document cannot be read to its end.
func YAML(text []byte, most Limits, faults *Faults) *Node {
	switch {
	case len(text) > most.Bytes:
		faults.At(nil, "", TooLarge, "at most %d bytes; this has %d", most.Bytes, len(text))
		return nil
	case marks(text) > 4*most.Nodes: // the parser makes a node of 200 bytes for each before anybody can stop it
		faults.At(nil, "", TooLarge, "at most %d values in one document", most.Nodes)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, next yaml.Node
	if err := dec.Decode(&doc); err != nil {
		faults.Add(Fault{Line: 1, Code: Syntax, Message: "this is not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")})
		return nil
	}
	if err := dec.Decode(&next); !errors.Is(err, io.EOF) {
		faults.Add(Fault{Line: next.Line, Code: Syntax, Message: "one document is meant, and another follows"})
		return nil
	}
	r := yamlReader{most: most, faults: faults}
	n, err := r.node(&doc, "", 0)
	var b bounded
	if errors.As(err, &b) {
		faults.Add(b.fault)
		return nil
	}
	return n
}

// marks counts what can begin a value, to bound the number of values before they are parsed.
func marks(text []byte) int {
	n := 0
	for _, c := range text {
		switch c {
		case '\n', ',', '[', '{', ':', '-', '?', '&', '!', '*':
			n++
		}
	}
	return n
}

type yamlReader struct {
	most   Limits
	faults *Faults
	nodes  int
}

func (r *yamlReader) node(y *yaml.Node, path string, depth int) (*Node, error) {
	switch y.Kind {
	case yaml.DocumentNode:
		return r.node(y.Content[0], path, depth)
	case yaml.AliasNode:
		return r.node(y.Alias, path, depth+1) // one that contains itself soon is too deep
	}
	if r.nodes++; r.nodes > r.most.Nodes {
		return nil, bounded{Fault{Path: path, Line: y.Line, Code: TooLarge, Message: fmt.Sprintf("at most %d values in one document, aliases written out", r.most.Nodes)}}
	}
	if depth > r.most.Depth {
		return nil, bounded{Fault{Path: path, Line: y.Line, Code: TooDeep, Message: fmt.Sprintf("nested deeper than %d", r.most.Depth)}}
	}
	n := &Node{Line: y.Line, Kind: Text, Text: norm.NFC.String(y.Value)}
	switch y.Kind {
	case yaml.MappingNode:
		return n, r.mapping(n, y, path, depth+1)
	case yaml.SequenceNode:
		return n, r.sequence(n, y, path, depth+1)
	}
	switch y.ShortTag() {
	case "!!null":
		n.Kind, n.Text = Null, ""
	case "!!bool":
		n.Kind, n.Text = Bool, strings.ToLower(y.Value)
	case "!!int", "!!float":
		n.Kind = Number
	}
	return n, nil
}

func (r *yamlReader) sequence(n *Node, y *yaml.Node, path string, depth int) error {
	n.Kind, n.Text = List, ""
	for i, item := range y.Content {
		one, err := r.node(item, Join(path, i), depth)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, one)
	}
	return nil
}

func (r *yamlReader) mapping(n *Node, y *yaml.Node, path string, depth int) error {
	n.Kind, n.Text = Object, ""
	names := map[string]bool{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		name := norm.NFC.String(key.Value)
		at := Join(path, Excerpt(name))
		v, err := r.node(y.Content[i+1], at, depth)
		switch {
		case err != nil:
			return err
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
			r.faults.Add(Fault{Path: path, Line: key.Line, Code: Unsupported, Message: "the name of a member must be a text, not a merge key or a list"})
		case names[name]:
			r.faults.Add(Fault{Path: at, Line: key.Line, Code: Duplicate, Message: fmt.Sprintf("the member %q is there twice", Excerpt(name))})
		default:
			names[name] = true
			n.Members = append(n.Members, Member{name, v})
		}
	}
	return nil
}
