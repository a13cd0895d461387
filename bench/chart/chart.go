// Package chart draws measurements as one self-contained SVG file: without fonts or scripts, light or dark by the reader's
// setting. It draws bars and lines, and measures nothing.
package chart

import (
	"errors"
	"fmt"
	"html"
	"math"
	"strings"
)

// Chart is a picture of panels below each other.
type Chart struct {
	Title  string
	About  string // for readers who cannot see it
	Panels []Panel
	Foot   string
}

// Panel is a part of a chart with its own axes.
type Panel interface {
	// draw draws from y down and returns its height.
	draw(w *writer, y float64) (height float64)
}

// Bars are rows of stacked values, such as the parts of a time.
type Bars struct {
	Title string
	Unit  string   // of the axis, in words
	Parts []string // the names of the values of each row
	Rows  []Bar
}

// Bar is one row.
type Bar struct {
	Group  string // written above the first row of the group
	Label  string
	Values []float64
	Ours   bool // highlighted
}

// Lines are values over a logarithmic scale.
type Lines struct {
	Title  string
	X, Y   string // the labels of the axes, with their units
	Series []Line
}

// Line is one series.
type Line struct {
	Name   string
	Points []Point
}

// Point is one point of a line.
type Point struct{ X, Y float64 }

const (
	width  = 860.0
	margin = 24.0
	gutter = 210.0 // left of bars, for their labels
	row    = 26.0
	// letter is about the width of a letter, rather too large.
	letter = 6.6
)

// style has the colours of Okabe and Ito, which colour-blind people can distinguish, in lighter variants for dark mode.
const style = `<style>
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 } .panel { font-size: 14px; font-weight: 600 } .soft { fill: #59636e } .ours { font-weight: 600 }
.back { fill: #ffffff } .grid { stroke: #d8dee4; stroke-width: 1 } .axis { stroke: #818b98; stroke-width: 1 }
.line { fill: none; stroke-width: 2 } .dot { stroke: none }
.c0 { fill: #0072b2; stroke: #0072b2 } .c1 { fill: #e69f00; stroke: #e69f00 } .c2 { fill: #009e73; stroke: #009e73 }
.c3 { fill: #cc5500; stroke: #cc5500 } .c4 { fill: #b0508a; stroke: #b0508a } .c5 { fill: #59636e; stroke: #59636e }
rect.c0, rect.c1, rect.c2, rect.c3, rect.c4, rect.c5 { stroke: none } .line.c0, .line.c1, .line.c2, .line.c3, .line.c4, .line.c5 { fill: none }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .soft { fill: #9198a1 } .back { fill: #0d1117 } .grid { stroke: #2a313c } .axis { stroke: #6e7681 }
.c0 { fill: #56b4e9; stroke: #56b4e9 } .c1 { fill: #f0b83c; stroke: #f0b83c } .c2 { fill: #2fc79a; stroke: #2fc79a }
.c3 { fill: #ff8b4a; stroke: #ff8b4a } .c4 { fill: #e39ac4; stroke: #e39ac4 } .c5 { fill: #9198a1; stroke: #9198a1 }
}
</style>
`

// colours is how many colours the style has.
const colours = 6

// SVG draws the chart.
func (c Chart) SVG() ([]byte, error) {
	if len(c.Panels) == 0 {
		return nil, errors.New("a chart needs at least one panel")
	}
	w := &writer{}
	y := margin + 14
	w.text(margin, y, "title", "start", c.Title)
	y += 22
	for _, p := range c.Panels {
		y += p.draw(w, y) + 24
	}
	for line := range strings.Lines(c.Foot) {
		w.text(margin, y, "soft", "start", strings.TrimSpace(line))
		y += 17
	}
	height := math.Ceil(y + margin - 17)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img" aria-labelledby="t d">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n", html.EscapeString(c.Title), html.EscapeString(c.About))
	b.WriteString(style)
	fmt.Fprintf(&b, `<rect class="back" width="%g" height="%g" rx="6"/>`+"\n", width, height)
	b.WriteString(w.String())
	b.WriteString("</svg>\n")
	return []byte(b.String()), nil
}

func (p Bars) draw(w *writer, y float64) float64 {
	top := y
	y += 16
	w.text(margin, y, "panel", "start", p.Title)
	y += 12
	if len(p.Parts) > 1 {
		y = w.legend(y, p.Parts)
	}
	most := 0.0
	for _, r := range p.Rows {
		most = max(most, sum(r.Values))
	}
	marks := ticks(most)
	right := width - margin - 60 // leaves room for the largest bar's figure
	at := func(v float64) float64 { return gutter + v/marks[len(marks)-1]*(right-gutter) }
	// Group titles take the whole width, so the grid lines leave them out.
	bars, first, group := &writer{}, y, ""
	grid := func() {
		if y == first {
			return
		}
		for _, m := range marks {
			w.line(at(m), first, at(m), y, "grid")
		}
		w.line(gutter, first, gutter, y, "axis")
	}
	for _, r := range p.Rows {
		if r.Group != group {
			grid()
			group = r.Group
			bars.text(margin, y+17, "soft", "start", group)
			y += 22
			first = y
		}
		class := ""
		if r.Ours {
			class = "ours"
		}
		bars.text(gutter-10, y+row/2+4, class, "end", r.Label)
		from := 0.0
		for i, v := range r.Values {
			bars.rect(at(from), y+4, at(from+v)-at(from), row-8, i)
			from += v
		}
		bars.text(at(from)+6, y+row/2+4, class, "start", figure(from))
		y += row
	}
	grid()
	w.WriteString(bars.String())
	for _, m := range marks {
		w.text(at(m), y+18, "soft", "middle", figure(m))
	}
	w.text((gutter+right)/2, y+36, "soft", "middle", p.Unit)
	return y + 40 - top
}

func (p Lines) draw(w *writer, y float64) float64 {
	const high, left = 220.0, margin + 52
	top := y
	y += 16
	w.text(margin, y, "panel", "start", p.Title)
	names := make([]string, len(p.Series))
	least, largest, most := math.Inf(1), 0.0, 0.0
	var xs []float64
	for i, s := range p.Series {
		names[i] = s.Name
		for _, point := range s.Points {
			least, largest, most = min(least, point.X), max(largest, point.X), max(most, point.Y)
			if i == 0 {
				xs = append(xs, point.X)
			}
		}
	}
	y = w.legend(y+12, names) + 8
	right := width - margin - 30
	marks := ticks(most)
	across := func(x float64) float64 {
		if largest <= least {
			return (left + right) / 2
		}
		return left + 20 + math.Log(x/least)/math.Log(largest/least)*(right-left-40)
	}
	up := func(v float64) float64 { return y + high - v/marks[len(marks)-1]*high }
	for _, m := range marks {
		w.line(left, up(m), right, up(m), "grid")
		w.text(left-8, up(m)+4, "soft", "end", figure(m))
	}
	w.line(left, y+high, right, y+high, "axis")
	for _, x := range xs {
		w.line(across(x), y+high, across(x), y+high+5, "axis")
		w.text(across(x), y+high+19, "soft", "middle", figure(x))
	}
	for i, s := range p.Series {
		points := make([]string, len(s.Points))
		for j, point := range s.Points {
			points[j] = fmt.Sprintf("%.1f,%.1f", across(point.X), up(point.Y))
		}
		fmt.Fprintf(w, `<polyline class="line c%d" points="%s"%s/>`+"\n", i%colours, strings.Join(points, " "), dash(i))
		for _, point := range s.Points {
			fmt.Fprintf(w, `<circle class="dot c%d" cx="%.1f" cy="%.1f" r="3.5"><title>%s: %s</title></circle>`+"\n", i%colours, across(point.X),
				up(point.Y), html.EscapeString(s.Name), figure(point.Y))
		}
	}
	w.text((left+right)/2, y+high+38, "soft", "middle", p.X)
	fmt.Fprintf(w, `<text class="soft" text-anchor="middle" transform="translate(%.1f %.1f) rotate(-90)">%s</text>`+"\n", margin+6, y+high/2,
		html.EscapeString(p.Y))
	return y + high + 42 - top
}

// dash distinguishes every second line where colours do not.
func dash(i int) string {
	if i%2 == 0 {
		return ""
	}
	return ` stroke-dasharray="6 3"`
}

// writer collects the elements of a picture.
type writer struct{ strings.Builder }

func (w *writer) text(x, y float64, class, anchor, text string) {
	fmt.Fprintf(w, `<text x="%.1f" y="%.1f" class="%s" text-anchor="%s">%s</text>`+"\n", x, y, class, anchor, html.EscapeString(text))
}

func (w *writer) rect(x, y, wide, high float64, colour int) {
	fmt.Fprintf(w, `<rect class="c%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`+"\n", colour%colours, x, y, wide, high)
}

func (w *writer) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(w, `<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`+"\n", class, x1, y1, x2, y2)
}

// legend explains the colours, on as many lines as needed, and returns where it ends.
func (w *writer) legend(y float64, names []string) float64 {
	x := margin
	for i, name := range names {
		wide := 26 + letter*float64(len([]rune(name)))
		if x > margin && x+wide > width-margin {
			x, y = margin, y+19
		}
		w.rect(x, y+1, 12, 12, i)
		w.text(x+18, y+11, "", "start", name)
		x += wide + 14
	}
	return y + 22
}

// ticks are at most seven marks from zero to at least the maximum, at round distances.
func ticks(most float64) []float64 {
	if most <= 0 || math.IsInf(most, 0) || math.IsNaN(most) {
		return []float64{0, 1}
	}
	unit := math.Pow(10, math.Floor(math.Log10(most))-1)
	for _, step := range []float64{1, 2, 5, 10, 20, 50} {
		n := int(math.Ceil(most/(unit*step) - 1e-9))
		if n > 6 {
			continue
		}
		marks := make([]float64, n+1)
		for i := range marks {
			marks[i] = float64(i) * unit * step
		}
		return marks
	}
	return []float64{0, most}
}

// figure formats a number with its significant digits, large ones in groups.
func figure(v float64) string {
	if v < 10 {
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
	}
	if v < 100 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	text := fmt.Sprintf("%.0f", v)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}
