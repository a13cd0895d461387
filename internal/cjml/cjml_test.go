package cjml_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/cjml"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/xmlscan"
)

func TestTheWebToolsFile(t *testing.T) {
	var faults source.Faults
	got := cjml.Read(strings.NewReader(string(shareddata.Read(t, "experience", "journeys", "cjml.xml"))), &faults)
	if got == nil {
		t.Fatalf("%+v", faults.Listed)
	}
	want := &cjml.Journey{
		Actors: []cjml.Actor{{"Customer", "customer", "CUSTOMER"}, {"Northwind", "service provider", "PROVIDER"}},
		Touchpoints: []cjml.Touchpoint{
			{"offers a price", "COMMUNICATION", "PROVIDER", "CUSTOMER", "WEB", "sees a price"},
			{"compares", "ACTION", "CUSTOMER", "", "OTHER", ""},
			{"books", "COMMUNICATION", "CUSTOMER", "PROVIDER", "WEB", "takes the booking"},
		},
		Notes: []string{"The word undefined between elements, which the CJML web tool writes, was passed over."},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

const (
	actor  = `<actor id="a"><actorName>A</actorName><actorRole>customer</actorRole></actor>`
	action = `<touchpoint id="t" type="action"><time>1</time><initiator>a</initiator><initiatorDescription>looks</initiatorDescription></touchpoint>`
)

func TestTimesOrderTouchpoints(t *testing.T) {
	later := strings.NewReplacer("<time>1", "<time>10", "looks", "leaves").Replace(action)
	second := strings.NewReplacer("<time>1", "<time>2", "looks", "asks").Replace(action)
	j := cjml.Read(strings.NewReader("<cjml>"+actor+later+second+action+"</cjml>"), &source.Faults{})
	var names []string
	for _, s := range j.Touchpoints {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"looks", "asks", "leaves"}, names); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	j = cjml.Read(strings.NewReader("<cjml>"+actor+later+strings.Replace(action, "<time>1", "<time>noon", 1)+"</cjml>"), &source.Faults{})
	if j.Touchpoints[0].Name != "leaves" || len(j.Notes) != 1 {
		t.Errorf("without numbers the order is that of the file: %+v", j)
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	for rule, c := range map[string]struct {
		text string
		line int
		code source.Code
	}{
		"stray text":                 {"<cjml>" + actor + "\nlost words" + action + "</cjml>", 1, cjml.StrayText},
		"stray text in a touchpoint": {"<cjml>" + actor + "\n" + strings.Replace(action, "<time>", "lost<time>", 1) + "</cjml>", 2, cjml.StrayText},
		"another document":           {"<bpmn/>", 1, cjml.NotCJML},
		"an unknown element":         {"<cjml>" + actor + "\n<swimlane/></cjml>", 2, source.Unknown},
		"an unknown part":            {"<cjml>" + actor + "\n" + strings.Replace(action, "<time>1</time>", "<hour>1</hour>", 1) + "</cjml>", 2, source.Unknown},
		"nesting":                    {"<cjml>" + strings.Replace(actor, "A<", "<b>A</b><", 1) + action + "</cjml>", 1, source.Unknown},
		"a part twice":               {"<cjml>" + actor + strings.Replace(action, "<time>", "<time>1</time><time>", 1) + "</cjml>", 1, source.Duplicate},
		"an actor twice":             {"<cjml>" + actor + "\n" + actor + action + "</cjml>", 2, source.Duplicate},
		"nobody's touchpoint":        {"<cjml>\n" + action + "</cjml>", 2, cjml.NoActor},
		"another type":               {"<cjml>" + actor + "\n" + strings.Replace(action, `"action"`, `"thought"`, 1) + "</cjml>", 2, source.Invalid},
		"no name":                    {"<cjml>" + actor + "\n" + strings.Replace(action, "looks", "", 1) + "</cjml>", 2, source.Required},
		"no touchpoint":              {"<cjml>" + actor + "</cjml>", 1, source.TooFew},
		"entities":                   {"<!DOCTYPE cjml><cjml/>", 1, xmlscan.Entities},
		"a long text":                {"<cjml>" + actor + strings.Replace(action, "looks", strings.Repeat("x", 301), 1) + "</cjml>", 1, source.TooLong},
		"cut off":                    {"<cjml>" + actor + "\n<touchpoint", 2, xmlscan.CutOff},
	} {
		t.Run(rule, func(t *testing.T) {
			var faults source.Faults
			j := cjml.Read(strings.NewReader(c.text), &faults)
			if j != nil || faults.Count == 0 || faults.Listed[0].Code != c.code || faults.Listed[0].Line != c.line {
				t.Errorf("faults = %+v, want %s in line %d", faults.Listed, c.code, c.line)
			}
		})
	}
}

// FuzzRead: reading ends, with a journey or with faults.
func FuzzRead(f *testing.F) {
	f.Add("<cjml>undefined" + actor + action + "</cjml>")
	f.Fuzz(func(t *testing.T, text string) {
		var faults source.Faults
		if j := cjml.Read(strings.NewReader(text), &faults); (j == nil) == (faults.Count == 0) {
			t.Fatalf("%+v with %d faults", j, faults.Count)
		}
	})
}
