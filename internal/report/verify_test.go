package report

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/bundle/bundletest"
)

// issued is a report in all formats, with the note that covers them.
func issued(t *testing.T) (files map[string][]byte, sig []byte, vkey string) {
	t.Helper()
	d := example(3, english, chinese)
	s, vkey := keys(t)
	files = map[string][]byte{}
	var listed []Listed
	for _, f := range Formats() {
		file, _ := rendered(t, f.Name, d)
		files[f.Name] = file
		listed = append(listed, List(d.ID+"."+f.Name, file))
	}
	sig, err := Note(d, listed, s)
	if err != nil {
		t.Fatal(err)
	}
	return files, sig, vkey
}

// places are so many bytes of a file, and the first and the last ones.
func places(length, many int) []int {
	var all []int
	for i := range many {
		all = append(all, i*(length-1)/(many-1))
	}
	for i := range 40 {
		all = append(all, i%length, length-1-i%length)
	}
	return all
}

func TestOneAlteredByteIsFoundInEveryFormat(t *testing.T) {
	files, sig, vkey := issued(t)
	for name, file := range files {
		said, err := Verify(name, file, sig, []string{vkey})
		if err != nil {
			t.Fatalf("%s as it was made: %v", name, err)
		}
		if said.ID != "report_01h455vb4pex5vsknk084sn020" || len(said.Files) != len(files) || len(said.SignedBy) != 1 {
			t.Errorf("the note of %s says %+v", name, said)
		}
		carries := name == "json" || name == "csv.zip"
		if _, err := Verify(name, file, nil, []string{vkey}); carries != (err == nil) || !carries && !errors.Is(err, ErrNoNote) {
			t.Errorf("%s without a note beside it: %v", name, err)
		}
		for _, i := range places(len(file), 60) {
			altered := bytes.Clone(file)
			altered[i] ^= 1 << (i % 8)
			for way, sig := range map[string][]byte{"with the note": sig, "with its own note": nil} {
				var fault *Fault
				if _, err := Verify(name, altered, sig, []string{vkey}); !errors.As(err, &fault) || fault.File != name || !strings.HasPrefix(err.Error(), name+": ") {
					t.Fatalf("byte %d of %s altered, %s: %v", i, name, way, err)
				}
			}
		}
		for _, altered := range [][]byte{file[:len(file)-1], append(bytes.Clone(file), '\n'), nil} {
			for _, sig := range [][]byte{sig, nil} {
				if _, err := Verify(name, altered, sig, []string{vkey}); err == nil {
					t.Errorf("%s of %d bytes instead of %d passes", name, len(altered), len(file))
				}
			}
		}
	}
}

func TestOneAlteredByteOfTheNoteIsFound(t *testing.T) {
	d := example(1, english)
	file, _ := rendered(t, "json", d)
	s, vkey := keys(t)
	sig, err := Note(d, []Listed{List("report.json", file)}, s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sig {
		for bits := range byte(3) { // the last letter of a signature has bits that base64 does not need
			altered := bytes.Clone(sig)
			altered[i] ^= bits + 1
			if _, err := Verify("report.json", file, altered, []string{vkey}); err == nil {
				t.Fatalf("byte %d of the note altered, and it passes:\n%s", i, altered)
			}
		}
	}
}

func TestWhatTheKeyDidNotSignAsAReportIsRefused(t *testing.T) {
	files, sig, vkey := issued(t)
	s, _ := keys(t)
	signed := func(text string) []byte {
		n, err := note.Sign(&note.Note{Text: text}, s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	_, other := bundletest.Key("plenary.example.org/log", 8)
	_, stranger := bundletest.Key("elsewhere.example.org/log", 7)
	text, _, _ := strings.Cut(string(sig), "\n\n")
	text += "\n"
	for _, row := range []struct {
		name, says string
		sig        []byte
		keys       []string
	}{
		{"another key of the same name", "is not signed by a key that you trust; it is signed by \"plenary.example.org/log\"", sig, []string{other}},
		{"a key of another name", "is not signed by a key that you trust", sig, []string{stranger}},
		{"no key", "is not signed by a key that you trust", sig, nil},
		{"a key that is none", "is not a verifier key", sig, []string{"log+12"}},
		{"a checkpoint", "is not the note of a report", signed("plenary.example.org/log\n5\nxN3m2pMhYyXv0m0yZ3iVQ5dQw8w1GQk1l0xJr8mZc2E=\n"), []string{vkey}},
		{"a later version", "is not the note of a report", signed(strings.Replace(text, "report/1", "report/2", 1)), []string{vkey}},
		{"a line too many", "is not the note of a report", signed(text + "weather fine\n"), []string{vkey}},
		{"a size that is none", "is not the note of a report", signed(text + "file " + strings.Repeat("00", 32) + " -1 x\n"), []string{vkey}},
		{"another size", "lists no such file", signed(strings.ReplaceAll(text, " "+strconv.Itoa(len(files["pdf"]))+" ", " 1 ")), []string{vkey}},
		{"no note", "is not the note of a report", []byte("hello"), []string{vkey}},
		{"the note of another report", "lists no such file", signed(text[:strings.Index(text, "file ")]), []string{vkey}},
	} {
		if _, err := Verify("a.pdf", files["pdf"], row.sig, row.keys); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v, want %q", row.name, err, row.says)
		}
	}
	// And the other way round: whoever reads checkpoints does not take a report's note for one.
	if _, err := bundle.ParseCheckpoint(text); err == nil {
		t.Error("the note of a report reads as a checkpoint")
	}
}

// Files that say the same but have other bytes are not what was signed.
func TestFilesThatCarryTheirNoteAreComparedByteByByte(t *testing.T) {
	files, _, vkey := issued(t)
	file := string(files["json"])
	for name, altered := range map[string]string{
		"a blank":              strings.Replace(file, `{"document":{`, `{"document":{ `, 1),
		"a member beside":      `{"document":` + strings.TrimSuffix(strings.TrimPrefix(file, `{"document":`), "}") + `,"x":1}`,
		"an escape":            strings.Replace(file, "Ranking", `\u0052anking`, 1),
		"a line end":           file + "\n",
		"a duplicate":          strings.Replace(file, `{"document":{`, `{"document":{"title":"x",`, 1),
		"another document":     strings.Replace(file, "Ranking", "Rankinh", 1),
		"another place of log": strings.Replace(file, `"seq":1204`, `"seq":1205`, 1),
	} {
		if altered == file {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := Verify("a.json", []byte(altered), nil, []string{vkey}); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	parts, err := unpack(files["csv.zip"])
	if err != nil {
		t.Fatal(err)
	}
	repacked := func(parts []part) []byte {
		b, err := pack(parts)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	last := len(parts) - 1
	for name, altered := range map[string][]part{
		"a part less":    append(append([]part{}, parts[:4]...), parts[5:]...),
		"a part more":    append(append(append([]part{}, parts[:last]...), part{"more.csv", nil}), parts[last]),
		"another order":  append([]part{parts[0], parts[1], parts[3], parts[2]}, parts[4:]...),
		"another name":   append([]part{parts[0], parts[1], {"other.csv", parts[2].content}}, parts[3:]...),
		"without a note": parts[:last],
	} {
		if _, err := Verify("a.csv.zip", repacked(altered), nil, []string{vkey}); err == nil {
			t.Errorf("a package with %s passes", name)
		}
	}
}

func TestFilesWithoutSignersCarryNoNoteAndTheSameHash(t *testing.T) {
	d := example(2, english)
	hash, err := d.Hash()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Formats()[:2] {
		var b bytes.Buffer
		if _, err := Render(f, d, Options{}, &b); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify("a", b.Bytes(), nil, nil); !errors.Is(err, ErrNoNote) {
			t.Errorf("%s without signers: %v", f.Name, err)
		}
		file := b.Bytes()
		if f.Name == "csv.zip" {
			file = zipped(t, file)[jsonName]
		}
		if document, _, err := openJSON(file); err != nil || hexSum(document) != hash {
			t.Errorf("the document in %s has another hash (%v)", f.Name, err)
		}
	}
}
