package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNamesOfNouns(t *testing.T) {
	for _, row := range []struct{ name, plural, a string }{
		{"lantern", "lanterns", "a lantern"},
		{"assembly", "assemblies", "an assembly"},
		{"survey", "surveys", "a survey"},
		{"process", "processes", "a process"},
		{"inbox", "inboxes", "an inbox"},
	} {
		n, err := wordsOf(row.name)
		if err != nil || n.Plural != row.plural || n.A != row.a {
			t.Errorf("wordsOf(%s) = %+v, %v, want %s and %s", row.name, n, err, row.plural, row.a)
		}
	}
	for _, name := range []string{"", "Lantern", "two words", "lantern2", "func", "query", "act", "../lantern", "a"} {
		if n, err := wordsOf(name); err == nil {
			t.Errorf("wordsOf(%q) = %+v, want an error", name, n)
		}
	}
}

// lists copies the files with lists to a folder.
func lists(t *testing.T, n noun) string {
	t.Helper()
	folder := t.TempDir()
	for _, p := range places(n) {
		text, err := os.ReadFile(filepath.Join("..", "..", p.file))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(folder, p.file), string(text))
	}
	return folder
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The places where a noun is listed are there; the frame is Go, and no name of the example stays in it.
func TestTheFrameIsWritten(t *testing.T) {
	n, err := wordsOf("assembly")
	if err != nil {
		t.Fatal(err)
	}
	folder := lists(t, n)
	if err := write(folder, n); err != nil {
		t.Fatal(err)
	}
	for _, file := range files(n) {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Error(err)
		}
		if s := strings.ToLower(string(text)); strings.Contains(s, "lantern") || strings.Contains(s, "<<") || !strings.Contains(s, "assembl") {
			t.Errorf("%s is not filled in:\n%s", file, text)
		}
	}
	for _, p := range places(n) {
		text, err := os.ReadFile(filepath.Join(folder, p.file))
		if err != nil || !strings.Contains(strings.ToLower(string(text)), "assembl") {
			t.Errorf("%s does not list the noun: %v", p.file, err)
		}
	}
	if s := steps(n); strings.Contains(strings.ToLower(s), "lantern") {
		t.Errorf("the steps are not filled in:\n%s", s)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	n, err := wordsOf("lantern")
	if err != nil {
		t.Fatal(err)
	}
	folder := lists(t, n)
	put(t, filepath.Join(folder, "graph", "lantern.go"), "mine")
	if err := write(folder, n); err == nil || !strings.Contains(err.Error(), filepath.Join("graph", "lantern.go")) {
		t.Errorf("write = %v, want an error that names the file", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "schema", "lantern.graphqls")); err == nil {
		t.Error("a part of the frame was written")
	}
}

func TestAListThatMovedIsNamed(t *testing.T) {
	n, err := wordsOf("lantern")
	if err != nil {
		t.Fatal(err)
	}
	folder := lists(t, n)
	put(t, filepath.Join(folder, "graph", "noun.go"), "package graph\n")
	if err := write(folder, n); err == nil || !strings.Contains(err.Error(), "var declared") {
		t.Errorf("write = %v, want an error that names the list", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "schema", "lantern.graphqls")); err == nil {
		t.Error("a part of the frame was written")
	}
}
