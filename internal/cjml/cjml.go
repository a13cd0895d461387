// Package cjml reads a planned journey in the Customer Journey Modelling Language, as its web tool writes it: actors, and touchpoints in the
// order of their times. It knows no database; what it gives are the words that a journey of ours has, for a person to look over.
//
// The tool writes the word undefined before the first actor and the first touchpoint. That word between elements is passed over, and a note says
// so; any other text there is a fault, because it would be lost.
package cjml

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/xmlscan"
)

// The codes of documents that are not read.
const (
	NotCJML   source.Code = "NOT_CJML"
	StrayText source.Code = "STRAY_TEXT"
	NoActor   source.Code = "UNKNOWN_ACTOR"
)

// Bounds of a journey.
const (
	MostTouchpoints = 200
	mostActors      = 100
	mostText        = 300
)

// Journey is what the document plans.
type Journey struct {
	Actors      []Actor
	Touchpoints []Touchpoint // in their order
	Notes       []string     // what was not taken over as it is
}

// Actor is somebody who takes part.
type Actor struct {
	Name, Role string
	Is         string // CUSTOMER, PROVIDER or THIRD_PARTY
}

// Touchpoint is a step, in the words of the API.
type Touchpoint struct {
	Name      string // what the initiator does
	Kind      string // COMMUNICATION or ACTION
	Initiator string // CUSTOMER, PROVIDER or THIRD_PARTY
	Receiver  string // the same; empty for an action
	Channel   string // WEB, APP, EMAIL, PHONE, IN_PERSON, POST, SOCIAL or OTHER
	Receives  string // what the receiver does; empty for an action
}

// Read reads a document. It is nil where faults were noted.
func Read(file io.Reader, faults *source.Faults) *Journey {
	r := reader{xml: xmlscan.New(file), faults: faults, actors: map[string]Actor{}}
	before := faults.Count
	for r.xml.Next() && faults.Count-before < 100 {
		switch r.xml.Kind() {
		case xmlscan.Start:
			r.start(string(r.xml.Name()))
		case xmlscan.Text:
			r.within(r.xml.Text())
		case xmlscan.End:
			r.end(string(r.xml.Name()))
		}
	}
	if f := r.xml.Fault(); f != nil {
		faults.Add(*f)
	}
	if faults.Count > before {
		return nil
	}
	j := r.journey()
	if faults.Count > before {
		return nil
	}
	return j
}

type reader struct {
	xml    *xmlscan.Scanner
	faults *source.Faults

	actors  map[string]Actor
	order   []string
	steps   []item
	open    item
	text    []byte
	strayed bool
}

// item is an element as it stands there.
type item struct {
	line     int
	what     string // actor or touchpoint
	id, kind string
	parts    map[string]string
}

func (r *reader) fault(line int, code source.Code, format string, args ...any) {
	r.faults.Add(source.Fault{Line: line, Code: code, Message: fmt.Sprintf(format, args...)})
}

var parts = map[string][]string{
	"actor":      {"actorName", "actorRole"},
	"touchpoint": {"time", "initiator", "initiatorDescription", "receiver", "receiverDescription", "channel"},
}

func (r *reader) start(name string) {
	line := r.xml.Line()
	switch depth := r.xml.Depth(); {
	case depth == 1 && name != "cjml":
		r.fault(line, NotCJML, "a journey in CJML begins with the element cjml")
	case depth == 2 && parts[name] == nil:
		r.fault(line, source.Unknown, "a journey in CJML has actors and touchpoints, and nothing else")
	case depth == 2:
		r.open = item{line, name, string(r.xml.Attr("id")), string(r.xml.Attr("type")), map[string]string{}}
	case depth == 3 && r.open.what != "" && !slices.Contains(parts[r.open.what], name):
		r.fault(line, source.Unknown, "this element has no meaning here: there are %s", strings.Join(parts[r.open.what], ", "))
	case depth > 3:
		r.fault(line, source.Unknown, "this element has no meaning here")
	}
	r.text = r.text[:0]
}

// within takes a text where one is meant.
func (r *reader) within(text []byte) {
	if r.xml.Depth() == 3 {
		if r.text = append(r.text, text...); utf8.RuneCount(r.text) > mostText {
			r.fault(r.xml.Line(), source.TooLong, "a text has at most %d characters", mostText)
			r.text = r.text[:0]
		}
		return
	}
	switch trimmed := bytes.TrimSpace(text); {
	case len(trimmed) == 0:
	case string(trimmed) == "undefined":
		r.strayed = true
	default:
		r.fault(r.xml.Line(), StrayText, "text stands between elements, where it would be lost")
	}
}

func (r *reader) end(name string) {
	switch r.xml.Depth() {
	case 2:
		if _, twice := r.open.parts[name]; twice {
			r.fault(r.xml.Line(), source.Duplicate, "the element %s is there twice", name)
		}
		if r.open.parts != nil {
			r.open.parts[name] = string(bytes.TrimSpace(r.text))
		}
	case 1:
		r.ended()
		r.open = item{}
	}
}

func (r *reader) ended() {
	switch o := r.open; o.what {
	case "actor":
		if _, twice := r.actors[o.id]; twice || o.id == "" || len(r.order) == mostActors {
			r.fault(o.line, source.Duplicate, "each actor has an id of its own, and there are at most %d", mostActors)
			return
		}
		r.actors[o.id] = Actor{o.parts["actorName"], o.parts["actorRole"], is(o.parts["actorRole"])}
		r.order = append(r.order, o.id)
	case "touchpoint":
		if len(r.steps) == MostTouchpoints {
			r.fault(o.line, source.TooMany, "a journey has at most %d touchpoints", MostTouchpoints)
			return
		}
		r.steps = append(r.steps, o)
	}
}

func is(role string) string {
	switch role = strings.ToLower(role); {
	case strings.Contains(role, "customer") || role == "user" || role == "client" || role == "end user":
		return "CUSTOMER"
	case strings.Contains(role, "provider") || strings.Contains(role, "company") || strings.Contains(role, "firm"):
		return "PROVIDER"
	}
	return "THIRD_PARTY"
}

// channels are words that occur in names of channels, and ours; the first that fits holds.
var channels = []struct{ word, ours string }{
	{"mail", "EMAIL"},
	{"social", "SOCIAL"},
	{"app", "APP"},
	{"mobile", "APP"},
	{"sms", "PHONE"},
	{"phone", "PHONE"},
	{"call", "PHONE"},
	{"internet", "WEB"},
	{"web", "WEB"},
	{"online", "WEB"},
	{"self-service", "WEB"},
	{"person", "IN_PERSON"},
	{"face", "IN_PERSON"},
	{"store", "IN_PERSON"},
	{"letter", "POST"},
	{"post", "POST"},
}

func channel(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "snail mail", "post"))
	for _, c := range channels {
		if strings.Contains(name, c.word) {
			return c.ours
		}
	}
	return "OTHER"
}

// journey puts together what was read, in the order of the times where all are numbers.
func (r *reader) journey() *Journey {
	j := &Journey{}
	if len(r.steps) == 0 {
		r.fault(1, source.TooFew, "the journey has no touchpoint")
		return j
	}
	if r.strayed {
		j.Notes = append(j.Notes, "The word undefined between elements, which the CJML web tool writes, was passed over.")
	}
	for _, id := range r.order {
		j.Actors = append(j.Actors, r.actors[id])
	}
	if !r.sorted() {
		j.Notes = append(j.Notes, "Not all times are numbers: the touchpoints stand in the order of the file.")
	}
	for _, s := range r.steps {
		j.Touchpoints = append(j.Touchpoints, r.touchpoint(s))
	}
	return j
}

// sorted orders touchpoints by time, and those of the same time by their place; false where times are no numbers.
func (r *reader) sorted() bool {
	at := map[string]int{}
	for _, s := range r.steps {
		n, err := strconv.Atoi(s.parts["time"])
		if err != nil {
			return false
		}
		at[s.parts["time"]] = n
	}
	slices.SortStableFunc(r.steps, func(a, b item) int { return cmp.Compare(at[a.parts["time"]], at[b.parts["time"]]) })
	return true
}

func (r *reader) touchpoint(s item) Touchpoint {
	t := Touchpoint{Name: s.parts["initiatorDescription"], Kind: strings.ToUpper(s.kind), Channel: "OTHER"}
	if t.Name == "" {
		r.fault(s.line, source.Required, "a touchpoint says what its initiator does")
	}
	t.Initiator = r.who(s, "initiator")
	switch t.Kind {
	case "ACTION":
	case "COMMUNICATION":
		t.Receiver, t.Receives, t.Channel = r.who(s, "receiver"), s.parts["receiverDescription"], channel(s.parts["channel"])
	default:
		r.fault(s.line, source.Invalid, "a touchpoint is of type communication or action")
	}
	return t
}

func (r *reader) who(s item, part string) string {
	a, ok := r.actors[s.parts[part]]
	if !ok {
		r.fault(s.line, NoActor, "the %s of a touchpoint is the id of an actor", part)
	}
	return a.Is
}
