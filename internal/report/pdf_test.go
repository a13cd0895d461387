package report

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestPDFSaysOnEveryPageWhatItIsAndCarriesTheJSON(t *testing.T) {
	d := example(12, french)
	file, _ := rendered(t, "pdf", d)
	hash, err := d.Hash()
	if err != nil {
		t.Fatal(err)
	}
	pages := bytes.Count(file, []byte("/Type /Page\n"))
	if pages < 5 {
		t.Fatalf("it has %d pages", pages)
	}
	says := pdfText(t, file)
	for what, text := range map[string]string{"hash": "SHA-256 du document : " + hash, "address": "Vérifier à " + address + ".sig"} {
		if n := strings.Count(says, text); n != pages {
			t.Errorf("the %s is on %d pages of %d", what, n, pages)
		}
	}
	for n := range pages {
		if text := "Page " + strconv.Itoa(n+1) + " sur " + strconv.Itoa(pages) + "\n"; strings.Count(says, text) != 1 {
			t.Errorf("%q is there %d times", text, strings.Count(says, text))
		}
	}
	embedded := regexp.MustCompile(`(?s)/Type /EmbeddedFile .*?stream\n(.*?)\nendstream`).FindSubmatch(file)
	if embedded == nil {
		t.Fatal("nothing is attached")
	}
	z, err := zlib.NewReader(bytes.NewReader(embedded[1]))
	if err != nil {
		t.Fatal(err)
	}
	attached, err := io.ReadAll(z)
	if want, _ := rendered(t, "json", d); err != nil || !bytes.Equal(attached, want) {
		t.Errorf("what is attached is not the JSON report (%v)", err)
	}
	for _, key := range []string{"/CreationDate (D:20261120093000", "/ModDate (D:20261120093000", "/Lang (fr)"} {
		if !bytes.Contains(file, []byte(key)) {
			t.Errorf("it lacks %s", key)
		}
	}
}

// No line of a report leaves the page, and none lies on another.
func TestNothingInAPDFOverlapsOrLeavesThePage(t *testing.T) {
	place := regexp.MustCompile(`BT ([0-9.-]+) ([0-9.-]+) Td`)
	for name, d := range map[string]*Document{"mixed": example(12, english, french, chinese), "hostile": poisoned()} {
		file, _ := rendered(t, "pdf", d)
		for i, s := range streams.FindAllSubmatch(file, -1) {
			z, err := zlib.NewReader(bytes.NewReader(s[1]))
			if err != nil {
				continue
			}
			content, _ := io.ReadAll(z)
			seen := map[string]bool{}
			for _, at := range place.FindAllStringSubmatch(string(content), -1) {
				x, y := number(t, at[1]), number(t, at[2])
				if x < marginX-1 || x > pageWidth-marginX || y < 20 || y > pageHeight-marginTop+1 {
					t.Errorf("%s, stream %d: a text at %.1f, %.1f is in the margin", name, i, x, y)
				}
				if seen[at[0]] {
					t.Errorf("%s, stream %d: two texts lie at %.1f, %.1f", name, i, x, y)
				}
				seen[at[0]] = true
			}
		}
	}
}

// No heading stands alone at the end of a page.
func TestHeadingsStayWithWhatFollows(t *testing.T) {
	font := regexp.MustCompile(`BT /F\S+ ([0-9.]+) Tf ET|BT ([0-9.-]+) ([0-9.-]+) Td`)
	for _, d := range []*Document{example(60, english, french, chinese), example(37, chinese)} {
		file, _ := rendered(t, "pdf", d)
		for i, s := range streams.FindAllSubmatch(file, -1) {
			z, err := zlib.NewReader(bytes.NewReader(s[1]))
			if err != nil {
				continue
			}
			content, _ := io.ReadAll(z)
			size, lowest, sizeOfLowest := 0.0, pageHeight, 0.0
			for _, m := range font.FindAllStringSubmatch(string(content), -1) {
				if m[1] != "" {
					size = number(t, m[1])
					continue
				}
				if y := number(t, m[3]); y < lowest && y > marginBottom {
					lowest, sizeOfLowest = y, size
				}
			}
			if sizeOfLowest >= headingSizes[4] {
				t.Errorf("page stream %d ends with a text of size %.1f: a heading", i, sizeOfLowest)
			}
		}
	}
}

func TestNoLineIsBrokenAtABlankThatForbidsIt(t *testing.T) {
	d := example(2, french)
	d.Assessment.Comments[0].Body = strings.Repeat("« A » : 10\u00a0000\u00a0€\u202f; ", 80)
	file, _ := rendered(t, "pdf", d)
	for line := range strings.Lines(pdfText(t, file)) {
		if strings.HasPrefix(line, "000") || strings.HasPrefix(line, "€") || strings.HasPrefix(line, ";") {
			t.Errorf("a line begins with %q", line)
		}
	}
}
