package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// element is an element of an SVG, with its text.
type element struct {
	name, text string
	attributes map[string]string
}

// elements reads an SVG and fails if it is not well-formed.
func elements(t *testing.T, svg []byte) (all []element) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("the SVG is not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attributes: map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[a.Name.Local] = a.Value
			}
			all = append(all, e)
		case xml.CharData:
			if len(all) > 0 {
				all[len(all)-1].text += string(token)
			}
		}
	}
}

func (e element) number(t *testing.T, name string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(e.attributes[name], 64)
	if err != nil {
		t.Fatalf("%s of %s: %v", name, e.name, err)
	}
	return n
}

func says(all []element, text string) bool {
	return slices.ContainsFunc(all, func(e element) bool { return strings.TrimSpace(e.text) == text })
}

var both = Chart{
	Title: "Speed & <time>", About: "Bars and lines.", Foot: "one\ntwo",
	Panels: []Panel{
		Bars{
			Title: "Processor time", Unit: "ms for a page", Parts: []string{"server", "database"},
			Rows: []Bar{
				{Group: "PostgreSQL", Label: "ours", Values: []float64{6, 2}, Ours: true},
				{Group: "PostgreSQL", Label: `"theirs"`, Values: []float64{1, 3}},
				{Group: "SQLite", Label: "ours", Values: []float64{0, 0}},
			},
		},
		Lines{
			Title: "Growth", X: "comments", Y: "ms", Series: []Line{
				{Name: "first page", Points: []Point{{5000, 4}, {50000, 4}, {500000, 2}}},
				{Name: "last page", Points: []Point{{5000, 1}, {50000, 2}, {500000, 4}}},
			},
		},
	},
}

func TestAChartSaysWhatItShows(t *testing.T) {
	svg, err := both.SVG()
	if err != nil {
		t.Fatal(err)
	}
	all := elements(t, svg)
	for _, text := range []string{
		"Speed & <time>", "Bars and lines.", "Processor time", "ms for a page", "server", "database", "PostgreSQL", "SQLite", "ours", `"theirs"`, "8", "4",
		"Growth", "comments", "ms", "first page", "last page", "5,000", "500,000", "one", "two",
	} {
		if !says(all, text) {
			t.Errorf("the chart does not say %q", text)
		}
	}
	for _, outside := range []string{"http://", "https://", "@import", "url(", "<script"} {
		rest := strings.Replace(string(svg), "http://www.w3.org/2000/svg", "", 1) // the namespace
		if strings.Contains(rest, outside) {
			t.Errorf("the chart has %q: it must be self-contained", outside)
		}
	}
}

func TestBarsAreAsLongAsWhatTheyShow(t *testing.T) {
	svg, err := both.SVG()
	if err != nil {
		t.Fatal(err)
	}
	var bars []element
	for _, e := range elements(t, svg) {
		if e.name == "rect" && e.attributes["height"] == fmt.Sprintf("%.1f", row-8) {
			bars = append(bars, e)
		}
	}
	if len(bars) != 6 {
		t.Fatalf("%d bars, want 6", len(bars))
	}
	unit := bars[0].number(t, "width") / 6
	for i, want := range []float64{6, 2, 1, 3, 0, 0} {
		if got := bars[i].number(t, "width") / unit; got < want-0.02 || got > want+0.02 {
			t.Errorf("bar %d is %.2f long, want %g", i, got, want)
		}
	}
	if end, next := bars[0].number(t, "x")+bars[0].number(t, "width"), bars[1].number(t, "x"); end < next-0.2 || end > next+0.2 {
		t.Errorf("the second part begins at %g, want the end of the first, %g", next, end)
	}
}

func TestEverythingIsInsideThePicture(t *testing.T) {
	svg, err := both.SVG()
	if err != nil {
		t.Fatal(err)
	}
	all := elements(t, svg)
	high := all[0].number(t, "height")
	for _, e := range all {
		for name, most := range map[string]float64{"x": width, "y": high, "x1": width, "x2": width, "y1": high, "y2": high, "cx": width, "cy": high} {
			if _, has := e.attributes[name]; has {
				if n := e.number(t, name); n < 0 || n > most {
					t.Errorf("%s of %s is %g, outside of 0 to %g", name, e.name, n, most)
				}
			}
		}
	}
}

func TestTheSmallestValueOfALineIsLowest(t *testing.T) {
	svg, err := both.SVG()
	if err != nil {
		t.Fatal(err)
	}
	var dots []element
	for _, e := range elements(t, svg) {
		if e.name == "circle" {
			dots = append(dots, e)
		}
	}
	if len(dots) != 6 {
		t.Fatalf("%d dots, want 6", len(dots))
	}
	if first, last := dots[0].number(t, "cy"), dots[2].number(t, "cy"); first >= last {
		t.Errorf("4 is drawn at %g and 2 at %g, want it higher up", first, last)
	}
	step, next := dots[1].number(t, "cx")-dots[0].number(t, "cx"), dots[2].number(t, "cx")-dots[1].number(t, "cx")
	if step <= 0 || step < next-0.2 || step > next+0.2 {
		t.Errorf("ten times is %g wide and ten times more %g, want the same", step, next)
	}
}

func TestAChartOfNothingIsRefused(t *testing.T) {
	if svg, err := (Chart{Title: "nothing"}).SVG(); err == nil {
		t.Errorf("SVG = %d bytes, want an error", len(svg))
	}
	empty := Chart{Panels: []Panel{Bars{}, Lines{Series: []Line{{Name: "one", Points: []Point{{5000, 0}}}}}}}
	svg, err := empty.SVG()
	if err != nil || strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), "Inf") {
		t.Errorf("SVG of zeroes = %s, %v", svg, err)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		most float64
		want []float64
	}{
		{0, []float64{0, 1}},
		{1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{13.6, []float64{0, 5, 10, 15}},
		{9.9, []float64{0, 2, 4, 6, 8, 10}},
		{60, []float64{0, 10, 20, 30, 40, 50, 60}},
		{6100, []float64{0, 2000, 4000, 6000, 8000}},
		{0.03, []float64{0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03}},
	} {
		got := ticks(c.most)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }) {
			t.Errorf("ticks(%g) = %v, want %v", c.most, got, c.want)
		}
	}
}

func TestFigure(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.5: "0.5", 2: "2", 4.94: "4.94", 9.999: "10", 10: "10", 13.62: "13.6", 20: "20", 252: "252", 5000: "5,000", 5e6: "5,000,000",
	} {
		if got := figure(v); got != want {
			t.Errorf("figure(%g) = %q, want %q", v, got, want)
		}
	}
}
