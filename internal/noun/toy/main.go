// Command toy adds a toy noun to a copy of the checkout: what make noun writes, a review date and an edge from Proposal. It
// counts what that takes by hand, and runs the tests on both databases. Then it leaves out each piece of the toy in turn, and
// reports what fails and which sentence says what is missing. See make noun-test.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What the toy may take by hand.
const (
	mostLines = 350
	mostFiles = 10
)

func main() {
	log.SetFlags(0)
	only := flag.String("only", "", "leave out only the pieces whose names match this expression, and do not test the whole")
	keep := flag.Bool("keep", false, "keep the copy")
	flag.Parse()
	folder, err := os.MkdirTemp("", "plenary-noun")
	if err != nil {
		log.Fatal(err)
	}
	err = run(checkout{filepath.Join(folder, "plenary")}, *only)
	if *keep {
		fmt.Println("the copy is in", folder)
	} else {
		_ = os.RemoveAll(folder)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(c checkout, only string) error {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	if err := c.copy(); err != nil {
		return err
	}
	if err := c.add(); err != nil {
		return err
	}
	if only == "" {
		began := time.Now()
		all := ""
		if err := c.tests(os.Environ(), ".", func(out string) bool { all += out; return false }); err != nil {
			return fmt.Errorf("the toy does not pass: %w\n%s", err, all)
		}
		fmt.Printf("the toy passes in %.0f s\n\n", time.Since(began).Seconds())
	}
	unsaid := 0
	for _, p := range pieces {
		if !chosen.MatchString(p.name) {
			continue
		}
		began := time.Now()
		r, err := c.round(p)
		if err != nil {
			return fmt.Errorf("leave out %s: %w", p.name, err)
		}
		if r.sentence == "" {
			unsaid++
		}
		fmt.Printf("%-30s %-45s %3.0f s  %s\n", p.name, cmp.Or(r.failed, "NOTHING FAILS"), time.Since(began).Seconds(), cmp.Or(r.sentence, "NO SENTENCE"))
	}
	if unsaid > 0 {
		return fmt.Errorf("%d pieces can be left out and no sentence says so", unsaid)
	}
	return nil
}

// checkout is a copy of the module, in a git repository of its own.
type checkout struct{ dir string }

// command runs a command in the copy.
func (c checkout) command(env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = c.dir, env
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), err
}

// all runs commands that must succeed.
func (c checkout) all(commands ...string) error {
	for _, line := range commands {
		words := strings.Fields(line)
		if out, err := c.command(os.Environ(), words[0], words[1:]...); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
	}
	return nil
}

const save = "git -c user.name=toy -c user.email=toy@localhost commit -q --no-verify -m toy"

// copy copies what git knows and what it does not ignore.
func (c checkout) copy() error {
	list, err := exec.Command("git", "ls-files", "-co", "--exclude-standard").Output()
	if err != nil {
		return fmt.Errorf("list the files of the checkout: %w", err)
	}
	for _, name := range strings.Fields(string(list)) {
		info, err := os.Stat(name)
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted and not committed yet
		}
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		to := filepath.Join(c.dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, text, info.Mode().Perm()); err != nil {
			return err
		}
	}
	return c.all("git init -q", "git add -A", save)
}

// add adds the toy as a person would, and counts what was written by hand.
func (c checkout) add() error {
	if err := c.all("go run ./internal/noun lantern"); err != nil {
		return err
	}
	if err := c.edit(additions); err != nil {
		return err
	}
	if err := c.all("gofmt -w internal/lantern graph/lantern.go ent/schema/lantern.go", "git add -A"); err != nil {
		return err
	}
	if err := c.count(); err != nil {
		return err
	}
	return c.all(
		"go generate ./schema ./ent ./graph ./examples/mirror", "go run ./ent/migrations/diff add_lantern",
		"go test ./internal/policy ./internal/arch -run TheGoldenOne -update", "git add -A", save)
}

// count prints what was written by hand.
func (c checkout) count() error {
	counts, err := c.command(os.Environ(), "git", "diff", "--cached", "--numstat")
	if err != nil {
		return err
	}
	lines, files := 0, 0
	for line := range strings.Lines(counts) {
		var added, gone int
		var file string
		if _, err := fmt.Sscan(line, &added, &gone, &file); err != nil {
			return fmt.Errorf("read %q: %w", line, err)
		}
		fmt.Printf("%5d  %s\n", added, file)
		lines, files = lines+added, files+1
	}
	fmt.Printf("%5d  lines by hand, in %d files\n", lines, files)
	if lines > mostLines || files > mostFiles {
		return fmt.Errorf("a noun takes more than %d lines by hand, or more than %d files", mostLines, mostFiles)
	}
	return nil
}

// edit applies edits.
func (c checkout) edit(edits []edit) error {
	for _, e := range edits {
		name := filepath.Join(c.dir, e.file)
		if e.old == "" {
			found, err := filepath.Glob(name)
			if err != nil || len(found) == 0 {
				return fmt.Errorf("there is no %s to delete", e.file)
			}
			for _, name := range found {
				if err := os.Remove(name); err != nil {
					return err
				}
			}
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if n := bytes.Count(text, []byte(e.old)); n != 1 {
			return fmt.Errorf("%s holds this %d times, want once:\n%s", e.file, n, e.old)
		}
		if err := os.WriteFile(name, bytes.Replace(text, []byte(e.old), []byte(e.text), 1), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// tests runs the tests that look for what is incomplete, those of the stories that are chosen among them, until done. The golden files are written, as by a person who means the
// change: they are not what finds that a piece is missing.
func (c checkout) tests(env []string, stories string, done func(out string) bool) error {
	var failure error
	for _, line := range []string{
		"go test -short -vet=off ./internal/policy ./internal/arch -update",
		"go test -short -vet=off ./graph -run ^TestOnlyIntrospectionFallsToGqlgen$",
		"go test -short -vet=off ./internal/story -run " + stories,
		"go test -short -vet=off ./internal/domains",
	} {
		words := strings.Fields(line)
		if out, err := c.command(env, words[0], words[1:]...); err != nil {
			failure = err
			if done(out) {
				return failure
			}
		}
	}
	return failure
}

// result is what a round found.
type result struct{ failed, sentence string }

var (
	failing  = regexp.MustCompile(`(?m)^--- FAIL: (\S+)`)
	position = regexp.MustCompile(`^\s*(\w+_test\.go:\d+: )?`)
)

// round leaves out a piece, looks for what says so, and puts it back. SQLite is enough for that.
func (c checkout) round(p piece) (result, error) {
	if err := c.edit(p.without); err != nil {
		return result{}, err
	}
	var r result
	all := ""
	search := func(out string) bool {
		all += out
		if m := failing.FindStringSubmatch(out); r.failed == "" && m != nil {
			r.failed = m[1]
		}
		r.sentence = p.find(out)
		return r.sentence != ""
	}
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "TEST_DATABASE_URL=") })
	var failure error
	if p.written {
		var out string
		if out, failure = c.command(env, "go", "generate", "./schema", "./ent", "./graph"); failure != nil {
			search(out)
		}
	}
	if failure == nil {
		failure = c.tests(env, "^(TestStories|TestEvery\\w+IsInAStory)$/^lantern$", search)
	}
	if failure != nil && r.failed == "" {
		r.failed = "the build"
	}
	if failure != nil && r.sentence == "" {
		fmt.Printf("%s: %.2000s\n", p.name, all)
	}
	return r, c.all("git reset -q --hard", "git clean -fdq")
}

// find finds the sentence that says what is missing.
func (p piece) find(out string) string {
	for line := range strings.Lines(out) {
		if !slices.ContainsFunc(p.says, func(word string) bool { return !strings.Contains(line, word) }) {
			return strings.TrimSpace(position.ReplaceAllString(line, ""))
		}
	}
	return ""
}
